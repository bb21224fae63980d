#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# elsewhere.sh - segments and tool with another libc, word size or byte order,
# in a container of our own with a small /dev/shm and no network
#
# What cannot be built here is skipped.  The C tests run on tests/mini, since
# Check is there for this machine's own libc only.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

# build DIR COMPILER [PRESET...]: library, tests and programs into DIR/objs
build() {
    dir=$work/$1 compiler=$2
    shift 2
    mkdir -p "$dir/objs" && cd "$dir" || return 1
    sh "$top/auto/configure" --quiet --no-cache CC="$compiler" "$@" || return 1
    libs=$(cat objs/ngx_auto_config.libs)
    awk -f "$top/src/tool/tool_features.awk" objs/ngx_auto_config.json \
        >objs/ngx_shm_features.h
    sh "$top/contrib/flat" lib core segment named lock heap stat &&
        sh "$top/contrib/flat" tool tool || return 1
    # shellcheck disable=SC2086  # a list of words
    for source in lib/*.c; do
        $compiler -O2 -Wall -Iobjs -Ilib -c "$source" || return 1
    done
    ar rc lib.a ./*.o
    link shm_named_test -I"$top/tests/mini" \
        "$top"/tests/named/shm_named_test.c "$top"/tests/named/named_*.c \
        "$top/tests/named/world.c" "$top/tests/segment/shm_world.c" ||
        return 1
    for name in segment/shmem core/log; do
        link "${name#*/}_test" -I"$top/tests/mini" \
            "$top/tests/${name}_test.c" "$top/tests/segment/shm_world.c" ||
            return 1
    done
    for name in opening several; do
        link "${name}_test" -I"$top/tests/mini" \
            "$top/tests/named/${name}_test.c" "$top/tests/named/world.c" \
            "$top/tests/segment/shm_world.c" || return 1
    done
    for name in states windows; do
        link "named_$name" -I"$top/tests/mini" "$top/tests/named/$name.c" \
            "$top/tests/named/trace.c" "$top/tests/named/act.c" \
            "$top/tests/named/table.c" "$top/tests/named/world.c" \
            "$top/tests/segment/shm_world.c" || return 1
    done
    link ngx-shm -DNGX_SHM_VERSION='"0.0"' tool/*.c &&
        link shm_holder "$top/tests/named/shm_holder.c" &&
        link shm_killed "$top/tests/segment/shm_killed.c" &&
        link tool_fuzz "$top/tests/tool/tool_fuzz.c" || return 1
    for name in counter writer reader passing server; do
        link "$name" "$top/examples/$name.c" || return 1
    done
}
link() {
    out=objs/$1
    shift
    # shellcheck disable=SC2086  # lists of words
    $compiler -O2 -std=gnu99 -static -Iobjs -Ilib -I"$top/tests/segment" \
        -o "$out" "$@" lib.a -lpthread $libs
}

# in_container COMMAND...: as root of a name space, with 80 MiB of /dev/shm,
# and no network but this machine itself
in_container() {
    unshare -Urnmi sh -c 'mount -t tmpfs -o size=80m tmpfs /dev/shm &&
        ip link set lo up && exec "$@"' sh "$@"
}

# passes DIR TEST...: every one of these C tests, in $emulator if there is one
passes() {
    cd "$work/$1/objs" || return 1
    shift
    for name; do
        # shellcheck disable=SC2086  # a list of words
        NGX_SHM_ROUNDS=30 srcdir=$top timeout 300 env ${emulator:+NGX_EMULATED=1} \
            $emulator "./$name" >out 2>&1 || {
            grep -v '^ok' out
            return 1
        }
    done
}
contained() {
    cd "$work/$1/objs" || return 1
    for name in shm_named_test shmem_test opening_test several_test \
        named_states named_windows; do
        NGX_SHM_ROUNDS=30 srcdir=$top in_container timeout 300 "./$name" >out 2>&1 || {
            grep -v '^ok' out
            return 1
        }
    done
}

# program DIR [in_container]
program() {
    cd "$work/$1" || return 1
    status=0
    for suite in tool tool_others; do
        ${2-} env srcdir="$top" timeout 900 sh "$top/tests/tool/$suite.sh" \
            >out 2>&1 || status=1
        grep -v '^ok' out
    done
    return $status
}

# there DIR COMPILER: it can build something that runs here
there() {
    echo 'int main(void) { return 0; }' >one.c
    command -v "${2%% *}" >/dev/null && $2 -static -o one one.c 2>said &&
        $emulator ./one
}

emulator=
everywhere() {
    if ! there "$@"; then
        skip "$2" 'nothing can be built for it here'
        return
    fi
    ok "$2 builds all" build "$1" "$2"
    ok "$2: the C tests pass" passes "$1" log_test shmem_test shm_named_test \
        opening_test several_test named_states named_windows
    ok "$2: and those of the program" program "$1"

    if ! in_container true 2>/dev/null; then
        skip "$2: in a container" 'unshare, mount or ip is refused'
        return
    fi

    ok "$2: the C tests pass in a container with a small /dev/shm" \
        contained "$1"
    ok "$2: and those of the program" program "$1" in_container
}

# emulated MACHINE: programs of another machine run, but start no others
emulated() {
    emulator=qemu-$1-static
    if ! there "$1" "$1-linux-gnu-gcc"; then
        skip "$1" 'no compiler, or no emulator'
    else
        ok "$1 builds all" build "$1" "$1-linux-gnu-gcc" \
            --host="$1-linux-gnu" --emulator="$emulator -L /usr/$1-linux-gnu"
        ok "$1: the C tests pass" passes "$1" log_test shmem_test \
            shm_named_test opening_test several_test named_states \
            named_windows
    fi
    emulator=
}

everywhere own "$CC"
everywhere musl musl-gcc
everywhere narrow "$CC -m32 -isystem /usr/include/$(uname -m)-linux-gnu"
emulated s390x
emulated aarch64

# --- nothing compiled in: each backend says so, by the question behind it
nothing='NGX_HAVE_MAP_ANON=0 NGX_HAVE_MAP_DEVZERO=0 NGX_HAVE_SYSVSHM=0
    NGX_HAVE_POSIX_SHM=0 NGX_HAVE_MEMFD=0 NGX_HAVE_MAP_FILE=0'
# shellcheck disable=SC2086  # a list of words
ok 'all of it builds without any backend' build none "$CC" $nothing
without() {
    cd "$work/none/objs" || return 1
    ./ngx-shm backends >out
    [ $? = 1 ] && [ "$(grep -c '^[a-z]* *not built in: backend "' out)" = 7 ] &&
        grep -q 'since NGX_HAVE_SYSVSHM was answered 0' out
}
ok 'and says so for each' without

plan
