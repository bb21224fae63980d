#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# recipes.sh - each recipe of ngx-auto(7) builds, word for word as it is there
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no
# shellcheck disable=SC2016  # sed scripts

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
unset PKG_CONFIG_LIBDIR LD_LIBRARY_PATH NGX_EMULATOR CONFIG_SITE

if [ ! -f "$here/Makefile" ]; then
    echo '1..0 # SKIP needs a tree that is configured: the library to install'
    exit 0
fi

# recipe NAME: print the recipe from the manual, as text
recipe() {
    mkdir -p "$(dirname "$1")" &&
        sed -n '\,^\.\\" recipe: '"$1"'$,,/^\.\\" end/{
            /^\./d
            s/\\(aq/'"'"'/g; s/\\-/-/g; s/\\e/\\/g; s/\\&//g
            p
        }' "$top/man/ngx-auto.7" >"$1" && [ -s "$1" ] && ! grep '\\[f(]' "$1"
}
every_recipe() {
    sed -n 's/^\.\\" recipe: //p' "$top/man/ngx-auto.7" | sort >in-manual
    printf '%s\n' autoconf/Makefile.am autoconf/configure.ac \
        cmake-pkg/CMakeLists.txt cmake/CMakeLists.txt command \
        make/Makefile meson/meson.build \
        shell/configure stamp/Makefile | diff in-manual -
}
ok 'the recipes of the manual are those that are built here' every_recipe

# --- the installed library, in a prefix of its own
prefix="$work/private"
installed() {
    "${MAKE-make}" -C "$here" install DESTDIR="$work/dest" prefix=/x \
        >/dev/null && mv "$work/dest/x" "$prefix" &&
        sed "s,^prefix=.*,prefix=$prefix,
            s,^\(libdir\|includedir\)=.*/\(lib\|include\),\1=$prefix/\2," \
            "$prefix/lib/pkgconfig/ngx-shm.pc" >pc &&
        mv pc "$prefix/lib/pkgconfig/ngx-shm.pc" && cat \
            "$prefix/lib/pkgconfig/ngx-shm.pc"
}
ok 'the library is installed in a prefix of its own' installed
PKG_CONFIG_PATH=$prefix/lib/pkgconfig
export PKG_CONFIG_PATH

cat >main.c <<'END'
#include <ngx_shmem.h>

int
main(void)
{
    ngx_shm_t shm = { .size = 4096, .name = ngx_string("main") };

    return ngx_shm_alloc(&shm) != NGX_OK || shm.addr[4095] != 0;
}
END

# works PROGRAM: it runs, with the library that was installed here
works() {
    "$1" && ldd "$1" | grep "libngx_shm.so.0 => $prefix/lib/"
}
command_() {
    mkdir one && recipe command && cp main.c one && cd one &&
        sh ../command && works ./main
}
make_() {
    recipe make/Makefile && cp main.c make && cd make &&
        "${MAKE-make}" CC="$CC" && works ./main
}
autoconf_() {
    recipe autoconf/configure.ac && recipe autoconf/Makefile.am &&
        cp main.c autoconf && cd autoconf && autoreconf -i -Wall &&
        ./configure CC="$CC" --prefix="$work/a" && "${MAKE-make}" install &&
        works "$work/a/bin/main"
}
# cmake_ FOLDER [OPTION...]
cmake_() {
    recipe "$1/CMakeLists.txt" && cp main.c "$1" && cd "$1" && shift &&
        cmake -S . -B build -DCMAKE_INSTALL_PREFIX="$work/c" "$@" &&
        cmake --build build && works build/main &&
        cmake --install build && works "$work/c/bin/main"
}
find_package() {
    (unset PKG_CONFIG_PATH && cmake_ cmake -DCMAKE_PREFIX_PATH="$prefix")
}
pkg_check_modules() { cmake_ cmake-pkg; }
meson_() {
    recipe meson/meson.build && cp main.c meson && cd meson &&
        meson setup --prefix="$work/m" build && ninja -C build install &&
        works build/main && works "$work/m/bin/main"
}
# recipe_of NAME COMMAND...: build the recipe if all the commands are there
recipe_of() {
    name=$1 function=$2
    shift 2
    for program; do
        command -v "$program" >/dev/null || {
            skip "the library, from $name" "$program is not here"
            return
        }
    done
    ok "the library, from $name" "$function"
}
recipe_of 'one command' command_ pkg-config cc
recipe_of 'a Makefile' make_ pkg-config
recipe_of Autoconf autoconf_ pkg-config autoreconf automake
recipe_of CMake find_package cmake
recipe_of 'CMake and pkg-config' pkg_check_modules pkg-config cmake
recipe_of Meson meson_ pkg-config meson ninja

# --- questions, without the library
unset PKG_CONFIG_PATH
shell() {
    recipe shell/configure && cp -R "$top/auto" shell && cd shell &&
        cat >main.c <<'END' &&
#include "config.h"
#if MY_HAVE_STRNLEN
int main(void) { return 0; }
#endif
END
        sh -e ./configure && ./a.out
}
ok 'questions: the recipe for plain shell' shell
# what make does: the words are in made
makes() { "${MAKE-make}" CC="$CC" >made 2>&1 || { cat made; return 1; }; }
stamp() {
    recipe stamp/Makefile && cp -R "$top/auto" shell/probe shell/main.c stamp &&
        cd stamp && makes && ./main && grep 'checking for strnlen' made &&
        grep -e '-c main.c' made || return
    makes && ! grep 'checking\|-c main.c' made || return
    sleep 1
    touch probe/strnlen.c           # asked again; the same answer
    makes && cat made && grep 'checking for strnlen' made &&
        ! grep -e '-c main.c' made || return
    makes && ! grep 'checking\|-c main.c' made || return
    sed 's/strnlen("abc", 2) != 2/1/' probe/strnlen.c >changed &&
        mv changed probe/strnlen.c && sleep 1 && touch probe/strnlen.c || return
    makes
    cat made
    grep 'checking for strnlen.*not working' made && grep -e '-c main.c' made
}
ok 'questions: a Makefile with a stamp builds what must be built' stamp

plan
