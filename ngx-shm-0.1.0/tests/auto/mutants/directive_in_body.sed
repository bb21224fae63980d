# SPDX-License-Identifier: BSD-2-Clause
# a body with directives shares a compilation
# file: auto/engine/units.awk
# caught by: tests/auto/questions.sh text
s/index(code, "#") ||/0 ||/
