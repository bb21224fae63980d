#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# abi.sh [renew] - the library's calls and types are those of the dump in
# packages/abi; `renew' writes the dump, on purpose, when they changed
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/..}/tests/tap.sh"

machine=$($CC -dumpmachine | sed 's/-.*//')
dump=$top/packages/abi/$machine-linux-gnu.abi
for program in abidw abidiff; do
    command -v "$program" >/dev/null || {
        echo "Bail out! $program is missing (Debian: abigail-tools)"
        exit 1
    }
done

# One build of the kind that the dump was made from, whatever the flags of this
# tree are: debug information of gcc tells the types.
library() (
    mkdir build && cd build &&
        NGX_AUTO_CACHE=$work/cache sh "$work/source/configure" -q \
            --disable-static CC=gcc CFLAGS='-g -O1' &&
        "${MAKE-make}" -s objs/libngx_shm.la
)
# a source tree that was configured itself refuses to be another's
source_tree() {
    "${MAKE-make}" -s -C "$here" distdir distdir=dist.$$ &&
        mv "$here/dist.$$" "$work/source"
}
headers() {
    mkdir headers && cp "$top"/src/*.h headers
}
# describe HEADERS LIBRARY: what the library shows of the types in HEADERS
describe() {
    abidw --headers-dir "$1" --drop-private-types --exported-interfaces-only \
        --no-corpus-path --no-comp-dir-path --no-show-locs "$2" |
        sed "s| path='[^']*/source/| path='|"
}

if ! { source_tree && library && headers; } >said 2>&1; then
    cat said >&2
    echo 'Bail out! the library does not build'
    exit 1
fi

so=build/objs/.libs/libngx_shm.so

# Debian's list: each call, with the version that brought it.
symbols=$top/debian/libngx-shm0.symbols
calls() {
    nm -D --defined-only "$so" | sed 's/.* //; s/@.*//' | LC_ALL=C sort
}
with_versions() {
    version=$(sed -n 's/^PACKAGE_VERSION *= *//p' "$here/Makefile")
    echo 'libngx_shm.so.0 libngx-shm0 #MINVER#'
    echo '* Build-Depends-Package: libngx-shm-dev'
    calls | awk -v old="$symbols" -v version="$version" '
        BEGIN {
            while ((getline line <old) > 0) {
                split(line, word, " ")
                since[word[1]] = word[2]
            }
        }
        { call = $1 "@Base"
          print " " call, (call in since) ? since[call] : version }'
}

if [ "${1-}" = renew ]; then
    mkdir -p "$top/packages/abi" && describe headers "$so" >"$dump.new" &&
        with_versions >symbols.new && mv "$dump.new" "$dump" &&
        cp symbols.new "$symbols" && echo "abi.sh: wrote $dump and $symbols"
    exit
fi

listed() {
    sed -n 's/^ \(.*\)@Base .*/\1/p' "$symbols" >named
    [ -s named ] && calls | diff named -
}
ok "Debian's list has each call" listed

if [ ! -f "$dump" ]; then
    skip 'calls and types are those of the dump' \
        "there is no dump for $machine; make abi-dump makes one"
    plan
    exit
fi

# same DUMP HEADERS LIBRARY; 0 if nothing was added, removed or changed
same() { describe "$2" "$3" >now.abi && abidiff "$1" now.abi; }
ok 'calls and types are those of the dump' same "$dump" headers "$so"
outside() { ! grep -n "path='/" "$dump"; }
ok 'the dump names no path of a machine' outside

# A check that cannot fail is none: a small library, and another that differs
# from it by one line.
small() {
    mkdir -p "$1" && cat >"$1/small.h" && {
        cat <<'END'
#include "small.h"
long first(small_t *small) { return small->a + small->b; }
#ifndef GONE
int second(int n) { return n; }
#endif
END
    } >"$1/small.c" && gcc -g -O1 -shared -fPIC -I"$1" ${2+"$2"} \
        -o "$1/small.so" "$1/small.c"
}
noticed() {
    small before <<'END' && small after ${2+"$2"} &&
typedef struct { int a; int b; } small_t;
long first(small_t *small);
int second(int n);
END
        describe before before/small.so >small.abi || return 1
    same small.abi before before/small.so || return 1
    same small.abi after after/small.so
    # bit 2: an interface differs; bits 0 and 1: abidiff could not tell
    [ $(($? & 7)) = 4 ]
}
call_gone() {
    noticed x -DGONE <<'END'
typedef struct { int a; int b; } small_t;
long first(small_t *small);
END
}
field_more() {
    noticed x <<'END'
typedef struct { int a; int more; int b; } small_t;
long first(small_t *small);
int second(int n);
END
}
call_more() {
    noticed x '-Dsecond=third(int n) { return n; } int second' <<'END'
typedef struct { int a; int b; } small_t;
long first(small_t *small);
END
}
ok 'a call that is gone is noticed' call_gone
ok 'a field more is noticed' field_more
ok 'a call more is noticed' call_more

plan
