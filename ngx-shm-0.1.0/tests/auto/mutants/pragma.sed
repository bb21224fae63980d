# SPDX-License-Identifier: BSD-2-Clause
# a body that poisons names shares a compilation
# file: auto/engine/units.awk
# caught by: tests/auto/questions.sh text
s/code ~ \/typedef|extern|asm|_Pragma\//0/
