# SPDX-License-Identifier: BSD-2-Clause
# parts.sh - how the pair test is built; for . by those who source tap.sh
#
#   pair_possible           is this a machine that it knows?
#   pair_harness            all but the library, into this folder
#   pair_library OUT        the library, with its points; its sources in lib/
#   pair_link OUT LIBRARY   the program

# shellcheck shell=sh disable=SC2154  # top and here are tap.sh's

pair=$top/tests/pair

pair_cc() {
    # shellcheck disable=SC2086  # lists of words
    $CC ${PAIR_CFLAGS--O2} -std=gnu99 -D_GNU_SOURCE -I "$here/objs" "$@"
}

# Processes are stopped by calls that an awk script puts before instructions.
pair_possible() {
    [ "$(uname)" = Linux ] && echo 'int f(int *p) { return *p; }' >seen.c \
        && pair_cc -S -o seen.s seen.c && grep -q 'movl.*(%rdi), %eax' seen.s
}

pair_harness() {
    for part in "$pair"/*.c; do
        name=${part##*/}
        more=
        [ "$name" != point.c ] || more=-mgeneral-regs-only
        # shellcheck disable=SC2086  # none or one
        pair_cc $more -I "$top/src" -c -o "part_${name%.c}.o" "$part" \
            || return
    done
}

# One source file, its points put in.
pair_points() {
    pair_cc -mno-red-zone -fcf-protection=none -fno-asynchronous-unwind-tables \
        -w -I "$1" -S -o "$3.s" "$2" || return
    case $2 in
    */ngx_lock*) after=1 ;;
    *) after=0 ;;
    esac
    awk -v after=$after -f "$pair/points.awk" "$3.s" >"$3.points.s" \
        && pair_cc -c -o "$3.o" "$3.points.s"
}

pair_library() {
    out=$1
    sh "$top/contrib/flat" lib core lock heap || return
    rm -f "$out" "$out"_*
    for file in lib/*.c; do
        name=${file##*/}
        pair_points lib "$file" "${out}_${name%.c}" || return
    done
    ar cr "$out" "$out"_*.o
}

# Waiting is done by the harness.
pair_link() {
    wraps=
    for call in syscall nanosleep sched_yield clock_gettime \
        pthread_mutex_lock pthread_mutex_trylock pthread_mutex_timedlock \
        pthread_mutex_unlock
    do
        wraps="$wraps -Wl,--wrap=$call"
    done
    # shellcheck disable=SC2086  # a list of words
    pair_cc -static -o "$1" part_*.o "$2" $wraps -lpthread -lrt
}
