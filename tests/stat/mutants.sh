#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh [NAME...] - break the counters in known ways; each must be seen.
#
# tests/kill/mutate.sh tells how.  NGX_STAT_MUTANTS=4 takes so many of them.
# shellcheck disable=SC2034  # for mutate.sh

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

suite=$top/tests/stat folders='core lock stat' apart='stat_holder.c stat_speed.c'
beside='stat_world.o' options='-p 400' number=${NGX_STAT_MUTANTS-}

. "$top/tests/kill/mutate.sh"
