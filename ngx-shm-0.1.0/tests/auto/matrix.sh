#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# matrix.sh - the same answers from every compiler, under every flag, for every
# system that programs can be built for here
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

# ask NAME [ARGUMENT...]: answer our questions into NAME/
ask() {
    out=$1
    shift
    sh "$top/auto/configure" --probes="$top/auto/probe" --output="$out" \
        --no-cache --quiet "$@"
}

# same NAME OTHER [BUT]: the answers in both are the same, but for the macros in
# BUT; prints the differences
same() {
    sh "$top/auto/configure" --output="$1" --diff="$2/ngx_auto_config.h" >differ
    [ $? = 1 ] || return 0
    cat differ
    while read -r macro _; do
        case " ${3-} " in *" $macro "*) ;; *) return 1 ;; esac
    done <differ
}

have() { command -v "${1%% *}" >/dev/null; }

ok 'gcc is asked' ask gcc CC=gcc
ok 'gcc, one by one' ask plain CC=gcc --no-merge
ok 'gcc, one by one: same answers' same gcc plain

# --- flags
flags() {
    ask flagged CC="$1" CFLAGS="$2" LDFLAGS="${3-}" && same gcc flagged
}
for words in -Werror '-Wall -Wextra -Werror' '-flto' '-fPIC' '-g3 -O2' \
    '-O2 -D_FORTIFY_SOURCE=3 -Werror' '-std=c99 -pedantic-errors' \
    '-std=c99 -D_POSIX_C_SOURCE=200809L' '-DV="a b"' "-DV='\"a b\"'"; do
    ok "gcc $words: same answers" flags gcc "$words"
done
ok 'gcc -Wl,--as-needed,--gc-sections: same answers' \
    flags gcc '-ffunction-sections' -Wl,--as-needed,--gc-sections
ok 'gcc -static: same answers' flags gcc '' -static
ok 'gcc -fsanitize=address,undefined: same answers' \
    flags gcc -fsanitize=address,undefined

# CC BUT: the macros that this compiler or its library really lacks
while read -r cc but; do
    compiler() { ask other CC="$cc" && same gcc other "$but"; }
    if have "$cc"; then
        ok "$cc: same answers${but:+ but $but}" compiler
    else
        skip "$cc: same answers" 'not installed'
    fi
done <<'END'
clang
tcc NGX_HAVE_ATOMIC_OPS
musl-gcc NGX_HAVE_PTHREAD_CLOCKLOCK NGX_HAVE_SEM_CLOCKWAIT
END
if have clang; then
    ok 'clang -Weverything -Werror: same answers' \
        flags clang '-Weverything -Werror'
    ok 'clang -fsanitize=address,undefined: same answers' \
        flags clang -fsanitize=address,undefined
fi

# qemu 7.2 does not know these calls, and says so
but='NGX_HAVE_MADV_POPULATE_WRITE NGX_HAVE_MAP_POPULATE'
but="$but NGX_HAVE_PTHREAD_ROBUST NGX_HAVE_MADV_WIPEONFORK"

# --- 32 bits: only the sizes differ.  Not every kernel runs such programs
narrow() {
    lost=
    if ./m32.exe 2>/dev/null; then
        ask m32 CC='gcc -m32' CPPFLAGS="$1" || return 1
    else
        lost=$but
        ask m32 CC='gcc -m32' CPPFLAGS="$1" --host=i386-linux-gnu \
            --emulator=qemu-i386-static || return 1
    fi
    same gcc m32 "NGX_PTR_SIZE NGX_SIZE_T_SIZE NGX_TIME_T_SIZE $lost" &&
        grep '^NGX_PTR_SIZE  *8  4$' differ
}
# Debian's 64-bit compiler does not look where its own asm/ is
asm=-I/usr/include/x86_64-linux-gnu
if echo 'int main(void) { return 0; }' >m32.c &&
   gcc -m32 -o m32.exe m32.c 2>/dev/null; then
    ok 'gcc -m32: only sizes differ, off_t does not' narrow "$asm"
else
    skip 'gcc -m32' 'no 32-bit libraries here'
fi

# --- other systems, with and without an emulator
# cross TRIPLET EMULATOR POINTER LITTLE_ENDIAN
cross() {
    ask "$1-assumed" --host="$1" --emulator= || return 1
    ask "$1-emulated" --host="$1" --emulator="$2" || return 1
    same "$1-assumed" "$1-emulated" "$but" &&
        grep "^NGX_PTR_SIZE *$3 " "$1-assumed/ngx_auto_config.txt" &&
        grep "^NGX_HAVE_LITTLE_ENDIAN *$4 " "$1-assumed/ngx_auto_config.txt" &&
        grep "^NGX_OFF_T_SIZE *8 " "$1-assumed/ngx_auto_config.txt" &&
        grep "assumed for $1" "$1-assumed/ngx_auto_config.h" &&
        grep "assumed for $1" "$1-assumed/ngx_auto_config.json" &&
        ! grep assumed "$1-emulated/ngx_auto_config.h"
}
while read -r triplet emulator pointer little; do
    name="$triplet: assumed and emulated answers are the same"
    if have "$triplet-gcc" && have "$emulator"; then
        ok "$name" cross "$triplet" "$emulator -L /usr/$triplet" "$pointer" \
            "$little"
    else
        skip "$name" "needs $triplet-gcc and $emulator"
    fi
done <<'END'
aarch64-linux-gnu qemu-aarch64-static 8 1
arm-linux-gnueabihf qemu-arm-static 4 1
s390x-linux-gnu qemu-s390x-static 8 0
END

plan
