#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# mutants.sh - the engine with one line broken: a test of `make check` must see
#
#   sh tests/auto/mutants.sh [NAME...]
#
# mutants/NAME.sed says in its first lines what it breaks, in which file, and
# which suite fails then:
#
#   # the answers of a unit are believed although it has errors
#   # file: auto/engine/units.awk
#   # caught by: tests/auto/questions.sh flags
#   s/one/other/
#
# The arguments after a suite choose a part of what `make check` runs.  A script
# that changes nothing has lost its line, and fails.  NGX_AUTO_THIN=N takes
# every Nth mutant.
# shellcheck disable=SC2317,SC2329  # functions are called by ok

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

mutants=$top/tests/auto/mutants
chosen=$*
count=0
[ -n "$chosen" ] || for file in "$mutants"/*.sed; do
    file=${file##*/}
    count=$((count + 1))
    [ $((count % ${NGX_AUTO_THIN-1})) != 0 ] || chosen="$chosen ${file%.sed}"
done

field() { sed -n "s/^# $1: //p" "$mutants/$2.sed"; }

# tree DIR: copy the files that the suites need; the copy will be broken
tree() {
    mkdir -p "$1/objs" && cp -R "$top/auto" "$top/m4" "$top/tests" \
        "$top/configure.ac" "$1"
}

# suite DIR SUITE [ARGUMENT...]: must it pass?  Its status tells.
suite() {
    folder=$1
    shift
    (cd "$folder" && srcdir=. timeout 900 sh "$@") >"$folder/said" 2>&1 \
        </dev/null
}

# only what `make check` runs counts
in_check() {
    case $1 in
        tests/auto/questions.sh | tests/auto/engine.sh) return 0 ;;
        tests/auto/changes.sh) ;;
        *) return 1 ;;
    esac
    [ $# -gt 1 ] || return 0
    shift
    for change in "$@"; do
        grep -q "^+ $change " "$top/tests/auto/changes.list" || return
    done
}

# mutate NAME: 0 if it is caught; else the reason is in `said`
mutate() {
    file=$(field file "$1")
    # shellcheck disable=SC2046  # a suite and its arguments
    set -- "$1" $(field 'caught by' "$1")
    name=$1
    shift
    in_check "$@" || { echo "'$*' is no part of make check"; return 1; }
    tree "$name" || return
    sed -f "$mutants/$name.sed" "$top/$file" >"$name/$file" || return
    ! cmp -s "$top/$file" "$name/$file" ||
        { echo "$name.sed changes nothing in $file"; return 1; }
    if suite "$name" "$@"; then
        echo "$* passes although $file is broken"
        return 1
    fi
    grep '^not ok' "$name/said" || { cat "$name/said"; return 1; }
    rm -rf "$name"
}

# whole SUITE...: without a mutant it passes
whole() {
    [ -d whole ] || tree whole || return
    # shellcheck disable=SC2086  # a suite and its arguments
    suite whole $1 || { grep -v '^ok' whole/said; return 1; }
}

work_through() {
    for name in $chosen; do
        mkdir "made/$name" 2>/dev/null || continue
        (mutate "$name") >"made/$name/said" 2>&1
        echo $? >"made/$name/status"
    done
}
result() {
    cat "made/$1/said"
    return "$(cat "made/$1/status")"
}

mkdir made
work_through &
work_through
wait
for name in $chosen; do
    field 'caught by' "$name"
done | sort -u >suites
while read -r suite; do
    ok "$suite passes on the engine as it is" whole "$suite"
done <suites
for name in $chosen; do
    ok "caught: $(sed -n '2s/^# //p' "$mutants/$name.sed")" result "$name"
done
plan
