#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh [NAME...] - break the counters in known ways; each must be seen.
#
# A mutant is a sed script for a copy of one source.  Its comments say which
# file it changes, and which test must see it:
#
#   # file: ngx_stat_read.c
#   # seen: stat_kill define
#
# It must change the file, compile, and be caught; or the test fails.
# NGX_STAT_MUTANTS=4 takes so many of them, by NGX_KILL_SEED.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

check=$(pkg-config --cflags --libs check 2>/dev/null) || check=-lcheck

compile() {
    # shellcheck disable=SC2086  # words
    $CC -O2 -w -std=gnu99 -D_GNU_SOURCE -I lib -I "$here/objs" \
        -I "$top/tests/kill" -I "$top/tests/stat" "$@"
}

# objects of all that stays as it is
compile_all() {
    sh "$top/contrib/flat" lib core lock stat && mkdir whole || return
    for source in lib/*.c "$top"/tests/stat/*.c "$top/tests/kill/tracer.c"; do
        case $source in */stat_holder.c | */stat_speed.c) continue ;; esac
        name=${source##*/}
        compile -c -o "whole/${name%.c}.o" "$source" || return
    done
}

# build PROGRAM: with mutant.o in place of the object of $file
build() {
    case $1 in
    stat_kill) set -- "$1" stat_world.o tracer.o ;;
    esac
    program=$1
    shift
    for name in "$program.o" "$@" $(cd lib && echo ngx_*.c); do
        name=${name%.c}
        name=${name%.o}.o
        if [ "$name" = "${file%.c}.o" ]; then
            set -- "$@" mutant.o
        else
            set -- "$@" "whole/$name"
        fi
    done
    # the first words were names only
    for object; do
        shift
        case $object in whole/* | mutant.o) set -- "$@" "$object" ;; esac
    done
    # shellcheck disable=SC2086  # words
    compile -o "$program" "$@" $check -lpthread -lrt -lm
}

# field NAME FILE
field() {
    sed -n "s/^# $1: *//p" "$2"
}

run() {
    program=${seen%% *}
    rest=${seen#"$program"}
    rest=${rest# }
    if [ -n "$rest" ]; then
        timeout 600 "./$program" -p 400 "$rest" >out 2>&1
    else
        timeout 600 "./$program" >out 2>&1
    fi
}

caught() {
    file=$(field file "$mutant") seen=$(field seen "$mutant")
    sed -f "$mutant" "lib/$file" >mutant.c || return
    ! cmp -s "lib/$file" mutant.c || { echo 'it changes nothing'; return 1; }
    compile -c -o mutant.o mutant.c && build "${seen%% *}" || return
    run
    status=$?
    grep '^not ok' out
    [ "$status" = 1 ] && grep -q '^not ok' out
}

compile_all || exit 1

if [ $# = 0 ]; then
    seed=${NGX_KILL_SEED-$(date +%s)}
    set -- "$top"/tests/stat/mutants/*.sed
    echo "# ${NGX_STAT_MUTANTS-$#} of $# mutants, seed $seed"
    # shellcheck disable=SC2046  # no spaces in their names
    set -- $(for mutant; do
        name=${mutant##*/}
        echo "$(echo "$seed$name" | cksum | cut -d' ' -f1) ${name%.sed}"
    done | sort | head -n "${NGX_STAT_MUTANTS-$#}" | cut -d' ' -f2)
fi

for mutant; do
    [ -f "$mutant" ] || mutant=$top/tests/stat/mutants/$mutant.sed
    ok "seen: $(field what "$mutant")" caught
done
plan
