#!/bin/sh
# man.sh - the examples of the manual pages are whole programs: each compiles
# with every warning, runs, and ends with status 0.

. "${srcdir-.}/tests/tap.sh"

# examples PAGE: each block of .nf and .fi under EXAMPLE(S) into a file
examples() {
    awk '
        /^\.SH/ { on = /^\.SH "?EXAMPLES?/ }
        /^\.fi/ { if (file) { close(file) } file = ""; next }
        on && /^\.nf/ { file = "example" ++n ".c"; next }
        file {
            gsub(/\\-/, "-"); gsub(/\\e/, "\\"); gsub(/\\&/, "")
            print >file
        }
        END { print n + 0 }' "$1"
}

works() {
    # shellcheck disable=SC2086  # words
    $CC -std=gnu99 -Wall -Wextra -Werror -I "$top/src" -o example "$1" \
        "$here/objs/.libs/libngx_shm.a" -lpthread $ldl || return
    timeout 30 ./example
}

ldl=
for lib in -lrt -ldl; do
    echo 'int main(void) { return 0; }' >one.c
    # shellcheck disable=SC2086
    if $CC -o one one.c $lib 2>/dev/null; then
        ldl="$ldl $lib"
    fi
done

for page in "$top"/man/*.3; do
    called=${page##*/}
    n=$(examples "$page")
    ok "$called has an example" test "$n" -gt 0
    while [ "$n" -gt 0 ]; do
        ok "$called, example $n, compiles and runs" works "example$n.c"
        n=$((n - 1))
    done
done

plan
