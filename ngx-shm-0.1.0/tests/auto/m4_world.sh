# SPDX-License-Identifier: BSD-2-Clause
# m4_world.sh - projects that take our macros; for the suites tests/auto/m4*.sh
# shellcheck disable=SC2015,SC2034,SC2154,SC2317,SC2329  # see those

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
unset NGX_EMULATOR CONFIG_SITE PKG_CONFIG_PATH

# project DIR: a copy of the consumer
project() {
    rm -rf "$1" && cp -R "$top/tests/consumers/autoconf" "$1" &&
        chmod -R u+w "$1" && mkdir "$1/m4"
}
# generate DIR: make its configure, with every warning an error
generate() {
    (cd "$1" && aclocal -I m4 -Wall && autoconf -Wall -Werror &&
        autoheader -Wall -Werror) >words 2>&1 && [ ! -s words ] ||
        { cat words; return 1; }
}
# built DIR [OPTION...]: configure and build it, out of its tree
built() (
    dir=$1
    shift
    rm -rf build && mkdir build && cd build &&
        "../$dir/configure" --silent "CC=$CC" "$@" &&
        "${MAKE-make}" >/dev/null && ./consumer &&
        grep 'yes yes yes missing' Makefile
)
answers() {
    sed -n 's/^#define \([A-Z_]* [0-9]*\)$/\1/p' build/config.h | sort
}
# answer MACRO VALUE
answer() { answers | grep -x "$1 $2"; }

# the answers of the sh engine, in the form of config.h
engine() {
    sh "$top/auto/configure" --quiet --no-cache --output=engine "$@" &&
        sed -n 's/^#define \(NGX_[A-Z_]*\)  \([0-9]*\)$/\1 \2/p' \
            engine/ngx_auto_config.h | sort >engine.answers &&
        [ -s engine.answers ]
}
same_answers() { answers | grep '^NGX_' | diff engine.answers -; }
# the foreign system
gcc=aarch64-linux-gnu-gcc
qemu='qemu-aarch64-static -L /usr/aarch64-linux-gnu'
