# SPDX-License-Identifier: BSD-2-Clause
# a value above a million is cut
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh values
s/d1 = k \* d1 + int(d0 \/ 1000000)/d1 = k * d1/
