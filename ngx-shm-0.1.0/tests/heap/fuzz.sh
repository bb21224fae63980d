#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# fuzz.sh - wrong frees and damage by the million, at random; then damage by
# libFuzzer, for NGX_FUZZ_SECONDS.  Another seed each time.
# shellcheck disable=SC2317,SC2329  # functions are called by ok

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

seconds=${NGX_FUZZ_SECONDS:-60}
clang=${NGX_CLANG:-clang}

at_random() {
    echo "seed $$"
    "$here/objs/slab_fuzz" 1000000 200000 $$
}

build() {
    sh "$top/contrib/flat" lib core lock heap || return
    # shellcheck disable=SC2046  # a list of words
    $clang -std=gnu99 -g -O1 -Wall -Wextra -Werror \
        -fsanitize=fuzzer,undefined -fno-sanitize-recover=undefined \
        -I"$here/objs" -Ilib -o "$1" "$2" lib/*.c -lpthread \
        $(cat "$here/objs/ngx_auto_config.libs")
}

# guided SECONDS: no input crashes, hangs, or breaks a rule of C
guided() {
    mkdir -p corpus
    ./pool -max_total_time="$1" -timeout=20 -max_len=64 -print_final_stats=1 \
        corpus >out 2>&1
    status=$?
    tail -n 60 out
    [ "$status" = 0 ] && grep 'stat::number_of_executed_units: [1-9]' out
}

ok 'a million wrong frees, and damage at random' at_random

echo 'int LLVMFuzzerTestOneInput(const char *p, unsigned long n);
int LLVMFuzzerTestOneInput(const char *p, unsigned long n)
{ return p == 0 && n == 1; }' >one.c
if command -v "$clang" >/dev/null &&
    $clang -fsanitize=fuzzer,undefined -o one one.c 2>said; then
    ok 'built for libFuzzer' build pool "$top/tests/heap/slab_libfuzzer.c"
    ok "damage that libFuzzer finds in $seconds s hurts nobody" \
        guided "$seconds"
    sed -n 's/^stat::number_of_executed_units: /# damages by libFuzzer: /p' out
else
    skip 'libFuzzer' "$clang does not have it here"
fi
plan
