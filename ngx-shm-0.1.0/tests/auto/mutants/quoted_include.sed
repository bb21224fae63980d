# SPDX-License-Identifier: BSD-2-Clause
# what is included from beside a question is not seen
# file: auto/engine/plan.awk
# caught by: tests/auto/questions.sh includes
s/if (text ~ \/# \*include \*"\/)/if (0)/
