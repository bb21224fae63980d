# SPDX-License-Identifier: BSD-2-Clause
# a value above 2^63 is refused
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh values
s/18446744073709551615/9223372036854775807/
