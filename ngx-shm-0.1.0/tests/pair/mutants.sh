#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh - break what holds two processes apart; each must be seen.
#
# As tests/kill/mutants.sh; what is in "seen" are cases of the program pair.
# NGX_PAIR_MUTANTS=4 takes so many of them, by NGX_PAIR_SEED.

. "${srcdir-.}/tests/tap.sh"
. "$top/tests/pair/parts.sh"

# field NAME FILE
field() {
    sed -n "s/^# $1: *//p" "$2"
}

# The script must change something.
mutate() {
    rm -rf src
    mkdir src
    cp lib/*.h src/ || return
    sed -f "$1" "lib/$2" >"src/$2"
    ! cmp -s "lib/$2" "src/$2"
}

caught() {
    file=$(field file "$1")
    mutate "$1" "$file" || { echo "it changes nothing"; return 1; }
    pair_points src "src/$file" mutant || return
    cp lib.a mutant.a
    ar d mutant.a "lib.a_${file%.c}.o" && ar q mutant.a mutant.o || return
    pair_link pair mutant.a || return
    rest=$(field seen "$1")
    while [ -n "$rest" ]; do
        timeout 120 ./pair -q -n 15000 -t 60 -c "${rest%%; *}" >out 2>&1
        status=$?
        cat out
        [ "$status" = 1 ] && grep -q '^# found' out && return
        case $rest in
        *"; "*) rest=${rest#*; } ;;
        *) rest= ;;
        esac
    done
    return 1
}

chosen() {
    set -- "$pair"/mutants/*.sed
    seed=${NGX_PAIR_SEED-$(date +%S%M)}
    echo "# ${NGX_PAIR_MUTANTS-$#} of $# mutants, seed $seed" >&2
    printf '%s\n' "$@" \
        | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand(), $0 }' \
        | sort | head -n "${NGX_PAIR_MUTANTS-$#}" | cut -d' ' -f2-
}

if ! pair_possible; then
    echo "1..0 # SKIP processes can be stopped in the library on x86-64 only"
    exit 77
fi

pair_harness && pair_library lib.a || exit 1

chosen >names
while read -r mutant; do
    ok "seen: $(field what "$mutant")" caught "$mutant"
done <names
plan
