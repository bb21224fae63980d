# SPDX-License-Identifier: BSD-2-Clause
# questions with other flags share a compilation
# file: auto/engine/units.awk
# caught by: tests/auto/questions.sh flags
/^function command_key/,/^}/s/ q\[i, "suffix"\]//
