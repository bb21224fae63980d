# SPDX-License-Identifier: BSD-2-Clause
# mutate.sh - break a part of the library in known ways; each must be seen.
# For . by suites that have sourced tap.sh, with the names of mutants as
# arguments (none: all, or number of them by NGX_KILL_SEED), and these set:
#
#   suite     its folder, with the tests and mutants/
#   folders   those of src/ that are compiled
#   apart     files of the suite that belong to neither test
#   beside    objects that its *_kill needs, but tracer.o
#   options   of its *_kill
#   number    of mutants
#
# A mutant is a sed script for a copy of one source.  Its comments say which
# file it changes, and which test must see it:
#
#   # file: ngx_tx_save.c
#   # seen: tx_kill insert
#
# It must change the file, compile, and be caught; or the test fails.

# shellcheck shell=sh disable=SC2154  # top, here and these are set by others

check=$(pkg-config --cflags --libs check 2>/dev/null) || check=-lcheck

compile() {
    # shellcheck disable=SC2086  # words
    $CC -O2 -w -std=gnu99 -D_GNU_SOURCE -I lib -I "$here/objs" \
        -I "$top/tests/kill" -I "$suite" "$@"
}

# objects of all that stays as it is
compile_all() {
    # shellcheck disable=SC2086  # words
    sh "$top/contrib/flat" lib $folders && mkdir whole || return
    for source in lib/*.c "$suite"/*.c "$top/tests/kill/tracer.c"; do
        case " $apart " in *" ${source##*/} "*) continue ;; esac
        name=${source##*/}
        compile -c -o "whole/${name%.c}.o" "$source" || return
    done
}

# build PROGRAM: with mutant.o in place of the object of $file
build() {
    # shellcheck disable=SC2086  # words
    case $1 in
    *_kill) set -- "$1" $beside tracer.o ;;
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
        # shellcheck disable=SC2086  # words
        timeout 600 "./$program" $options "$rest" >out 2>&1
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
    set -- "$suite"/mutants/*.sed
    echo "# ${number:-$#} of $# mutants, seed $seed"
    # shellcheck disable=SC2046  # no spaces in their names
    set -- $(for mutant; do
        name=${mutant##*/}
        echo "$(echo "$seed$name" | cksum | cut -d' ' -f1) ${name%.sed}"
    done | sort | head -n "${number:-$#}" | cut -d' ' -f2)
fi

for mutant; do
    [ -f "$mutant" ] || mutant=$suite/mutants/$mutant.sed
    ok "seen: $(field what "$mutant")" caught
done
plan
