# SPDX-License-Identifier: BSD-2-Clause
# a missing header is missed by those before it, too
# file: auto/engine/pass.awk
# caught by: tests/auto/questions.sh headers
s/at_line\[m\[k\]\] >= found/at_line[m[k]] >= 0/
