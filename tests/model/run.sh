#!/bin/sh
# run.sh: check futex.pml with Spin, and that its mistakes are found.
#
# TAP.  Needs spin (Debian: spin) and a C compiler.

set -eu

here=$(cd "$(dirname "$0")" && pwd)

if ! command -v spin >/dev/null 2>&1; then
    echo '1..0 # SKIP there is no spin'
    exit 0
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/ngx_model.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

# check MODE SPINFLAG...: does the model hold?  What pan says goes to out.
check() {
    mode=$1
    shift
    spin "$@" -a "$here/futex.pml" >out 2>&1 || return 2
    case $mode in
    safety) flags='-DSAFETY -DCOLLAPSE' args='-m2000000' ;;
    *)      flags='-DNP -DCOLLAPSE'     args='-l -f -m4000000' ;;
    esac
    # shellcheck disable=SC2086  # lists of words
    "${CC:-cc}" -O2 $flags -DNFAIR=3 -DMEMLIM=3000 -w -o pan pan.c || return 2
    # shellcheck disable=SC2086
    ./pan $args >out 2>&1 || return 2
    grep -q '^State-vector' out || return 2
    ! grep -q 'max search depth too small\|out of memory' out || return 2
    grep -q 'errors: 0' out
}

n=0
failed=0

# expect WHAT STATUS MODE SPINFLAG...
expect() {
    what=$1 status=$2
    shift 2
    n=$((n + 1))
    got=0
    check "$@" || got=$?
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' out)
    if [ "$got" = "$status" ]; then
        echo "ok $n - $what (${states:-no} states)"
    else
        failed=1
        echo "not ok $n - $what"
        sed 's/^/# /' out
    fi
}

echo 1..7
expect 'three processes, two deaths: right and told once' 0 safety
expect 'two processes, one death: right and told once'    0 safety -DN=2
expect 'two processes, one death: always gets on'         0 progress -DN=2
expect 'found: a sleep without end'             1 safety -DN=2 -DNO_SLICE
expect 'found: a lock taken from the living'    1 safety -DN=2 -DROB
expect 'found: a plain store instead of a swap' 1 safety -DNO_CAS
expect 'found: a death not passed on'           1 safety -DN=2 -DNO_TOLD
exit $failed
