#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# elsewhere.sh - the counters, killed in each call, with other compilers
#
# With musl's library and for 32 bits, where such programs are built and run.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

cat >one.c <<'END'
#include <errno.h>
int main(void) { return errno; }
END

# with NAME COMPILER...: the kill test, built from the answers of that compiler
with() {
    name=$1
    shift
    if ! "$@" -o one one.c 2>/dev/null || ! ./one 2>/dev/null; then
        skip "killed in each call, $name" 'such programs do not run here'
        return
    fi
    ok "killed in each call, $name" killed "$@"
}
killed() {
    sh "$top/contrib/flat" lib core lock stat && mkdir objs || return
    (cd "$top" && CC="$*" sh auto/configure --output="$work/objs") || return
    "$@" -O2 -w -std=gnu99 -D_GNU_SOURCE -I lib -I objs -I "$top/tests/kill" \
        -I "$top/tests/stat" -o stat_kill lib/*.c "$top"/tests/stat/stat_kill.c \
        "$top/tests/stat/stat_world.c" "$top/tests/kill/tracer.c" \
        -lpthread || return
    timeout 3000 ./stat_kill -p "${NGX_STAT_POINTS-100}"
    status=$?
    rm -rf lib objs
    [ $status = 0 ] || [ $status = 77 ]
}
with musl musl-gcc
# shellcheck disable=SC2086  # words
with '32 bits' $CC -m32 -isystem "/usr/include/$(uname -m)-linux-gnu"

plan
