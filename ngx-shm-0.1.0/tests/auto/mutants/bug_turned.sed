# SPDX-License-Identifier: BSD-2-Clause
# a bug is told when there is none
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh runs
s/answer(i, status != 0, (status/answer(i, status == 0, (status/
