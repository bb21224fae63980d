#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pair.sh - two processes at once in the heap, a few instructions at a time, and
# one of them killed: some seconds of make check-pair, other ones each time.

. "${srcdir-.}/tests/tap.sh"
. "$top/tests/pair/parts.sh"

if ! pair_possible; then
    echo "1..0 # SKIP processes can be stopped in the library on x86-64 only"
    exit 77
fi

build() {
    pair_harness && pair_library lib.a && pair_link pair lib.a
}

some() {
    ./pair -x -n 40000 -t "${NGX_PAIR_SECONDS-4}" >found
    status=$?
    cat found
    return $status
}

# One schedule; it must be over soon.
one() {
    timeout 30 ./pair -c "$1" -r "$2"
}

ok "the library is built with its points" build
ok "one is killed beside the other one, and a third acts at once" \
    one 'alloc-cold|free-flush/64/256K/0' 'A60.40.0!/usage^/C/row+'
ok "one waits for the lock that the other one has" \
    one 'alloc-cold|alloc-cold/64/64K/0' 'A30.end/none/C/none'
ok "a sample of all cases, each with some schedules" some
sed -n 's/^# \([0-9].*\)/# \1/p' found 2>/dev/null
plan
