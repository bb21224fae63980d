# SPDX-License-Identifier: BSD-2-Clause
# a negative value loses its sign
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh values
s/(minus ? "-" : "")/""/
