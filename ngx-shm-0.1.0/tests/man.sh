#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# man.sh - every public call has a page, mandoc has nothing against the pages,
# and their examples are whole programs: each compiles with every warning, runs,
# and ends with status 0
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

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

for page in "$top"/man/*.3 "$top"/man/ngx-shm-*.7; do
    called=${page##*/}
    n=$(examples "$page")
    ok "$called has an example" test "$n" -gt 0
    while [ "$n" -gt 0 ]; do
        ok "$called, example $n, compiles and runs" works "example$n.c"
        n=$((n - 1))
    done
done

# what the headers declare and the library exports
for name in $(nm -g "$here/objs/.libs/libngx_shm.a" |
    sed -n 's/.* T _*\(ngx_[a-z_0-9]*\)$/\1/p' | sort -u); do
    ! grep -q "[^a-z_]$name(" "$top"/src/*.h || echo "$name"
done >calls
many() { [ "$(wc -l <calls)" -gt 60 ]; }
ok 'the headers declare what the library has' many
pages() {
    for page in "$top"/man/*.3; do
        awk -f "$top/man/names.awk" "$page" | sed "s|\$| ${page##*/}|"
    done | sort >names
    status=0
    while read -r name; do
        page=$(sed -n "s/^$name //p" names)
        if [ -z "$page" ]; then
            echo "no page has $name in its NAME"
            status=1
        elif ! sed -n '/^\.SH SYNOPSIS/,/^\.SH DESC/p' "$top/man/$page" |
            grep -q "[ *]$name("; then
            echo "$page has no $name() in its SYNOPSIS"
            status=1
        fi
    done <calls
    return $status
}
ok 'every public call has a page' pages
sections() {
    status=0
    for page in "$top"/man/*.3; do
        for title in NAME SYNOPSIS DESCRIPTION 'RETURN VALUE' SAFETY; do
            grep -q "^\.SH \"*$title\"*\$" "$page" ||
                { echo "${page##*/} has no $title"; status=1; }
        done
    done
    return $status
}
ok 'each page tells what is returned, and what is safe' sections
lint() {
    mandoc -T lint "$top"/man/*.[137] >lines
    cat lines
    [ ! -s lines ]
}
if command -v mandoc >/dev/null; then
    ok 'mandoc finds nothing to say' lint
else
    skip 'mandoc finds nothing to say' 'no mandoc here'
fi

plan
