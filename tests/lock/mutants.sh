#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh [NAME...] - break the condition in known ways; each must be seen.
#
# A mutant is a sed script for a copy of one source.  Its comments say which
# file it changes, and which test must see it:
#
#   # file: ngx_shmcond.c
#   # seen: shmcond_kill WORDS OF A SITUATION
#   # every: at every so many instructions [7]
#
# It must change the file, compile, and be caught; or the test fails.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

compile() {
    $CC -O2 -w -std=gnu99 -D_GNU_SOURCE -I lib -I "$here/objs" \
        -I "$top/tests/mini" -I "$top/tests/lock" "$@"
}

# objects of all that stays as it is
compile_all() {
    sh "$top/contrib/flat" lib core lock && mkdir whole || return
    for source in lib/*.c "$top"/tests/lock/shmcond_*.c \
        "$top/tests/lock/shmtx_world.c" "$top/tests/lock/lock_world.c"
    do
        name=${source##*/}
        compile -c -o "whole/${name%.c}.o" "$source" || return
    done
}

# build PROGRAM: with mutant.o in place of the object of $file
build() {
    program=$1
    case $program in
    shmcond_kill) set -- "$1" shmcond_kill_do shmcond_kill_step ;;
    *) set -- "$program" shmcond_world shmtx_world ;;
    esac
    for name in "$@" lock_world $(cd lib && echo ngx_*.c); do
        name=${name%.c}
        if [ "$name" = "${file%.c}" ]; then
            set -- "$@" mutant.o
        else
            set -- "$@" "whole/$name.o"
        fi
    done
    # the first words were names only
    for object; do
        shift
        case $object in *.o) set -- "$@" "$object" ;; esac
    done
    compile -o "$program" "$@" -lpthread -lrt
}

# field NAME FILE
field() {
    sed -n "s/^# $1: *//p" "$2"
}

# run COMMAND...: until it ends, or something has failed; some would go on for
# long
run() {
    : >out
    timeout 600 "$@" >out 2>&1 &
    while kill -0 $! 2>said; do
        if grep -q '^not ok' out; then
            kill $!
            break
        fi
        sleep 1
    done
    wait $!
}

caught() {
    file=$(field file "$mutant") seen=$(field seen "$mutant")
    sed -f "$mutant" "lib/$file" >mutant.c || return
    ! cmp -s "lib/$file" mutant.c || { echo 'it changes nothing'; return 1; }
    program=${seen%% *}
    words=${seen#"$program"}
    compile -c -o mutant.o mutant.c && build "$program" || return
    if [ -n "$words" ]; then
        every=$(field every "$mutant")
        run "./$program" -e "${every:-7}" -k "$kind" -n "${words# }"
    else
        run "./$program"
    fi
    cat out
    grep -q '^not ok' out
}

# whole PROGRAM: unbroken, it passes
whole() {
    file=''
    build "$1" && run "./$1" && grep '^ok' out
}

compile_all || exit 1
kind=futex
grep -q 'NGX_HAVE_FUTEX  1' "$here/objs/ngx_auto_config.h" || kind=robust

ok 'unbroken, it passes' whole shmcond_death_test

[ $# != 0 ] || set -- "$top"/tests/lock/mutants/*.sed
for mutant; do
    [ -f "$mutant" ] || mutant=$top/tests/lock/mutants/$mutant.sed
    ok "seen: $(field what "$mutant")" caught
done
plan
