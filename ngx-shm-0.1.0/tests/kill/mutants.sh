#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh - break the heap in known ways; each must be seen.
#
# A mutant is a sed script for a copy of the sources.  Its comments say which
# file it changes and which situations must see it:
#
#   # file: ngx_slab.c
#   # seen: run split; run merged left
#
# It must change the file, compile, and be caught; or the test fails.
# NGX_KILL_MUTANTS=4 takes so many of them, by NGX_KILL_SEED.

. "${srcdir-.}/tests/tap.sh"

. "$top/tests/kill/parts.sh"

# field NAME FILE
field() {
    sed -n "s/^# $1: *//p" "$2"
}

# The sources of the library, once; those that a mutant leaves as they are.
compile_all() {
    mkdir -p whole
    sh "$top/contrib/flat" lib core segment lock heap || return
    for source in lib/*.c; do
        name=${source##*/}
        kill_cc -w -I lib -I "$here/objs" -c \
            -o "whole/${name%.c}.o" "$source" || return
    done
    kill_cc -w -I "$top/src" -I "$here/objs" -c -o heap_ours.o \
        "$kill/heap_ours.c"
}

# The script must change something, and all that it says it changes.
mutate() {
    file=$(field file "$1")
    rm -rf src
    mkdir src
    cp lib/*.h src/ || return
    sed -f "$1" "lib/$file" >"src/$file"
    ! cmp -s "lib/$file" "src/$file"
}

# A header is in many sources: then all are compiled.
compile() {
    set -- heap_ours.o
    for source in lib/*.c; do
        name=${source##*/}
        name=${name%.c}
        case $file in
        "$name.c") ;;
        *.h) cp "$source" src/ || return ;;
        *) set -- "$@" "whole/$name.o"; continue ;;
        esac
        kill_cc -w -I src -I "$here/objs" -c -o "mutant_$name.o" \
            "src/$name.c" || return
        set -- "$@" "mutant_$name.o"
    done
    kill_link src/kill "$@"
}

caught() {
    mutate "$1" || { echo "it changes nothing"; return 1; }
    compile || return
    set --
    rest=$(field seen "$mutant")
    while [ -n "$rest" ]; do
        set -- "$@" "${rest%%; *}"
        case $rest in
        *"; "*) rest=${rest#*; } ;;
        *) rest= ;;
        esac
    done
    # shellcheck disable=SC2086  # a list of options
    timeout 300 src/kill -qx -t 2000 ${options-} "$@" >out 2>&1
    status=$?
    cat out
    [ "$status" = 1 ] && grep -q '^# case' out
}

# NGX_KILL_MUTANTS of them, others each time; all if it is not set.
chosen() {
    set -- "$kill"/mutants/*.sed
    seed=${NGX_KILL_SEED-$(date +%S%M)}
    echo "# ${NGX_KILL_MUTANTS-$#} of $# mutants, seed $seed" >&2
    printf '%s\n' "$@" \
        | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand(), $0 }' \
        | sort | head -n "${NGX_KILL_MUTANTS-$#}" | cut -d' ' -f2-
}

kill_parts && compile_all || exit 1

chosen >names
while read -r mutant; do
    options=$(field options "$mutant")
    ok "seen: $(field what "$mutant")" caught "$mutant"
done <names
plan
