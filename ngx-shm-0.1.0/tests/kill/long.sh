#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# long.sh [OPTION...] - every instruction of every situation, with the options
# of kill.c; then OSSP mm and Boost for comparison, where they are installed.
# NGX_KILL_POINTS=60: only about so many instructions of each situation, some of
# its variants and healers, and no comparison; others each time.

. "${srcdir-.}/tests/tap.sh"
. "$top/tests/kill/parts.sh"

if ! kill_possible; then
    echo "long.sh: error: nothing can be traced here; see ptrace(2)" >&2
    exit 2
fi

if [ -n "${NGX_KILL_POINTS-}" ]; then
    DEBUGS=${DEBUGS-$NGX_KILL_POINTS} RUNS=${RUNS-$NGX_KILL_POINTS}
    BURIED=${BURIED-$((NGX_KILL_POINTS / 3))}
    few=$((NGX_KILL_POINTS / 20 + 1))   # of variants and of dead healers: each
    set -- -p "$NGX_KILL_POINTS" -V "$few" -n "$few" "$@"   # is stepped through
    few="-V $(((few + 1) / 2)) -n $few"
else
    few=
fi

kill_parts && kill_ours ours || exit 1
./ours "$@"
status=$?

# Survivors who allocate before anybody looks: they bury, and do not sweep.
# shellcheck disable=SC2086  # none or one
./ours $few -b -p "${BURIED-400}" >buried || status=$?
sed 's/^/# buried: /' buried

# Seals are written while something is held: a thinned run is enough.
kill_link ours-debug -DFLAGS=NGX_SLAB_DEBUG -I "$top/src" \
    "$kill/heap_ours.c" "$here/objs/.libs/libngx_shm.a" || exit 1
# shellcheck disable=SC2086  # none or one
./ours-debug $few -p "${DEBUGS-200}" >debug || status=$?
sed 's/^/# debug: /' debug

# A pool so large that runs are cached, too: those situations once more.
kill_link ours-runs '-DSIZE=(2304*1024)' -I "$top/src" "$kill/heap_ours.c" \
    "$here/objs/.libs/libngx_shm.a" || exit 1
# shellcheck disable=SC2086
./ours-runs $few -p "${RUNS-2000}" "run split" "run that fits exactly" \
    "run freed alone" "run merged left" "free of another's run" realloc \
    aligned "alloc_to of a run" "free_from of a run" mixture reap \
    "recovery of a split" "recovery of a merge" >runs || status=$?
sed 's/^/# runs: /' runs

[ -z "${NGX_KILL_POINTS-}" ] || exit "$status"

# The peers get a thinned run: they hang or lose soon enough.
if kill_link mm "$kill/heap_mm.c" -lmm 2>/dev/null; then
    ./mm -p 60 -V 4 -c 0 -t 3000 | sed -n 's/^#/# peer:/p'
fi
if ${CXX-c++} -O2 -c -o boost.o "$kill/heap_boost.cc" 2>/dev/null \
    && ${CXX-c++} -o boost boost.o part_*.o -lpthread -Wl,-z,now
then
    ./boost -p 60 -V 4 -c 0 -t 100 | sed -n 's/^#/# peer:/p'
fi
exit "$status"
