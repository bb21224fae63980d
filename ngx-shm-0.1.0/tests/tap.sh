# SPDX-License-Identifier: BSD-2-Clause
# tap.sh - what the shell suites share; `. tests/tap.sh`
#
#   ok NAME COMMAND...      one test: COMMAND must succeed
#   no NAME COMMAND...      one test: COMMAND must fail with a plain status
#   skip NAME REASON        only where the thing cannot exist here
#   plan                    the last line; the status tells whether all passed
#
# Each suite works in $work, a folder of its own, which goes at the end.
# What a failed command printed follows its "not ok", as comments.

# shellcheck disable=SC2034  # some are for the suites alone

set -u
LC_ALL=C
export LC_ALL
unset MAKEFLAGS MFLAGS NGX_AUTO_CACHE CPPFLAGS CFLAGS LDFLAGS LIBS

here=$PWD
top=${srcdir-$(dirname "$0")/..}
[ -f "$top/configure.ac" ] || top=$top/..   # a suite in a folder of tests/
top=$(cd "$top" && pwd)
CC=${CC-cc}
tests=0 failures=0
work=$here/objs/${0##*/}.$$
mkdir -p "$work" || exit 1
trap 'cd /; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work" || exit 1

tell() {
    tests=$((tests + 1))
    if [ "$1" = 0 ]; then
        echo "ok $tests - $2"
    else
        failures=$((failures + 1))
        echo "not ok $tests - $2"
        sed 's/^/# /' "$work/said"
    fi
}

ok() {
    name=$1
    shift
    ("$@") >"$work/said" 2>&1 </dev/null
    tell $? "$name"
}

# a signal or "not found" is no refusal
no() {
    name=$1
    shift
    ("$@") >"$work/said" 2>&1 </dev/null
    status=$?
    [ "$status" -gt 0 ] && [ "$status" -lt 126 ]
    tell $? "$name"
}

skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2"
}

plan() {
    echo "1..$tests"
    [ "$failures" = 0 ]
}
