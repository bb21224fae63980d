#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shadow.sh - AddressSanitizer and Valgrind see who touches what he has freed
# in a pool of NGX_SLAB_DEBUG, and nothing else
# shellcheck disable=SC2317,SC2329  # functions are called by ok

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

sh "$top/contrib/flat" lib core lock heap || exit 1

# build NAME OPTION...
build() {
    out=$1
    shift
    mkdir -p "$out.o" && cd "$out.o" || return 1
    # shellcheck disable=SC2046,SC2086  # lists of words
    $CC -std=gnu99 -gdwarf-4 -O0 -Wall -Wextra -Werror "$@" -I"$here/objs" \
        -I../lib -o "../$out" "$top/tests/heap/shadow_do.c" ../lib/*.c -lpthread \
        $(cat "$here/objs/ngx_auto_config.libs")
}

# silent COMMAND...: it succeeds, and nothing is told of it
silent() {
    "$@" >out 2>&1
    status=$?
    cat out
    [ "$status" = 0 ] && [ ! -s out ]
}

# told TEXT COMMAND...: it fails, saying TEXT of the line that is wrong
told() {
    text=$1
    shift
    "$@" >out 2>&1
    status=$?
    cat out
    [ "$status" = 99 ] && grep -q "$text" out && grep -q 'in main\|main (' out
}

# what src/heap/ngx_heap_sanitizer.h looks for, and that it works here
cat >one.c <<'END'
#include <sanitizer/asan_interface.h>
int main(void) { __asan_poison_memory_region(0, 0); return 0; }
END
cat >two.c <<'END'
#include <valgrind/memcheck.h>
#if !defined(__GNUC__) || defined(__TINYC__) || !defined(__has_include)
#error not with this compiler
#endif
int main(void) { return 0; }
END
asan='' valgrind=''
if $CC -fsanitize=address -o one one.c 2>said && ./one; then
    asan='env ASAN_OPTIONS=exitcode=99:detect_leaks=0 ./asan'
    build asan -fsanitize=address >asan.said 2>&1 &
fi
if command -v valgrind >/dev/null && $CC -o two two.c 2>said &&
    valgrind -q ./two 2>said; then
    valgrind='valgrind -q --error-exitcode=99 ./plain'
    build plain >plain.said 2>&1 &
fi
wait

# built NAME
built() {
    cat "$1.said"
    [ -x "$1" ] && [ ! -s "$1.said" ]
}

# with TOOL PROGRAM WORDS COMMAND: what both must tell and must not
with() {
    tool=$1 program=$2 word=$3
    shift 3
    ok "$tool: built" built "$program"
    ok "$tool: right work is silent" silent "$@" right
    ok "$tool: a write to a freed chunk is told" told "$word" "$@" chunk
    ok "$tool: a read of freed pages is told" told "$word" "$@" pages
    ok "$tool: a pool without the flag has no shadow" silent "$@" plain
}

# shellcheck disable=SC2086  # lists of words
if [ -n "$asan" ]; then
    with AddressSanitizer asan use-after-poison $asan
else
    skip 'AddressSanitizer' "$CC does not have it here"
fi
# shellcheck disable=SC2086
if [ -n "$valgrind" ]; then
    with Valgrind plain 'Invalid \(read\|write\)' $valgrind
else
    skip 'Valgrind' 'it or its header is not installed, or cannot run here'
fi
plan
