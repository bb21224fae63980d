# SPDX-License-Identifier: BSD-2-Clause
# a unit is an empty file, and all of it compiles
# file: auto/engine/pass.awk
# caught by: tests/auto/questions.sh headers
s/printf "%s", unit_text(u) >/printf "" >/
