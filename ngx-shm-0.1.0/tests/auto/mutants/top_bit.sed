# SPDX-License-Identifier: BSD-2-Clause
# the highest bit of a value is lost
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh values
s/for (bit = 63; bit >= -1; bit--)/for (bit = 62; bit >= -1; bit--)/
