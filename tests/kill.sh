#!/bin/sh
# kill.sh - does the kill test see what it must?  The tracer against a victim
# stepped all the way; then a small heap that may be killed anywhere, whole,
# and without each of the things that make it so.

. "${srcdir-.}/tests/tap.sh"

kill=$top/tests/kill

build() {
    # shellcheck disable=SC2086  # lists of words
    $CC ${KILL_CFLAGS--O2} -std=gnu99 -D_GNU_SOURCE -I "$kill" "$@" -lpthread
}

toy() {
    build -DTOY_BREAK="$1" -o "toy$1" "$kill/heap_toy.c" part_*.o
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

build -o tracer_test "$kill/tracer_test.c" "$kill/tracer.c" || exit 1
if ./tracer_test >out && grep -q SKIP out; then
    cat out
    exit 77
fi
for part in "$kill"/*.c; do
    case $part in
    */heap_* | *_test.c) continue ;;
    esac
    name=${part##*/}
    build -c -o "part_${name%.c}.o" "$part" || exit 1
done

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
plan
