#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# changes.sh - the cache notices changes between two runs: no answer is stale
#
#   sh tests/auto/changes.sh [all | N | NAME...]
#
# Each change_NAME asks, changes something, and asks again: the answer in the
# cache is wrong then.  Without arguments the changes of the list that are
# marked "+" are made, with "all" every one, with a number every Nth of those
# that are not marked.  Files of this machine are not changed but mounted over,
# in a namespace of the change.
# shellcheck disable=SC2030,SC2031,SC2034,SC2154,SC2317,SC2329  # functions are
# called by name, each in its own shell, and share variables

# --one NAME: make this change here; its mounts are gone for the others
one=
[ "${1-}" != --one ] || one=$2

if [ -z "$one" ]; then
    # shellcheck source=tests/tap.sh
    . "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
    referee=$top/tests/auto
    export top referee
fi
# shellcheck source=tests/auto/changes.list
. "$referee/changes.list"
gcc=${GCC-gcc}      # whose inner programs are known
mounts() {
    [ "$NGX_MOUNTS" != none ] || {
        echo 'needs a name space for mounts'
        return 77
    }
}

# --- the parts of a change; each change has its own folder

# conf [ARGUMENT...]: ask; the answer of the only question is in `answer`
conf() {
    sh "$top/auto/configure" --probes=q --output=o --quiet CC="$compiler" \
        "$@" >log 2>&1 || { echo "status $?:"; cat log; return 1; }
    answer=$(awk '{ print $2 }' o/ngx_auto_config.txt)
}

# was ANSWER [ARGUMENT...], then a change, then is ANSWER [ARGUMENT...]
was() {
    expected=$1
    shift
    conf "$@" || return
    [ "$answer" = "$expected" ] || {
        echo "before the change: $answer, not $expected"
        return 1
    }
}

is() {
    expected=$1
    shift
    conf "$@" || return
    [ "$answer" = "$expected" ] || {
        stale=$answer
        conf --no-cache "$@"
        echo "after the change: $stale, not $expected; without cache: $answer"
        return 1
    }
}

# question RUN FIELDS PROLOGUE BODY, the only one
question() {
    mkdir -p q
    printf '/* probe: the one\n * macro: NGX_ONE\n * run: %s\n%s */\n%s\n%s\n' \
        "$1" "$2" "$3" "int main(void) { $4 }" >q/one.c
}

field() { printf ' * %s: %s\n.' "$1" "$2"; }
line() { line=$(field "$1" "$2"); line=${line%.}; }

# the value of V in v.h, printed or as a constant
value() {
    question value '' "#include <stdio.h>
#include ${1-<v.h>}" 'printf("%d", V); return 0;'
}
constant() {
    question value '' '#include <stdio.h>
#include <v.h>
enum { value = V };' 'printf("%d", value); return 0;'
}
header() { mkdir -p "${1%/*}" && echo "#define V $2" >"$1"; }
inc=-Iinc

# same FILE COMMAND...: FILE changes, but neither its size nor its time
same() {
    touch -r "$1" .time
    file=$1
    shift
    "$@" && touch -r .time "$file"
}

# a compiler that puts -DV=N in front
script() { printf '#!/bin/sh\nexec %s "$@"\n' "$2" >"$1" && chmod +x "$1"; }
v_of_compiler() {
    question value '' '#include <stdio.h>' 'printf("%d", V); return 0;'
}

# library FILE FUNCTION [RESULT]
library() {
    mkdir -p "${1%/*}"
    echo "int $2(void) { return ${3-0}; }" >library.c
    case $1 in
        *.a) $gcc -c -o library.o library.c && rm -f "$1" &&
            ar rc "$1" library.o ;;
        *) $gcc -shared -fPIC -o "$1" library.c ;;
    esac
}
needs_foo() {
    line libs -lngxfoo
    question "${1-no}" "$line" 'int ngx_foo(void);' 'return ngx_foo();'
}
needs_foo_plain() {
    question "${1-no}" '' 'int ngx_foo(void);' 'return ngx_foo();'
}

for file in "$referee"/changes/*.sh; do
    # shellcheck source=tests/auto/changes/headers.sh
    . "$file"
done

if [ -n "$one" ]; then
    PATH_WAS=$PATH compiler=$gcc
    "change_$one"
    exit
fi

# --- all changes, two at a time, each in its own namespace

NGX_MOUNTS=none
for space in -m -rm; do
    if [ $NGX_MOUNTS = none ] && unshare $space true 2>/dev/null; then
        NGX_MOUNTS=$space
    fi
done
export NGX_MOUNTS

make_changes() {
    for name in $chosen; do
        mkdir "made/$name" 2>/dev/null || continue
        mkdir "$name"
        set -- sh "$referee/changes.sh" --one "$name"
        [ "$NGX_MOUNTS" = none ] || set -- unshare "$NGX_MOUNTS" "$@"
        (cd "$name" && "$@") >"made/$name/said" 2>&1 </dev/null
        echo $? >"made/$name/status"
    done
}
result() {
    cat "made/$1/said"
    return "$(cat "made/$1/status")"
}

chosen=$*
case ${1-} in
    '' | all) chosen=$(printf %s "$changes" | awk -v all="${1-}" \
        'NF && ($1 == "+" || all != "") { print $2 }') ;;
    [1-9]*) chosen=$(printf %s "$changes" | awk -v every="$1" \
        '$1 == "-" && n++ % every == 0 { print $2 }') ;;
esac
command -v "$gcc" >/dev/null || {
    skip 'changes' 'needs gcc'
    chosen=
}
mkdir made
make_changes &
make_changes
wait
for name in $chosen; do
    text=$(printf %s "$changes" | awk -v name="$name" \
        '$2 == name { sub(/^. [^ ]* */, ""); print }')
    if [ "$(cat "made/$name/status")" = 77 ]; then
        skip "$text" "$(tail -n 1 "made/$name/said")"
    elif grep -qx "$name" "$referee/known.changes"; then
        no "$text: known wrong (if right now, take it out of the list)" \
            result "$name"
    else
        ok "$text" result "$name"
    fi
done
plan
