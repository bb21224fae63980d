# SPDX-License-Identifier: BSD-2-Clause
# a warning of the unit, made an error by a flag, is a no
# file: auto/engine/pass.awk
# caught by: tests/auto/questions.sh flags
s/ \&\& !soft\[i\])/)/
