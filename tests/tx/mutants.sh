#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh [NAME...] - break transactions in known ways; each must be seen.
#
# tests/kill/mutate.sh tells how.  NGX_TX_MUTANTS=4 takes so many of them.
# shellcheck disable=SC2034  # for mutate.sh

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

suite=$top/tests/tx folders='core lock heap tx' apart='tx_speed.c'
beside='tx_world.o tx_referee.o' options='-p 900 -d 0' number=${NGX_TX_MUTANTS-}

. "$top/tests/kill/mutate.sh"
