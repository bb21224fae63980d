#!/bin/sh
# mutants.sh - break the heap in known ways; each must be seen.
#
# A mutant is a sed script for a copy of the sources.  Its comments say which
# file it changes and which situations must see it:
#
#   # file: ngx_slab.c
#   # seen: run split; run merged left
#
# It must change the file, compile, and be caught; or the test fails.

. "${srcdir-.}/tests/tap.sh"

. "$top/tests/kill/parts.sh"

# field NAME FILE
field() {
    sed -n "s/^# $1: *//p" "$2"
}

compile() {
    rm -f src/ngx_shm_tool* src/ngx_shm_named*
    kill_link src/kill -w -I src -I "$here/objs" src/*.c "$kill/heap_ours.c"
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

kill_parts || exit 1

for mutant in "$kill"/mutants/*.sed; do
    options=$(field options "$mutant")
    ok "seen: $(field what "$mutant")" caught "$mutant"
done
plan
