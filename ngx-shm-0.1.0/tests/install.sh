#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# install.sh - what `make install` puts where, and that it works from there
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/..}/tests/tap.sh"

root=$work/root

# An older version had a file where there is a folder now, and others.
older=$root/opt/ngx/share/ngx-shm/auto
mkdir -p "$older"
echo old >"$older/engine"
echo old >"$older/merge.awk"

installed() {
    "${MAKE-make}" -C "$here" install DESTDIR="$root" prefix=/opt/ngx
}
ok 'make install, over an older version' installed
replaced() {
    [ -d "$older/engine" ] && [ ! -e "$older/merge.awk" ]
}
ok 'nothing of the older toolkit is left' replaced

lib=$root/opt/ngx/lib
places() {
    for file in lib/libngx_shm.so.0 lib/libngx_shm.so lib/libngx_shm.a \
        lib/pkgconfig/ngx-shm.pc include/ngx-shm/ngx_shmem.h \
        share/ngx-shm/auto/configure share/ngx-shm/auto/probe/map_anon.c \
        share/aclocal/ngx_auto.m4 \
        lib/cmake/ngx-shm/ngx-shm-config.cmake; do
        [ -s "$root/opt/ngx/$file" ] || { echo "no $file"; return 1; }
    done
}
ok 'library, headers, toolkit and macros are in their places' places
questions() {
    for file in "$top"/auto/probe/*.c; do
        cmp "$file" "$root/opt/ngx/share/ngx-shm/auto/probe/${file##*/}" ||
            return 1
    done
}
ok 'every question is installed' questions
symbols() {
    nm -D --defined-only "$lib/libngx_shm.so" | sed 's/.* //; s/@.*//' >symbols
    [ -s symbols ] &&
        ! grep -vE '^ngx_(shm|shmtx|shmcond|rwlock|slab|tx|log)_' symbols
}
ok 'only public names are exported' symbols
private() {
    ! grep -l ngx_auto_config "$root"/opt/ngx/include/ngx-shm/*
}
ok 'no installed header includes the private one' private
headers() {
    for header in "$root"/opt/ngx/include/ngx-shm/*.h; do
        printf '#include <%s>\nint main(void) { return 0; }\n' \
            "${header##*/}" >alone.c
        $CC -std=c99 -pedantic -Wall -Wextra -Werror -c \
            -I"$root/opt/ngx/include/ngx-shm" alone.c || return 1
        command -v g++ >/dev/null || continue
        cp alone.c alone.cc && g++ -Wall -Wextra -Werror -c \
            -I"$root/opt/ngx/include/ngx-shm" alone.cc || return 1
    done
}
ok 'each header compiles alone, strictly, and in C++' headers

aliases() {
    man3=$root/opt/ngx/share/man/man3
    [ -s symbols ] || return
    while read -r name; do
        ! grep -q "[^a-z_]$name(" "$top"/src/*.h || [ -s "$man3/$name.3" ] ||
            { echo "no page $name"; return 1; }
    done <symbols
    cat "$man3/ngx_slab_alloc.3" && cd "$man3/.." || return
    for page in man3/*.3; do
        to=$(sed -n 's/^\.so //p' "$page")
        [ -z "$to" ] || [ -s "$to" ] || { echo "$page: no $to"; return 1; }
    done
    ! command -v man >/dev/null ||
        man -M "$root/opt/ngx/share/man" ngx_slab_alloc | grep ngx_slab_create
}
ok 'man finds each call' aliases

config() {
    PKG_CONFIG_LIBDIR=$lib/pkgconfig pkg-config \
        --define-variable=prefix="$root/opt/ngx" \
        --define-variable=libdir="$lib" \
        --define-variable=includedir="$root/opt/ngx/include" "$@" ngx-shm
}
example() {
    # shellcheck disable=SC2046  # words
    $CC "$top/examples/counter.c" -o counter $(config --cflags --libs) &&
        LD_LIBRARY_PATH=$lib ./counter >said2 && cat said2 &&
        grep '^anon .*expected 400000, found 400000' said2
}
ok 'the example builds alone, with pkg-config, and runs' example
static() {
    # shellcheck disable=SC2046
    $CC "$top/examples/counter.c" -o counter2 $(config --cflags) \
        "$lib/libngx_shm.a" -lpthread && ./counter2
}
ok 'the example builds with the static library' static
toolkit() {
    sh "$root/opt/ngx/share/ngx-shm/auto/configure" --output=out &&
        grep '^#define NGX_HAVE_MAP_ANON' out/ngx_auto_config.h
}
ok 'the toolkit works from where it was installed' toolkit
uninstalled() {
    "${MAKE-make}" -C "$here" uninstall DESTDIR="$root" prefix=/opt/ngx
    find "$root" ! -type d >left
    find "$root" -name '*ngx-shm*' >>left
    cat left
    [ ! -s left ]
}
ok 'make uninstall leaves nothing' uninstalled
older_uninstalled() {
    mkdir -p "$older" && echo old >"$older/engine" && uninstalled
}
ok 'nor of an older version' older_uninstalled

again() {
    mkdir -p "$1"
    (cd "$1" && shift &&
        NGX_AUTO_CACHE=$work/cache sh ../source/configure -q "$@")
}
reuse() {
    # a source tree that was configured itself refuses to be another's
    mkdir -p source/src
    cp -R "$top/configure" "$top/Makefile.in" "$top/build-aux" "$top/auto" \
        "$top/ngx-shm.pc.in" "$top/packages" source
    cp "$top/src/ngx_shmem.h" source/src
    header=objs/ngx_auto_config.h
    again one && again two ngx_cv_NGX_HAVE_MAP_ANON=7 && again three &&
        again four ngx_cv_NGX_HAVE_MAP_ANON=7 &&
        cmp one/$header three/$header && cmp two/$header four/$header &&
        grep 'NGX_HAVE_MAP_ANON  7' four/$header &&
        grep 'NGX_HAVE_MAP_ANON .* cached' three/objs/ngx_auto_config.txt
}
ok 'a second ./configure takes from the cache, but no preset' reuse

summary() {
    mkdir -p five
    (cd five && NGX_AUTO_CACHE=$work/cache sh ../source/configure \
        --prefix=/opt/five NGX_HAVE_MAP_DEVZERO=0 --with-lock=robust) >words
    cat words
    grep '^  prefix  */opt/five$' words &&
        grep '^  backends  *anon .*posix' words &&
        ! grep '^  backends .*devzero' words &&
        grep '^  locks .*; by default robust$' words && grep '^Next: make;' words
}
ok './configure ends with what was found, and what to type' summary
once() { [ "$(grep -c 'POSIX_SHM\|shm_open()' words)" = 1 ]; }
ok './configure tells an answer once' once

plan
