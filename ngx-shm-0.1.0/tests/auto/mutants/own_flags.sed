# SPDX-License-Identifier: BSD-2-Clause
# a question's own flags are not given to the compiler
# file: auto/engine/plan.awk
# caught by: tests/auto/questions.sh flags
s/= " " q\[i, "flags"\] " " ldflags/= " " ldflags/
