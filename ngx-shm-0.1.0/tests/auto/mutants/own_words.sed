# SPDX-License-Identifier: BSD-2-Clause
# flags may make macros of the words of a unit
# file: auto/engine/units.awk
# caught by: tests/auto/questions.sh flags
s/#error a word that the unit needs is a macro//
