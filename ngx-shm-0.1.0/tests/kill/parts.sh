# SPDX-License-Identifier: BSD-2-Clause
# parts.sh - how the kill test is built; for . by those who source tap.sh
#
#   kill_parts              what all have in common, into this folder
#   kill_link OUT SOURCE... a program for the heap in SOURCE
#   kill_ours OUT           the one for the library that was built

# shellcheck shell=sh disable=SC2154  # top and here are tap.sh's

kill=$top/tests/kill

kill_cc() {
    # shellcheck disable=SC2086  # lists of words
    $CC ${KILL_CFLAGS--O2} -std=gnu99 -D_GNU_SOURCE -I "$kill" "$@"
}

kill_parts() {
    for part in "$kill"/*.c; do
        case $part in
        */heap_* | *_test.c) continue ;;
        esac
        name=${part##*/}
        kill_cc -c -o "part_${name%.c}.o" "$part" || return
    done
}

# Every call is bound before the victim makes its first.
kill_link() {
    program=$1
    shift
    kill_cc -o "$program" "$@" part_*.o -lpthread -lrt -Wl,-z,now
}

kill_ours() {
    kill_link "$1" -I "$top/src" "$kill/heap_ours.c" \
        "$here/objs/.libs/libngx_shm.a"
}

# Only Linux has this way of stepping, and not everybody may.
kill_possible() {
    [ "$(uname)" = Linux ] \
        && kill_cc -o tracer_test "$kill/tracer_test.c" "$kill/tracer.c" \
        && ./tracer_test >said && ! grep -q SKIP said
}
