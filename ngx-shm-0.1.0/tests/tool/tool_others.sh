#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tool_others.sh - the program ngx-shm, and what other users put in its way
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no
# shellcheck disable=SC1003  # a backslash ends a name

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
. "$top/tests/tool/tool_world.sh"

killed=$here/objs/shm_killed

# within COMMAND...: it ends by itself
within() {
    timeout 60 "$@" >out 2>&1
    got=$?
    cat out
    [ "$got" != 124 ] && return "$got"
    echo 'it hangs'
    return 124
}
# refuses COMMAND...: an error at once, and no crash
refuses() {
    within "$@"
    [ $? = 2 ] && grep -q 'ngx-shm: error: ' out
}

# ---- what is no file

mkfifo "/dev/shm/$id.fifo" fifo
mkdir folder
ln -s fifo link
for command in stat check map dump rm 'watch --count 1'; do
    for seg in "posix:/$id.fifo" file:fifo sysv:fifo file:folder sysv:folder \
        file:link; do
        # shellcheck disable=SC2086  # a command and its options
        ok "$command of ${seg%%:*}:${seg##*/} is refused" \
            refuses "$tool" $command "$seg"
    done
done
ok 'list passes over it' within "$tool" list
ok 'what was refused stays' test -p "/dev/shm/$id.fifo"
rm -f "/dev/shm/$id.fifo"

# ---- names

# an escape, a line that looks like another segment's, XML, and a backslash
evil=$(printf '%s.\033[31m\nposix:^forged<&\\' "$id")
shown="$id"'.\x1b[31m\x0aposix:^forged<&\\'
hold "posix:/$evil" "file:$work/$evil" "memfd:$evil"
# tame FILE: no control character but the line end, and no line of theirs
tame() {
    LC_ALL=C grep -n "[^ -~]" "$1" && return 1
    ! grep -n '^posix:^forged' "$1"
}
# shows STATUS COMMAND...: its output is tame, and the name is in it, escaped
shows() {
    wanted=$1
    shift
    within "$@"
    [ $? = "$wanted" ] && tame out && grep -qF -e "$shown" out
}
ok 'list shows a name in /dev/shm escaped' shows 0 "$tool" list
for seg in "posix:/" "file:$work/" "memfd:"; do
    ok "and that of ${seg%%:*}" grep -qF -e "$seg$shown" out
done
for seg in "posix:/$evil" "file:$work/$evil"; do
    for command in stat check map 'watch --count 1'; do
        # shellcheck disable=SC2086  # a command and its options
        ok "$command shows that of ${seg%%:*} escaped" \
            shows 0 "$tool" $command "$seg"
    done
done
ok 'stat of a process shows that of its memfd' shows 0 \
    "$tool" stat "$holder_pid"
ok 'an error shows it' shows 2 "$tool" rm "posix:/$evil.2"
ok 'so does one about an argument' shows 2 "$tool" "$evil"
ok 'and one about a file' shows 2 "$tool" stat "$work/$evil.2"
escaped() {
    tame "$1" && grep -qF -e "$2" "$1"
}
drawn() {
    "$tool" map "file:$work/$evil" --svg pic.svg &&
        escaped pic.svg '.\x1b[31m\x0aposix:^forged&#60;&#38;\\'
}
ok 'map --svg draws it' drawn
for command in list "stat file:$work/$evil" "dump file:$work/$evil"; do
    told() {
        case $command in
            list) "$tool" list --json >told ;;
            *) "$tool" "${command%% *}" "${command#* }" --json >told ;;
        esac
        escaped told '.\u001b[31m\u000aposix:^forged<&\\'
    }
    ok "${command%% *} --json tells it" told
done
if command -v python3 >/dev/null; then
    ok 'which is XML' python3 -c 'import xml.dom.minidom
xml.dom.minidom.parse("pic.svg")'
    ok 'and JSON, of the very name' python3 -c 'import json, sys
names = [s["name"] for s in json.loads(sys.argv[1])["segments"]]
assert "posix:/" + sys.argv[2] in names' "$("$tool" list --json)" "$evil"
fi
if command -v bash >/dev/null; then
    # what list shows is what a shell takes
    taken() {
        bash -c "\"\$0\" stat \$'posix:/$shown'" "$tool"
    }
    ok 'a shell takes what is shown' taken
fi
"$tool" rm "posix:/$evil" "file:$work/$evil"
let_go
if command -v bash >/dev/null; then
    # shellcheck disable=SC2016  # nobody is to expand it
    hold "posix:/$id."'$(touch pwned)`touch pwned`'
    completed() {
        # shellcheck disable=SC2016  # bash is to expand it
        PATH=${tool%/*}:$PATH bash -c '. "$0"; COMP_WORDS=(ngx-shm stat x)
            COMP_CWORD=2; COMP_LINE="ngx-shm stat posix"; COMP_POINT=18
            _ngx_shm' "$top/contrib/bash-completion/ngx-shm"
        [ ! -e pwned ]
    }
    ok 'bash does not run a name when it completes one' completed
    let_go
    # shellcheck disable=SC2016  # nobody is to expand it
    "$tool" rm "posix:/$id."'$(touch pwned)`touch pwned`'
fi

# ---- a filter that kills

"$killed" memfd true
if [ $? = 77 ]; then
    skip 'backends names what a filter kills' 'there is no seccomp here'
else
    for backend in sysv memfd; do
        ok "backends goes on where $backend is killed" \
            has 'anon      works' "$killed" "$backend" "$tool" backends
        ok 'and names it' grep -q "^$backend  *killed: signal 31 (.*seccomp" out
        ok 'and nothing else' [ "$(grep -c killed: out)" = 1 ]
        killed_json() {
            "$killed" "$backend" "$tool" backends --json |
                grep "\"name\": \"$backend\".*\"works\": 0.*killed the process"
        }
        ok 'in JSON, too' killed_json
    done
    hold "posix:/$id.k" "sysv:$work/k"
    ok 'list goes on without System V' has "posix:/$id.k" \
        "$killed" sysv "$tool" list
    ok 'and says so' \
        grep -q 'error: cannot list System V segments: .*left out' out
    "$tool" rm "posix:/$id.k" "sysv:$work/k"
    let_go
fi

# ---- for reading only

hold -p "file:$work/p"
exec 6>&5
maker=$holder_pid
chmod 0444 p
hold -r "file:$work/p"
ok 'a process may have it for reading only' \
    grep -q ' r--s .*/p$' "/proc/$holder_pid/maps"
for command in stat check; do
    ok "$command of such a process counts the pool" \
        has 'sound' "$tool" $command "$holder_pid"
done
ok 'stat counts what is in it' has ' live in 1000 chunks' \
    "$tool" stat "$holder_pid"
ok 'map draws it' has 'live' "$tool" map "$holder_pid"
ok 'dump shows it' has '|ngx-shm.........|' "$tool" dump "$holder_pid"
ok 'list tells both of its users' \
    has "2 processes: " "$tool" list --long
both() {
    "$tool" list --long | grep -A 3 -F "file:$work/p" |
        grep -q "$maker.*$holder_pid\|$holder_pid.*$maker"
}
ok 'by their numbers' both
exec 6>&-
let_go

plan
