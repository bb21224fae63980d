#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tool_watch.sh - the program ngx-shm: watch on a terminal, and its keys
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
. "$top/tests/tool/tool_world.sh"

if ! script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    skip 'watch on a terminal' 'no script(1) to make one'
    plan
    exit
fi
if ! alone; then
    skip 'watch on a terminal' 'unshare is refused'
    plan
    exit
fi
esc=$(printf '\033')
TERM=xterm
export TERM
unset NO_COLOR

# terminal ROWS COMMANDS: run them on a terminal, which `press` types on and
# `typed` keeps; what is typed is not echoed
terminal() {
    rm -f keys typed pid
    mkfifo keys
    # in a file: what script is called with would be in what it keeps
    echo "stty rows $1 cols 100 -echo; $2" >commands
    timeout 120 script -qfec 'sh ./commands' typed <keys >/dev/null &
    session=$!
    exec 8>keys
}
press() {
    # shellcheck disable=SC2059  # keys are written as escapes
    printf "$1" >&8
}
# until_shown TEXT [TIMES]: it is on the terminal, so often
until_shown() {
    i=0
    until [ -f typed ] && [ "$(grep -cF -e "$1" typed)" -ge "${2-1}" ]; do
        i=$((i + 1))
        [ $i -lt 3000 ] || { echo "not shown: $1"; cat -v typed; return 1; }
        sleep 0.02
    done
}
# shown_again TEXT KEYS: pressing them shows it, which is not shown now
shown_again() {
    seen=$(grep -cF -e "$1" typed)
    press "$2" && until_shown "$1" $((seen + 1))
}
# the commands are at their end
ended() {
    until_shown 'at the end'
    status=$?
    exec 8>&-
    wait "$session"
    return $status
}
watched="\"$tool\" watch --unused --interval 0.3"
settings="echo before \$(stty -g)"
after="echo after \$(stty -g) status \$?; echo at the end"
# the terminal is as it was, by what it is told and by its own settings
restored() {
    grep -q "$esc\\[?1049h" typed || { echo "no screen"; return 1; }
    grep -q "^before [0-9a-f]" typed || { echo "no settings"; return 1; }
    cat -v typed | grep "^before\|^after\|1049"
    [ "$(grep -o "$esc\\[?1049[hl]" typed | tail -n 1)" = "${esc}[?1049l" ] &&
        [ "$(grep -o "$esc\\[?25[hl]" typed | tail -n 1)" = "${esc}[?25h" ] &&
        [ "$(grep -o "$esc\\[?7[hl]" typed | tail -n 1)" = "${esc}[?7h" ] &&
        [ "$(sed -n 's/.*before \([0-9a-f:]*\).*/\1/p' typed)" = \
            "$(sed -n 's/.*after \([0-9a-f:]*\).*/\1/p' typed)" ]
}

hold -p "posix:/$id.pool"
let_go
hold "posix:/$id.small"
let_go

# ---- keys

quits() {
    terminal 24 "$settings; $watched; status=\$?; $after; echo was \$status"
    until_shown 'q quit  h help'
    press q
    ended && restored && grep -q 'was 0' typed
}
ok 'q ends watch and leaves the terminal as it was' quits
helps() {
    terminal 24 "$watched; $after"
    until_shown 'q quit  h help' && press h &&
        until_shown 'this text, and back' &&
        shown_again '2 segments of 1032 KiB in all, 2 of them unused' '?'
    status=$?
    press q
    ended && return $status
}
ok 'h and ? show the keys, and the list again' helps
sorts() {
    terminal 24 "$watched; $after"
    until_shown 'sorted by name ' && press s &&
        until_shown 'sorted by size ' && press r &&
        until_shown 'sorted by size, reversed' && press 3 &&
        until_shown 'sorted by user, reversed' && press rssss &&
        until_shown 'sorted by size ' 2
    status=$?
    press q
    ended && return $status
}
ok 's, r and digits sort' sorts
first_is() {
    awk -v name="$1" 'index($0, "SEGMENT") { getline; last = index($0, name) }
        END { exit !last }' typed
}
sorted() {
    terminal 24 "$watched; $after"
    until_shown 'sorted by name ' && first_is "$id.pool" && press 2 &&
        until_shown 'sorted by size ' && first_is "$id.pool" && press r &&
        until_shown 'sorted by size, reversed' && first_is "$id.small"
    status=$?
    press q
    ended && return $status
}
ok 'and the list is sorted so' sorted
faster() {
    terminal 24 "$watched; $after"
    until_shown 'every 0.3 s' && press + && until_shown 'every 0.15 s' &&
        press -- && until_shown 'every 0.3 s' 2
    status=$?
    press q
    ended && return $status
}
ok '+ and - change how often it looks' faster
opens() {
    terminal 24 "$watched; $after"
    until_shown '>       1024 ' && press '\033[B' &&
        until_shown '>          8 ' && press '\033OA' &&
        until_shown '>       1024 ' 2 && press '\r' &&
        until_shown 'live in 1000 chunks' && until_shown 'sorted by live' &&
        press 4 && until_shown 'sorted by pid' &&
        shown_again 'sorted by name ' '\033' &&
        shown_again 'sorted by live' '\r' && press '\033q'
    status=$?
    ended && restored_screen && return $status
}
restored_screen() {
    [ "$(grep -o "$esc\\[?1049[hl]" typed | tail -n 1)" = "${esc}[?1049l" ]
}
ok 'arrows choose a segment, enter opens it, escape leads back' opens
goes() {
    hold "posix:/$id.z"
    let_go
    terminal 24 "$watched; $after"
    until_shown "$id.z" && press '\033[F' && until_shown '>          8 ' 1 &&
        press '\r' && until_shown 'esc back' &&
        "$tool" rm "posix:/$id.z" && until_shown 'there is no such name' &&
        until_shown '2 segments of 1032 KiB'
    status=$?
    press q
    ended && return $status
}
ok 'if it is removed, that is told and the list is back' goes
scrolls() {
    terminal 12 "\"$tool\" watch posix:/$id.pool --interval 0.3; $after"
    until_shown 'q quit  h help' || return 1
    grep -q 'chunks up to' typed && { echo 'all fits'; return 1; }
    press '\033[6~\033[6~\033[6~\033[6~'
    until_shown 'chunks up to' && until_shown 'live in 1000 chunks' 2
    status=$?
    press q
    ended && return $status
}
ok 'a small window is scrolled, below what stays' scrolls

# ---- whatever ends it

by_signal() {
    terminal 24 "$settings; sh -c 'echo \$\$ >pid; exec $watched'; $after"
    until_shown 'q quit  h help' || return 1
    kill "-$1" "$(cat pid)"
    ended && restored
}
for sig in INT TERM HUP QUIT SEGV ABRT USR1 ALRM; do
    ok "SIG$sig leaves the terminal as it was" by_signal $sig
done
typed_end() {
    terminal 24 "$settings; trap : INT; $watched; $after"
    until_shown 'q quit  h help' || return 1
    press '\003'
    ended && restored
}
ok '^C does, too' typed_end
failed() {
    terminal 24 "$settings; \"$tool\" watch posix:/$id.x --interval 0.3; $after"
    ended && restored && grep -q 'error: cannot open posix:' typed
}
hold "posix:/$id.x"
let_go
"$tool" rm "posix:/$id.x"
ok 'and so does an error' failed
suspended() {
    terminal 24 "$settings; set -m; $watched; $after; read -r line; fg
        echo really ended"
    until_shown 'q quit  h help' || return 1
    press '\032'
    ended_once=0
    until_shown 'at the end' && restored && press 'x\n' &&
        until_shown 'q quit  h help' 2 && ended_once=1
    press q
    until_shown 'really ended' && [ $ended_once = 1 ] && restored_screen
    status=$?
    exec 8>&-
    wait "$session"
    return $status
}
ok '^Z leaves it as it was, and fg takes it again' suspended

# ---- where there are no colours, or no terminal

colors() {
    terminal 24 "$1 $watched; $after"
    until_shown 'q quit  h help'
    press q
    ended && grep -q "$esc\\[[0-9;]*m" typed
}
ok 'there are colours' colors env
colorless() {
    ! colors 'env NO_COLOR=1'
}
ok 'but not under NO_COLOR' colorless
dumb() {
    terminal 24 "TERM=dumb $watched --count 2; $after"
    ended && ! grep -q "$esc" typed &&
        [ "$(grep -c 'KIB USER' typed)" = 2 ]
}
ok 'a dumb terminal is printed on, without colours' dumb
plain() {
    "$tool" watch --unused --count 2 --interval 0.1 >out && cat out &&
        ! grep -q "$esc" out && [ "$(grep -c 'KIB USER' out)" = 2 ]
}
ok 'where there is no terminal, tables follow each other' plain
untyped() {
    "$tool" watch --unused --interval 0.1 >out &
    watcher=$!
    sleep 0.5
    kill -INT $watcher
    wait $watcher
}
ok 'and SIGINT ends it with 0' untyped

"$tool" rm "posix:/$id.pool" "posix:/$id.small"
plan
