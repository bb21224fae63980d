#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# layers.sh - src/ keeps to its layers; layers.sh figures: how it stands
#
# Who may use whom is the table below.  What is used is seen in the #include
# lines and, by nm, in the objects of the build.
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

# shellcheck source=tests/tap.sh
. "${srcdir-$(dirname "$0")/..}/tests/tap.sh"

table='may core
may segment core
may named segment core
may lock core
may heap lock core
may stat lock core
may tx heap lock core
may pool named heap lock segment core
may dict tx heap lock core
may queue tx heap lock core
may tool stat queue dict tx heap lock named segment core'
most=152        # the median of lines; it may fall, and not rise

folders=$(cd "$top/src" && printf '%s\n' */list.am | sed 's|/list.am||')

# excused FILE: 1 if its first comment says why it is long
excused() {
    awk '/over 320 lines/ { n = 1 } /\*\// && !/SPDX/ { exit } END { print n + 0 }' \
        "$1"
}

# object FILE: that of the build
object() {
    name=${1##*/}
    for file in "$here/${1%.c}.o" "$here/${1%/*}/objs_ngx_shm-${name%.c}.o" \
        "$here/${1%/*}/.libs/${name%.c}.o"
    do
        if [ -f "$file" ]; then
            echo "$file"
            return
        fi
    done
    return 1
}

# facts: what layers.awk reads, of the files in $top/src
facts() {
    echo "$table"
    for folder in $folders; do
        sh "$top/contrib/flat" - "$folder" | sed "s|.*|file & $folder|"
    done >files
    awk '!seen[$2]++' files
    while read -r _ file _; do
        echo "lines $file $(wc -l <"$top/$file") $(excused "$top/$file")"
        sed -n 's/^ *# *include *["<]\([^">]*\)[">].*/\1/p' "$top/$file" |
            sed "s|^|includes $file |"
        case $file in *.h) continue ;; esac
        object=$(object "$file") || {
            echo "no object of $file; run make" >&2
            return 1
        }
        nm "$object" | awk -v file="$file" \
            'NF == 3 && $2 ~ /[TDBRCVWSG]/ { print "has", file, $3 }
            NF == 2 && $1 == "U" { print "wants", file, $2 }'
    done <files
}

judge() {
    awk -v most=$most "$@" -f "$top/tests/layers.awk"
}
gather() { facts >"$work/facts"; }
judged() { judge <"$work/facts"; }

# seen WORDS LINE: with this fact more, the judge has something to say
seen() {
    { cat facts; echo "$2"; } | judge >found
    [ $? = 1 ] && cat found && grep -q "$1" found
}

documented() {
    for folder in $folders; do
        readme=$top/src/$folder/README
        [ -f "$readme" ] || { echo "$readme is missing"; return 1; }
        [ "$(wc -l <"$readme")" -le 15 ] || { echo "$readme: 15 lines"; return 1; }
        for header in $(sh "$top/contrib/flat" - "$folder" | grep '\.h$'); do
            case $header in src/*/*) continue ;; esac
            sed -n 's/^typedef .*(\*\(ngx_[a-z_]*\))(.*/\1/p' "$top/$header"
        done >hooks
        while read -r hook; do
            grep -q "Upwards:.*$hook" "$readme" || {
                echo "$readme does not list $hook"
                return 1
            }
        done <hooks
    done
}

# Every file says what it is for, behind the line of its licence at most.
opened() {
    while read -r _ file _; do
        sed '/^\/\* *SPDX/d; /^$/d' "$top/$file" | sed 3q | awk '
            NR == 1 && !/^\/\*/ { exit 1 }
            NR < 3 && /[a-z][a-z]* [a-z]/ { found = 1 }
            END { exit !found }' || { echo "$file does not say"; return 1; }
    done <files
}

# The library exports what a public header declares: a list of calls of ours.
exported() {
    nm -D --defined-only "$so" | awk '$3 ~ /^ngx_/ { print $3 }' | sort >given
    sed -n 's/^extern .*[ *]\(ngx_[a-z0-9_]*\);$/\1/p
        /^[a-z].*[ *]ngx_[a-z0-9_]*(/ {
            /^static/d; /^typedef/d
            s/^[a-z].*[ *]\(ngx_[a-z0-9_]*\)(.*/\1/p
        }' "$top"/src/*.h | sort >declared
    [ -s given ] && diff given declared
}

# what stands in src/ is in a list
listed() {
    (cd "$top" && find src -name '*.[ch]') | sort -u >there
    sed 's/^file //; s/ .*//' files | sort -u | comm -13 - there | grep . && return 1
    return 0
}

if [ "${1-}" = figures ]; then
    facts >all && judge -v figures=1 <all
    exit
fi

if ! command -v nm >/dev/null; then
    echo '1..0 # SKIP no nm'
    exit 77
fi

ok 'the objects of all files are there' gather
ok 'nobody uses what is above it, and there are no circles' \
    judged
ok 'every file is in a list' listed
ok 'every file says what it is for' opened
ok 'every folder has a README, which lists the calls upwards' documented

so=$here/objs/.libs/libngx_shm.so
if [ -f "$so" ]; then
    ok 'the library exports what a public header declares' exported
else
    skip 'what the library exports' 'there is no shared library'
fi

# each kind of fault is seen
ok 'an #include upwards is seen' \
    seen '^upwards' 'includes src/core/ngx_log.c ngx_lock.h'
ok 'a call upwards is seen' \
    seen '^upwards' 'wants src/lock/ngx_lock.c ngx_slab_alloc'
ok 'heap and segment are apart' \
    seen '^upwards' 'wants src/heap/ngx_slab.c ngx_shm_alloc'
ok 'a circle of calls is seen' seen '^circle of calls' \
    'wants src/heap/ngx_heap_run.c ngx_heap_sweep'
ok 'a circle of includes is seen' seen '^circle of includes' \
    'includes src/lock/ngx_lock.h ngx_lock_word.h'
ok 'a long file is seen' seen '321 lines' 'lines src/lock/ngx_lock.c 321 0'
ok 'a folder without a layer is seen' seen 'the layer of x' 'file src/x/x.c x'
ok 'a name that is taken is seen' \
    seen '^two files' 'file src/tool/ngx_lock.c tool'
judge -v figures=1 <facts | sed 's/^/# /'
plan
