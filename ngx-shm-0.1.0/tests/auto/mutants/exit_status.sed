# SPDX-License-Identifier: BSD-2-Clause
# a program that exits with 1 has succeeded
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh runs
s/q\[i, "run"\] == "yes" \&\& status == 0/q[i, "run"] == "yes" \&\& status < 2/
