#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# elsewhere.sh - transactions, killed in each call, with other compilers
#
# With musl's library and for 32 bits, where such programs are built and run.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

cat >one.c <<'END'
#include <errno.h>
int main(void) { return errno; }
END

# with NAME COMPILER...: both tests, built from the answers of that compiler
with() {
    name=$1
    shift
    if ! "$@" -o one one.c 2>/dev/null || ! ./one 2>/dev/null; then
        skip "transactions, $name" 'such programs do not run here'
        return
    fi
    title=$name
    ok "each call, $title" built "$@"
    ok "killed in each call, $title" killed
    rm -rf lib objs
}
built() {
    sh "$top/contrib/flat" lib core lock heap tx && mkdir objs || return
    (cd "$top" && CC="$*" sh auto/configure --output="$work/objs") || return
    for source in lib/*.c "$top/tests/kill/tracer.c" \
        "$top/tests/tx/tx_world.c" "$top/tests/tx/tx_referee.c"
    do
        name=${source##*/}
        "$@" -O2 -w -std=gnu99 -D_GNU_SOURCE -I lib -I objs \
            -c -o "objs/${name%.c}.o" "$source" || return
    done
    for program in tx_test tx_kill; do
        "$@" -O2 -w -std=gnu99 -D_GNU_SOURCE -I lib -I objs \
            -I "$top/tests/mini" -I "$top/tests/kill" -o "objs/$program" \
            "$top/tests/tx/$program.c" objs/*.o -lpthread || return
    done
    timeout 300 objs/tx_test
}
killed() {
    timeout 3000 objs/tx_kill -p "${NGX_TX_POINTS-60}" -d 10
    status=$?
    [ $status = 0 ] || [ $status = 77 ]
}
with musl musl-gcc
# shellcheck disable=SC2086  # words
with '32 bits' $CC -m32 -isystem "/usr/include/$(uname -m)-linux-gnu"

plan
