#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# lock_elsewhere.sh [VARIANT...] - the locks with another libc, word size or
# machine, and with less than this system has
#
# What cannot be built here is skipped.  The C tests run on tests/mini, since
# Check is there for this machine's own libc only.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

lock_tests='shmtx_test shmtx_death_test shmtx_force_test shmtx_place_test
shmtx_owner_test shmtx_twice_test shmtx_foreign_test rwlock_test rwlock_death_test
shmcond_test shmcond_death_test'

# build DIR COMPILER [PRESET...]: the tests of the locks into DIR
build() {
    dir=$work/$1 compiler=$2
    shift 2
    mkdir -p "$dir/objs" && cd "$dir" || return 1
    sh "$top/auto/configure" --quiet --no-cache CC="$compiler" "$@" || return 1
    libs=$(cat objs/ngx_auto_config.libs)
    options="-O2 -Wall -Wextra -Werror -std=gnu99 $flags"
    sh "$top/contrib/flat" lib core lock || return 1
    # shellcheck disable=SC2086  # lists of words
    $compiler $options -Iobjs -Ilib -c "$top/tests/lock/lock_world.c" lib/*.c ||
        return 1
    for name in $lock_tests lock_kill shmcond_kill; do
        case $name in
        *_kill) set -- "$top/tests/lock/$name"*.c ;;
        shmcond_*) set -- "$top/tests/lock/$name.c" \
            "$top/tests/lock/shmcond_world.c" \
            "$top/tests/lock/shmtx_world.c" ;;
        *) set -- "$top/tests/lock/$name.c" \
            "$top/tests/lock/${name%%_*}_world.c" ;;
        esac
        # shellcheck disable=SC2086
        $compiler $options -static -Iobjs -I"$top/tests/mini" -Ilib \
            -o "$name" "$@" ./*.o -lpthread $libs || return 1
    done
}

# passes DIR TEST [ARGUMENT...]
passes() {
    cd "$work/$1" || return 1
    shift
    # shellcheck disable=SC2086  # a list of words
    timeout 300 $emulator "$@" >out 2>&1
    status=$?
    grep -v '^ok' out
    [ "$status" = 0 ] && grep -q '^ok' out
}

# there COMPILER: it can build something that runs here
there() {
    echo 'int main(void) { return 0; }' >one.c
    command -v "${1%% *}" >/dev/null && $1 -static -o one one.c 2>said &&
        $emulator ./one
}

# wanted VARIANT: nobody asked for others alone
only=$*
wanted() {
    case " ${only:-$1} " in
    *" $1 "*) ;;
    *) false ;;
    esac
}

# with DIR WHAT COMPILER [PRESET...]
with() {
    wanted "$1" || return 0
    dir=$1 what=$2
    shift 2
    ok "$what: all is built" build "$dir" "$@"
    for name in $lock_tests; do
        ok "$what: $name" passes "$dir" "./$name"
    done
}
killed() {
    wanted "$1" || return 0
    ok "$2: killed at many instructions" passes "$1" ./lock_kill -s 300
    ok "$2: waiters and wakers killed" passes "$1" ./shmcond_kill
}
another() {
    wanted "$1" || return 0
    if there "$2"; then
        with "$1" "$2" "$2"
        killed "$1" "$2"
    else
        skip "$2" 'nothing can be built for it here'
    fi
}

emulator='' flags=''
another clang clang
another musl musl-gcc
another narrow "$CC -m32 -isystem /usr/include/$(uname -m)-linux-gnu"

for kind in robust sem fcntl; do
    flags=-DNGX_LOCK_KIND=$kind
    with "$kind" "--with-lock=$kind" "$CC"
done
flags=''

with no_futex 'without futexes' "$CC" NGX_HAVE_FUTEX=0
killed no_futex 'without futexes'
with no_robust 'without robust mutexes' "$CC" NGX_HAVE_PTHREAD_ROBUST=0
with no_start 'without start times' "$CC" NGX_HAVE_PROC_STARTTIME=0
with no_atomic 'without atomic operations' "$CC" NGX_HAVE_ATOMIC_OPS=0

# a processor with another byte order, and one that reorders: programs of
# another machine run, but cannot be stepped
for machine in s390x aarch64; do
    emulator=qemu-$machine-static
    wanted "$machine" || continue
    if there "$machine-linux-gnu-gcc"; then
        with "$machine" "$machine" "$machine-linux-gnu-gcc" \
            --host="$machine-linux-gnu" \
            --emulator="$emulator -L /usr/$machine-linux-gnu"
    else
        skip "$machine" 'no compiler, or no emulator'
    fi
done

plan
