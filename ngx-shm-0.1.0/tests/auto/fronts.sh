#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fronts.sh - every probe says no where it must, from each front
#
# The same controls as in probe.sh, through auto/configure, through ./configure
# and through the macros that another project takes.  Calls are denied to the
# probes alone, by a command given as the emulator.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no
# shellcheck disable=SC2013  # names and words hold no spaces

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

macro_of() {
    sed -n 's/^ \* macro: *//p' "$top/auto/probe/$1.c"
}

# answered HEADER PROBE VALUE
answered() {
    macro=$(macro_of "$2")
    grep "^#define $macro " "$1"
    [ "$(sed -n "s/^#define $macro  *//p" "$1")" = "$3" ]
}

ask() {
    sh "$top/auto/configure" --probes="$top/auto/probe" --output=out \
        --no-cache --quiet CC="$CC" "$@"
}

# denied WORD: the probes that WORD is for say no; the others give any answer
# that they may
denied() {
    ask --emulator="env 'LD_PRELOAD=$work/deny.so' 'NGX_DENY=$1'" || return 1
    for probe in $(awk -v word="$1" '$2 == word { print $1 }' \
        "$top/tests/auto/expect/denied")
    do
        answered out/ngx_auto_config.h "$probe" 0 || return 1
    done
}

# lacking PROBE: its header hides the feature, or gives another value
lacking() {
    ask CPPFLAGS="-include '$top/tests/auto/lack/$1.h'" || return 1
    gives=$(sed -n 's,^/\* gives: \(.*\) \*/$,\1,p' "$top/tests/auto/lack/$1.h")
    answered out/ngx_auto_config.h "$1" "${gives:-0}"
}

# through a script configure and its header, all at once
configured() {
    header=$1
    shift
    "$@" CC="$CC" --cache-file=/dev/null >/dev/null || return 1
    for probe in $(awk '!/^#/ { print $1 }' "$top/tests/auto/expect/denied"); do
        answered "$header" "$probe" 0 || return 1
    done
}

# another project, with nothing of ours but the macros
foreign() {
    mkdir foreign
    cd foreign || exit
    printf '%s\n' 'AC_INIT([foreign], [1])' AC_PROG_CC \
        'AC_CONFIG_HEADERS([config.h])' NGX_CHECK_SHM AC_OUTPUT >configure.ac
    aclocal -I "$top/m4" && autoconf && autoheader
}

# emulated TRIPLET QEMU: the tests of probe.sh, for another system
emulated() {
    mkdir -p objs
    CC=$1-gcc COMPILERS=$1-gcc EMULATOR="$2 -L /usr/$1" srcdir=$top \
        sh "$top/tests/auto/probe.sh"
}

cat >libc.c <<'END_OF_C'
#include <features.h>
char glibc[__GLIBC__];
int main(void) { return 0; }
END_OF_C
# shellcheck disable=SC2086  # CC is a list of words
if ! $CC -o libc.exe libc.c || ! ./libc.exe; then
    echo "1..0 # SKIP needs a compiler for this system, and glibc"
    exit 0
fi

# --- auto/configure

# shellcheck disable=SC2086  # CC is a list of words
ok 'the library that denies builds' \
    $CC -shared -fPIC -o deny.so "$top/tests/auto/deny.c" -ldl
for word in $(awk '!/^#/ && !seen[$2]++ { print $2 }' \
    "$top/tests/auto/expect/denied")
do
    ok "auto/configure says no under $word" denied "$word"
done
for source in "$top"/auto/probe/*.c; do
    probe=${source##*/}
    ok "auto/configure misses what ${probe%.c} asks for" lacking "${probe%.c}"
done

# --- ./configure, and that of another project

# the first word for each probe, and the headers that only take away
words=$(awk '!/^#/ && !seen[$1]++ { printf "%s ", $2 }' \
    "$top/tests/auto/expect/denied")
cat >deny.sh <<END
#!/bin/sh
LD_PRELOAD='$work/deny.so' NGX_DENY='$words' exec "\$@"
END
chmod +x deny.sh
for header in $(grep -l '^/\* lacks: ' "$top"/tests/auto/lack/*.h); do
    echo "#include \"$header\""
done >all.h
lack="-include $work/all.h"

# a tree in which ./configure has run refuses to be built from elsewhere
tree=$top
if [ -x "$top/configure" ] && [ -f "$top/config.status" ]; then
    tree=$work/tree
    mkdir "$tree"
    cp -R "$top/auto" "$top/build-aux" "$top/m4" "$top/src" "$top/configure" \
        "$top/Makefile.in" "$top/ngx-shm.pc.in" "$top/packages" "$tree"
fi
if [ -x "$top/configure" ]; then
    ok './configure says no when all is denied' \
        configured objs/ngx_auto_config.h "$tree/configure" \
        --with-emulator="$work/deny.sh"
    ok './configure misses all that is taken away' \
        configured objs/ngx_auto_config.h "$tree/configure" CPPFLAGS="$lack"
else
    skip './configure' 'it is made by bootstrap.sh'
fi

if command -v aclocal >/dev/null; then
    ok 'a configure with NGX_CHECK_SHM is made' foreign
    ok 'NGX_CHECK_SHM says no when all is denied' \
        configured config.h foreign/configure NGX_EMULATOR="$work/deny.sh"
    ok 'NGX_CHECK_SHM misses all that is taken away' \
        configured config.h foreign/configure CPPFLAGS="$lack"
else
    skip 'NGX_CHECK_SHM' 'needs Autoconf and Automake'
fi

# --- other systems

while read -r triplet qemu; do
    if command -v "$triplet-gcc" >/dev/null && command -v "$qemu" >/dev/null
    then
        ok "the probes for $triplet answer as expected" \
            emulated "$triplet" "$qemu"
    else
        skip "the probes for $triplet" "needs $triplet-gcc and $qemu"
    fi
done <<'END'
aarch64-linux-gnu qemu-aarch64-static
arm-linux-gnueabihf qemu-arm-static
s390x-linux-gnu qemu-s390x-static
END

plan
