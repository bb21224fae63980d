#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# elsewhere.sh [VARIANT...] - the whole table of tests/identity: here, with musl,
# with 32 bits, and under emulators of aarch64 and s390x
#
# What cannot be built here is skipped.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

only=$*

# build DIR COMPILER [PRESET...]: the program of the table into DIR
build() {
    dir=$work/$1 compiler=$2
    shift 2
    mkdir -p "$dir/objs" && cd "$dir" || return 1
    sh "$top/auto/configure" --quiet --no-cache CC="$compiler" "$@" || return 1
    libs=$(cat objs/ngx_auto_config.libs)
    sh "$top/contrib/flat" lib core segment named lock heap || return 1
    # shellcheck disable=SC2086  # lists of words
    $compiler -O2 -Wall -std=gnu99 -D_GNU_SOURCE -static -Iobjs -Ilib \
        -o identity "$top"/tests/identity/*.c lib/*.c -lpthread $libs
}

# there COMPILER: it can build something that runs here
there() {
    echo 'int main(void) { return 0; }' >one.c
    command -v "${1%% *}" >/dev/null && $1 -static -o one one.c 2>said &&
        $emulator ./one
}

# all [-e]: each cell that can be asked here
all() {
    # shellcheck disable=SC2086  # a list of words
    NGX_IDENTITY=all timeout 400 $emulator ./identity "$@" \
        "$top/tests/identity/table" >out 2>&1
    status=$?
    grep -v '^ok .*: ' out
    [ "$status" = 0 ] && grep -q '^ok' out
}

# variant NAME COMPILER EMULATOR [PRESET...]
variant() {
    variant=$1 compiler=$2 emulator=$3
    shift 3
    case " ${only:-$variant} " in
    *" $variant "*) ;;
    *) return 0 ;;
    esac
    cd "$work" || exit 1
    if ! there "$compiler"; then
        skip "$variant" 'cannot be built and run here'
        return 0
    fi
    ok "$variant: build" build "$variant" "$compiler" "$@"
    cd "$work/$variant" || exit 1
    ok "$variant: each cell of the table" all ${emulator:+-e}
}

variant here "$CC" ''
variant musl musl-gcc ''
variant bits-32 "$CC -m32 -isystem /usr/include/$(uname -m)-linux-gnu" ''
for machine in aarch64 s390x; do
    variant $machine $machine-linux-gnu-gcc qemu-$machine-static \
        --host=$machine-linux-gnu \
        --emulator="qemu-$machine-static -L /usr/$machine-linux-gnu"
done

plan
