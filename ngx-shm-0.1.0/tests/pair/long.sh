#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# long.sh - two processes at once: all orders of two stops where they are few,
# samples elsewhere, then the mutants.
#
#   NGX_PAIR_SCHEDULES=N  so many, about                        [1500000]
#   NGX_PAIR_ORDERS=N     all orders of cases that have no more [6000]
#   NGX_PAIR_SECONDS=N    or as many as there is time for       [3000]
#   NGX_PAIR_MUTANTS=N    so many mutants, others each time     [all]
#
# What is done is kept in objs/, and a run that was cut off goes on there, as
# long as neither the library nor this test has changed.

. "${srcdir-.}/tests/tap.sh"
. "$top/tests/pair/parts.sh"

if ! pair_possible; then
    echo "1..0 # SKIP processes can be stopped in the library on x86-64 only"
    exit 77
fi

pair_harness && pair_library lib.a && pair_link pair lib.a || exit 1

state=$here/objs/pair.$(cat lib/*.[ch] "$pair"/*.[ch] | cksum \
    | tr ' ' -)
./pair -n "${NGX_PAIR_SCHEDULES-1500000}" -w "${NGX_PAIR_ORDERS-6000}" \
    -t "${NGX_PAIR_SECONDS-3000}" -f "$state"
status=$?

# all cases are done: the next run begins anew
./pair -l >cases
[ "$(wc -l <"$state")" -lt "$(wc -l <cases)" ] || rm -f "$state"

# tap.sh has its own folder for each
(srcdir=$top && export srcdir CC && cd "$here" \
    && "${SHELL-sh}" "$pair/mutants.sh") || status=1
exit "$status"
