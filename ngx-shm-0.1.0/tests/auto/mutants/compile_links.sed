# SPDX-License-Identifier: BSD-2-Clause
# what is only to be compiled is linked
# file: auto/engine/pass.awk
# caught by: tests/auto/questions.sh mains
s/(exe ~ \/o$\/ ? "-c " : "")/""/
