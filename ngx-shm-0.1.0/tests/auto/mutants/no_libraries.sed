# SPDX-License-Identifier: BSD-2-Clause
# no library is tried when a link failed
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh libs
s/if (tried\[i\] < count)/if (0)/
