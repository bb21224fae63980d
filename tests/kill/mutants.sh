#!/bin/sh
# mutants.sh PROGRAM-FOLDER - break the heap in known ways; each must be seen.
#
# A mutant is a sed script for a copy of the sources.  Its comments say which
# file it changes and which situations must see it:
#
#   # file: ngx_slab.c
#   # seen: run split; run merged left
#
# It must change the file, compile, and be caught; or the test fails.

. "${srcdir-.}/tests/tap.sh"

kill=$top/tests/kill
objs=$here/objs

# field NAME FILE
field() {
    sed -n "s/^# $1: *//p" "$2"
}

compile() {
    rm -f "$1"/ngx_shm_tool* "$1"/ngx_shm_named*
    # shellcheck disable=SC2086  # a list of words
    $CC -O2 -w -std=gnu99 -D_GNU_SOURCE -I "$1" -I "$objs" -I "$kill" \
        -o "$1/kill" "$1"/*.c part_*.o "$kill/heap_ours.c" -lpthread -lrt
}

# The script must change something, and all that it says it changes.
mutate() {
    file=$(field file "$1")
    mkdir -p src
    rm -f src/*
    cp "$top"/src/*.[ch] src/ || return
    sed -f "$1" "$top/src/$file" >"src/$file"
    ! cmp -s "$top/src/$file" "src/$file"
}

caught() {
    mutate "$1" || { echo "it changes nothing"; return 1; }
    compile src || return
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

for part in "$kill"/*.c; do
    case $part in
    */heap_* | *_test.c) continue ;;
    esac
    name=${part##*/}
    # shellcheck disable=SC2086  # a list of words
    $CC -O2 -std=gnu99 -D_GNU_SOURCE -c -o "part_${name%.c}.o" "$part" \
        || exit 1
done

for mutant in "$kill"/mutants/*.sed; do
    options=$(field options "$mutant")
    ok "seen: $(field what "$mutant")" caught "$mutant"
done
plan
