#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# kill.sh - a thinned run of the kill test over the heap, and whether the test
# sees what it must: the tracer against a victim stepped all the way; a small
# heap that may be killed anywhere, and without each thing that makes it so.
# The long run is make check-kill.

. "${srcdir-.}/tests/tap.sh"
. "$top/tests/kill/parts.sh"

toy() {
    kill_link "toy$1" -DTOY_BREAK="$1" "$kill/heap_toy.c"
}

# A broken heap that passes, or a harness that fails to run, is no catch.
caught() {
    toy "$1" || return
    n=$1
    shift
    ./"toy$n" -t 500 -qx -V 2 "$@" >out
    status=$?
    cat out
    [ "$status" = 1 ] && grep -q "$want" out && ! grep -q 'not be run' out
}

clean() {
    kill_ours ours && ./ours -j 4 -p 50 -V 2 -n 3 -c 50
}

if ! kill_possible && grep -q SKIP said 2>/dev/null; then
    echo "1..0 # SKIP no process can be single-stepped here"
    exit 77
fi
kill_parts || exit 1

ok "the tracer reaches each instruction" ./tracer_test
ok "a heap that may be killed anywhere is built" toy 0
ok "it is clean in every situation" ./toy0 -p 20 -V 3 -n 4
want='check:\|lost:'
ok "no recovery: seen" caught 1 "free_from of each kind"
want='hang:\|gained:\|lost:\|overlap:\|crash:'
ok "the own word before the split: seen" caught 2 "run split"
want='gained:'
ok "no intent: seen" caught 3 "alloc_to of each kind"
ok "an intent that ends early: seen" caught 4 "alloc_to of each kind"
want='lost:'
ok "freed before the intent: seen" caught 5 "free_from of each kind"
want='hang:'
ok "a lock that is not robust: seen" caught 6 "run merged left"
if [ -f "$top/src/heap/ngx_slab.c" ]; then
    ok "ngx_slab is clean in every situation, thinned" clean
fi
plan
