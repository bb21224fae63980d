#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh - what `make demo` promises: a worker dies with the lock held, each
# time, and nothing is lost
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/..}/tests/tap.sh"

served() {
    timeout 60 "$here/objs/server" 1 >said2
    status=$?
    cat said2
    [ "$status" = 0 ] && grep '^worker [0-9]* died with the lock held' said2 &&
        grep ' [1-9][0-9]* of them with the lock;.*lost: nothing$' said2
}
ok 'a death with the lock held is repaired' served
ok 'and again' served

plan
