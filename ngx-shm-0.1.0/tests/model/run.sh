#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# run.sh [--whole]: check the models with Spin, and that mistakes are found.
#
# TAP.  Needs spin (Debian: spin) and a C compiler.  Without --whole: what
# takes at most a minute on an idle machine.  With it, what was right is noted
# in $NGX_MODEL_SEEN, if that is set, and not run again while model and flags
# are the same.  A run ends after $NGX_MODEL_SECONDS.

set -eu

here=$(cd "$(dirname "$0")" && pwd)
whole=${1-}
seen=${NGX_MODEL_SEEN-}
seconds=${NGX_MODEL_SECONDS:-150}
[ "$whole" != --whole ] || seconds=${NGX_MODEL_SECONDS:-1500}

if ! command -v spin >/dev/null 2>&1; then
    echo '1..0 # SKIP there is no spin'
    exit 0
fi

case $seen in '' | /*) ;; *) seen=$PWD/$seen ;; esac

work=$(mktemp -d "${TMPDIR:-/tmp}/ngx_model.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cd "$work"

# A line: which form, model, right or progress, found or stuck, flags - what it
# shows.  found, stuck: the flags are a mistake, which must be found.
cat >models <<'LINES'
short futex   right     -DN=2 - two processes, one death: right and told once
short futex   progress  -DN=2 - two processes, one death: always gets on
short futex   found     -DN=2 -DNO_SLICE - a sleep without end
short futex   found     -DN=2 -DROB - a lock taken from the living
short futex   found     -DNO_CAS - a plain store instead of a swap
short futex   found     -DN=2 -DNO_TOLD - a death not passed on
whole futex   right     - three processes, two deaths: right and told once
short owner   right     - numbers used again: right and told once
short owner   right     -DNO_KERNEL - the same without the kernel's mark
short owner   right     -DNO_PROC - the same without start times
short owner   right     -DEXEC - a thread that execs with the lock
short owner   found     -DNO_KERNEL -DNO_PROC - neither mark nor start times
short owner   found     -DEXEC -DNO_KERNEL - exec that the kernel does not mark
short owner   found     -DSAME_MOMENT - an identity that is the number alone
short owner   found     -DTWINS - another namespace's thread let in
short owner   found     -DSTORE - a dead owner's lock taken by a store
short rwlock  right     -DN=2 -DDEATHS=1 - two processes, one death: right
short rwlock  right     -DN=2 -DDEATHS=1 -DTIMEOUT - the same with time limits
short rwlock  progress  -DN=2 -DDEATHS=1 -DPROGRESS - the same: always gets on
short rwlock  right     -DN=2 -DDEATHS=1 -DUPGRADE - readers that ask to write
short rwlock  progress  -DN=2 -DDEATHS=1 -DPROGRESS -DUPGRADE - the same: gets on
short rwlock  stuck     -DN=2 -DPROGRESS -DUPGRADE -DUPGRADE_WAITS - such that wait
whole rwlock  right     -DDEATHS=1 -DTIMEOUT - three processes, one death
whole rwlock  right     -DDEATHS=2 - three processes, two deaths
short rwlock  found     -DN=2 -DDEATHS=1 -DFLAG_LATE - a flag set too late
short rwlock  found     -DN=2 -DDEATHS=1 -DLOOK_FIRST - a reader looks too soon
short rwlock  found     -DN=2 -DDEATHS=1 -DTIMEOUT -DCLEAR_TORN - torn data read
short rwlock  found     -DN=2 -DDEATHS=1 -DSLOT_LAST - a downgrade with a gap
short rwlock  found     -DDEATHS=1 -DSWEEP_STORE - a slot cleared by a store
short chunk   right     -DDEATHS=1 - two at a cell, one death
whole chunk   right     - two at a cell, two deaths
whole chunk   right     -DCALLS=3 -DDEATHS=1 - two at a cell, longer lives
whole chunk   right     -DN=3 -DDEATHS=1 -DCALLS=1 - three at a cell
short chunk   right     -DPLAIN -DDEATHS=1 - free beside reap, one death
whole chunk   right     -DPLAIN - free beside reap, two deaths
whole chunk   right     -DPLAIN -DN=3 -DDEATHS=1 -DCALLS=1 - the same of three
short chunk   found     -DCLAIM_STORE - a cell claimed by a store
short chunk   found     -DLIVE_LATE - a cell set before its chunk is live
short chunk   found     -DNO_PROOF - an intent believed without proof
short chunk   found     -DNO_CLAIM_LOOK - a claim that names the chunk forgotten
short chunk   found     -DNO_INTENT_GIVE - the chunk of an intent not buried
short chunk   found     -DPLAIN -DNO_TOP - the entry at the top not buried
short chunk   found     -DPLAIN -DENTRY_LATE - an entry after its byte
short chunk   found     -DPLAIN -DN=3 -DDEATHS=1 -DCALLS=1 -DFREE_STORE - a free stored
short weak    right     -DLOCK - stores before a lock is left are seen
short weak    found     -DLOCK -DNO_PUBLISH - a lock left by a plain store
short weak    right     -DCELL - a cell shows a chunk that is live
short weak    found     -DCELL -DNO_PUBLISH - a cell stored plainly
short weak    found     -DCELL -DJUDGE_FIRST - a byte read before the claim
short weak    right     -DSPOT - a spot leads to its own slab
short weak    found     -DSPOT -DNO_PUBLISH - mag stored plainly
short weak    found     -DSPOT -DNO_ACQUIRE - mag read in any order
short weak    found     -DSPOT -DMAG_LAST - mag read last
short weak    right     -DSETTLE - a dead allocator settled beside a free
short weak    found     -DSETTLE -DINTENT_LATE - an intent after its claim
short weak    found     -DSETTLE -DPLAIN_BYTE - another's byte stored
short weak    right     -DREADER - readers and a writer apart
short weak    found     -DREADER -DNO_ACQUIRE - data read before the flag
short weak    found     -DREADER -DNO_PUBLISH - a flag cleared plainly
short weak    found     -DREADER -DNO_BARRIER - a writer without a barrier
short weak    right     -DLOOK - a look without the lock sees no half change
short weak    found     -DLOOK -DNO_ACQUIRE - the count read in any order
short weak    found     -DLOOK -DEARLY - a look before the word is read
LINES

# check MODEL MODE SPINFLAG...: does it hold?  What pan says goes to out.
# 0: yes, 1: an error was found, 2: neither
check() {
    model=$here/$1.pml mode=$2
    shift 2
    rm -f pan pan.* ./*.trail
    spin "$@" -a "$model" >out 2>&1 || return 2
    case $mode in
    progress | stuck) flags='-DNP -DCOLLAPSE'     args='-l -f -m4000000' ;;
    *)        flags='-DSAFETY -DCOLLAPSE' args='-m4000000' ;;
    esac
    # shellcheck disable=SC2086  # lists of words
    "${CC:-cc}" -O2 $flags -DNFAIR=3 -DMEMLIM=6000 -w -o pan pan.c || return 2
    # shellcheck disable=SC2086
    timeout "$seconds" ./pan $args >out 2>&1 || return 2
    grep -q '^State-vector' out || return 2
    ! grep -q 'max search depth too small\|out of memory' out || return 2
    grep -q 'errors: 0' out
}

note() {
    [ -z "$seen" ] || echo "$key" >>"$seen"
}

is_noted() {
    [ "$whole" = --whole ] && [ -n "$seen" ] && [ -f "$seen" ] &&
        grep -qxF "$key" "$seen"
}

# one N MODEL KIND FLAGS WHAT
one() {
    key="$2 $3 $4 $(cksum <"$here/$2.pml")"
    if is_noted; then
        echo "ok $1 - $2: $5 (as seen before)"
        return 0
    fi
    want=0 got=0 mode=$3 found=
    case $3 in found | stuck) want=1 found='found: ' ;; esac
    # shellcheck disable=SC2086  # a list of words
    check "$2" "$mode" $4 || got=$?
    states=$(sed -n 's/^ *\([0-9.e+]*\) states, stored.*/\1/p' out)
    if [ "$got" = "$want" ]; then
        echo "ok $1 - $2: $found$5 (${states:-no} states)"
        note
    else
        echo "not ok $1 - $2: $found$5"
        sed 's/^/# /' out
        failed=1
    fi
}

[ "$whole" = --whole ] || sed '/^whole/d' models >wanted
[ -f wanted ] || cp models wanted

n=0 failed=0
echo "1..$(wc -l <wanted)"
while read -r _ model kind rest; do
    n=$((n + 1))
    one $n "$model" "$kind" "${rest%%- *}" "${rest#*- }"
done <wanted
exit $failed
