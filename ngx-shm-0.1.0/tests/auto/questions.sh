#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# questions.sh - every form of asking gives the answers of the compiler alone
#
#   sh tests/auto/questions.sh [THEME...]
#
# Questions that try to confuse, in files of one theme each (questions/*.q),
# are asked by auto/configure together ("merged") and one by one ("alone"), as
# nginx's blocks ("blocks", "blocks_alone"), and by our auto/feature as nginx's
# configure would ("feature", "prefetch").  Folders are compared with truth,
# which shares nothing with auto/; blocks with nginx's own auto/feature.
#
#   COMPILERS   the compilers, one a line [$CC]; after "HOST: " one whose
#               programs do not run here
#   STRIDE      ask every Nth question [8]
#
# "known" lists the known faults, as COMPILER:FORM MACRO; each must still occur.
# shellcheck disable=SC2317,SC2329  # functions are called by ok
# shellcheck disable=SC2086  # lists of words

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

referee=$top/tests/auto
nginx=${NGINX_SRC-/usr/share/nginx/src}

everybody='truth merged alone nginx blocks blocks_alone feature prefetch'
themes=$*
[ -n "$themes" ] || for file in "$referee"/questions/*.q; do
    file=${file##*/}
    themes="$themes ${file%.q}"
done

# --- the questions: in two folders, and those that are errors in a third

halves='1 2'
split() {
    half=1
    for theme in $themes; do
        folder=$1/$half
        [ "$theme" != errors ] || folder=$1/errors
        for name in a b v1 v2; do
            mkdir -p "$folder/$name" || return
        done
        awk -v theme="$theme" -v out="$folder" -v stride="${STRIDE-8}" \
            -f "$referee/split.awk" "$referee/questions/$theme.q" || return
        half=$((3 - half))
    done
}

# objects for questions of libraries: @DIR@/one.o needs two.o
objects() {
    echo 'int two(void); int one(void) { return two() - 2; }' >one.c
    echo 'int two(void) { return 2; }' >two.c
    for half in $halves; do
        [ -d "q/$half" ] || continue
        for object in one two; do
            $cc -c -o "q/$half/$object.o" $object.c || return
        done
    done
}

# --- the forms of asking: FORM HALF writes FORM/HALF, lines of MACRO ANSWER

# a program that could not be run counts as built
answers() {
    awk 'NF > 1 { print $1, / assumed for / ? "built" : $2 }' "$1"
}

# configure OUTPUT QUESTIONS [OPTION...]
configure() {
    output=$1 probes=$2
    shift 2
    sh "$top/auto/configure" --probes="$probes" --output="$output" \
        --no-cache --quiet --jobs=1 --timeout=9 CC="$cc" \
        ${host:+--host=$host --emulator=} "$@" &&
        answers "$output/ngx_auto_config.txt"
}

# a shell starts background processes with SIGINT ignored; children inherit it
hearing=
! env --default-signal true 2>/dev/null || hearing='env --default-signal'

ask_truth() {
    NO_RUN=${host:+yes} CC=$cc $hearing sh "$referee/truth" "q/$1"/*.c
}
ask_merged() { configure "o/merged-$1" "q/$1"; }
ask_alone() { configure "o/alone-$1" "q/$1" --no-merge; }
ask_blocks() { configure "o/blocks-$1" "q/$1/blocks"; }
ask_blocks_alone() { configure "o/blocks-alone-$1" "q/$1/blocks" --no-merge; }

# tree DIR HALF: nginx's tree, with a configure that asks the blocks
tree() {
    rm -rf "$1" && mkdir -p "$1/auto/os" "$1/objs" || return
    for file in "$nginx"/auto/*; do
        case ${file##*/} in
            os | headers | unix) ;;
            *) ln -s "$file" "$1/auto/${file##*/}" ;;
        esac
    done
    : >"$1/auto/os/conf"
    echo "ngx_include=sys/types.h; . auto/include" >"$1/auto/headers"
    cp "q/$2/blocks" "$1/auto/unix"
    cat >"$1/configure" <<EOF
CC='$cc' NGX_OBJS=objs NGX_PLATFORM=Linux:5:x86_64
. auto/init
NGX_INCLUDE_UNISTD_H='#include <unistd.h>'
EOF
}

our_tree() {
    tree "$@" || return
    for file in "$top"/auto/*; do
        name=${file##*/}
        case $name in configure | unix | headers | os) continue ;; esac
        rm -f "$1/auto/$name" && ln -s "$file" "$1/auto/$name" || return
    done
}

# the answers of a tree whose configure ends with the lines in $2
nginx_answers() {
    echo "$2" >>"$1/configure"
    (cd "$1" && $hearing sh configure) >"$1/said" 2>&1 </dev/null
    sed -n "s/^ngx_feature_name=\(.*\)/\1 0/p" "$1/auto/unix" >"$1/no"
    sed -n 's/^#define \([^ ]*\)  *\(.*\)/\1 \2/p' "$1/objs/ngx_auto_config.h" |
        awk 'FILENAME != "-" { name[++n] = $1; next } { a[$1] = $2 }
            END { for (i = 1; i <= n; i++) print name[i], \
                (name[i] in a) ? a[name[i]] : 0 }' "$1/no" -
}

ask_nginx() {
    tree "t/nginx-$1" "$1" && nginx_answers "t/nginx-$1" '. auto/unix'
}
ask_feature() {
    our_tree "t/feature-$1" "$1" && nginx_answers "t/feature-$1" '. auto/unix'
}
ask_prefetch() {
    our_tree "t/prefetch-$1" "$1" &&
        nginx_answers "t/prefetch-$1" '. auto/headers
. auto/os/conf
. auto/unix'
}

# --- compare

# differ FORM OTHER HALF: "MACRO should be ANSWER, is ANSWER", one a line
differ() {
    awk 'FILENAME == ARGV[1] { is[$1] = $2; next }
        # a constant is found without running: see constants_hold
        $2 == "built" && is[$1] ~ /^-?[0-9]+$/ && $1 ~ /_(VALUES|FLAGS)_/ {
            next
        }
        $2 != is[$1] || !($1 in is) {
            print $1, "should be", $2 ", is", ($1 in is) ? is[$1] : "missing"
        }' "$1/$3" "$2/$3"
}

# questions that are errors are left out, as the others would get no answers
move_errors() {
    mkdir -p q/errors
    awk '$2 == "error" { print $1 }' "truth/$1" >"$1.errors"
    while read -r macro; do
        mv "$(grep -l "^ \* macro: $macro\$" "q/$1"/*.c)" q/errors
    done <"$1.errors"
    grep -v ' error$' "truth/$1" >"$1.truth"
    mv "$1.truth" "truth/$1"
}

# worker HALF: ask in all forms
worker() {
    [ -d "q/$1" ] || return 0
    for form in $forms; do
        mkdir -p "$form"
        case $form in
            truth | merged | alone) ;;
            *) [ -f "q/$1/blocks" ] || continue ;;
        esac
        "ask_$form" "$1" >"$form/$1" 2>"$form.$1" </dev/null
        [ "$form" != truth ] || move_errors "$1"
    done
}

# agree FORM OTHER: all themes; known faults must be there, others must not
agree() {
    for half in $halves; do
        [ -f "$2/$half" ] || continue
        # questions without a cross: line, on purpose
        grep -v ' warning: no cross: line knows ' "$1.$half"
        if [ -s "$1/$half" ]; then
            differ "$1" "$2" "$half"
        elif [ -s "$2/$half" ]; then
            echo "$half: no answers"
        fi
    done >"$1.differ"
    sed -n "s/^$label:$1 //p" "$referee/known" >listed
    cat "$2"/* >asked 2>/dev/null
    awk 'FILENAME == "listed" { listed[$1] = 1; next }
        FILENAME == "asked" { if ($1 in listed) must[$1] = 1; next }
        $1 in listed { delete must[$1]; next }
        { print; bad = 1 }
        END {
            for (macro in must) {
                print macro " is right now; take it out of known"
                bad = 1
            }
            exit bad
        }' listed asked "$1.differ"
}

# an error in a value is an error of the run, with a message that names the
# macro; some compilers accept such a value in silence
errors_told() {
    for file in q/errors/*.c; do
        [ -f "$file" ] || return 0
        name=$(sed -n 's/^ \* macro: //p' "$file")
        said=$($cc -c -o constant.o "$file" 2>&1) && [ -z "$said" ] && continue
        mkdir -p "e/$name" && cp "$file" "e/$name" || return
        for merge in '' --no-merge; do
            if sh "$top/auto/configure" --probes="e/$name" --output=e/o \
                --no-cache --quiet CC="$cc" \
                ${host:+--host=$host --emulator=} $merge 2>e/said
            then
                echo "$name: no error"
                cat e/o/ngx_auto_config.txt
                return 1
            elif ! grep "error: .*$name" e/said; then
                cat e/said
                return 1
            fi
        done
    done
}

# constants of another system: only the right one compiles
constants_hold() {
    while read -r macro value; do
        file=$(grep -l "macro: $macro\$" q/*/*.c)
        grep -q '^enum { value = .*};$' "$file" || {
            echo "$macro is $value, but must be run"
            return 1
        }
        sed "/^enum { value = /a\\
typedef char holds[value == ($value) ? 1 : -1];" "$file" >constant.c
        # shellcheck disable=SC2046  # flags are words
        $cc -c -o constant.o constant.c \
            $(sed -n 's/^ \* flags: //p' "$file") || return
    done <<EOF
$(cat truth/* merged/* | awk '$2 == "built" { built[$1] = 1 }
    ($1 in built) && $2 ~ /^-?[0-9]+$/')
EOF
}

referee_compiler() {
    cc=$1 host='' label=${1%% *}
    case $1 in
        [!/]*:\ *) host=${1%%:*} cc=${1#*: } label=$host ;;
        *zig*-target*) label=zig-${1##*-target } ;;
        *zig*) label=zig ;;
    esac
    rm -rf q t o e $everybody ./*.[12]
    split "$work/q"
    objects
    forms='truth merged alone'
    [ -n "$host" ] || [ ! -d "$nginx" ] ||
        forms="$forms nginx blocks blocks_alone feature prefetch"
    worker 1 &
    worker 2
    wait
    asked=$(cat truth/* 2>/dev/null | wc -l)
    ok "$1: $asked questions at once as the compiler alone" agree merged truth
    ok "$1: $asked questions one by one as the compiler alone" agree alone truth
    errors=ok
    set -- "$1" q/errors/*.c
    [ ! -f "$2" ] || ! grep -qx "$label:errors" "$referee/known" || errors=no
    $errors "$1: errors in values are told" errors_told
    if [ -n "$host" ]; then
        ok "$1: constants hold" constants_hold
    elif [ -d "$nginx" ]; then
        asked=$(cat nginx/* 2>/dev/null | wc -l)
        for form in blocks blocks_alone feature prefetch; do
            ok "$1: $asked blocks ($form) as by nginx" agree $form nginx
        done
    else
        skip "$1: blocks as by nginx" 'needs nginx-dev, or NGINX_SRC'
    fi
}

while read -r compiler; do
    name=${compiler##*: }
    if [ -z "$compiler" ]; then
        continue
    elif command -v "${name%% *}" >/dev/null; then
        referee_compiler "$compiler"
    else
        skip "$compiler: questions" 'not installed'
    fi
done <<EOF
${COMPILERS-$CC}
EOF
plan
