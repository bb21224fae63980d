# SPDX-License-Identifier: BSD-2-Clause
# a link that failed is believed
# file: auto/engine/judge.awk
# caught by: tests/auto/questions.sh functions
/^function judge_link/,/^}/s/if (text ~ \/\\n= 0\\n$\/)/if (1)/
