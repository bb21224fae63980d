#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tool_owners.sh - the program ngx-shm: which process has what in a pool
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
. "$top/tests/tool/tool_world.sh"

# row PID...: the row of a process in the last table, numbers alone
row() {
    sed -n "s/^ *$1  *//p" out
}

# ---- two living processes

hold -p "file:$work/p"
exec 6>&5
maker=$holder_pid
hold -u "file:$work/p"
user=$holder_pid
for command in stat 'watch --count 1'; do
    shares() {
        # shellcheck disable=SC2086  # a command and its options
        "$tool" $command "file:$work/p" >out || return 1
        cat out
        row "$maker" | grep -q '^1 *1000 *104000 ' &&
            row "$user" | grep -q '^1 *500 *104000 '
    }
    ok "${command%% *} shows chunks and bytes of each process" shares
done
numbers() {
    "$tool" stat "file:$work/p" --json >out || return 1
    cat out
    grep -q "\"pid\": $maker, \"gone\": 0, .*\"chunks\": 1000," out &&
        grep -q "\"pid\": $user, \"gone\": 0, .*\"chunks\": 500," out
}
ok 'in JSON, too' numbers
watched() {
    "$tool" watch p --json --count 1 >out || return 1
    cat out
    grep -q "\"pid\": $user, .*\"chunks\": 500, \"live\": 104000" out
}
ok 'and watch in JSON' watched
ok 'stat of one process shows both' \
    has "    $user  " "$tool" stat "$maker"
if command -v python3 >/dev/null; then
    sums() {
        "$tool" stat p --json >stat.json && python3 -c 'import json
pool = json.load(open("stat.json"))["pool"]
for key in "chunks", "live", "cached_chunks", "cached":
    assert pool[key] == sum(o[key] for o in pool["owners"]), key
assert pool["processes"] == sum(o["threads"] for o in pool["owners"])'
    }
    ok 'the sums are those of the pool' sums
fi

# ---- dead ones

# `wait` tells which shell it was that the number belonged to
kill -KILL "$user"
exec 5>&-
i=0
while kill -0 "$user" && ! grep -q '^State:.Z' "/proc/$user/status" &&
    [ $i -lt 6000 ]
do
    i=$((i + 1))
    sleep 0.01
done 2>/dev/null
gone() {
    # shellcheck disable=SC2086  # a command and its options
    "$tool" $1 "file:$work/p" >out || return 1
    cat out
    row "$user (gone)" | grep -q '^0 *500 *104000 ' &&
        row "$maker" | grep -q '^1 *1000 '
}
ok 'stat tells that one is gone, and what it left' gone stat
ok 'watch tells it in the same words' gone 'watch --count 1'
told() {
    "$tool" stat p --json | grep -q "\"pid\": $user, \"gone\": 1, .*: 500,"
}
ok 'and JSON' told
exec 6>&-
wait
maker_gone() {
    "$tool" "$@" >out || return 1
    cat out
    grep -q "$maker (gone)" out
}
ok 'stat marks a maker that is gone' maker_gone stat p

# a run of whole pages and a lock that was held by a dead process
hold -v -k "file:$work/v"
dead=$holder_pid
let_go
held() {
    "$tool" "$@" >out || return 1
    cat out
    grep -q "held by process $dead (gone)" out
}
ok 'stat marks the owner of a lock that is gone' held stat v
ok 'watch does, too' held watch v --count 1
whole() {
    "$tool" stat v >out
    cat out
    row "$dead (gone)" | grep -q '^0 *874 '
}
ok 'runs of whole pages are counted' whole

# ---- the locks that users keep in its chunks

hold -p "file:$work/m" -m
in_chunks() {
    "$tool" stat m >out
    cat out
    [ "$(grep -c 'lock found at 0x[0-9a-f]* in it: ' out)" = 3 ] &&
        [ "$(grep -c "it: held by process $holder_pid;" out)" = 2 ] &&
        grep -q 'in it: free; 0 times taken' out
}
ok 'stat shows the locks in live chunks, and who holds them' in_chunks
in_json() {
    "$tool" stat m --json >out
    cat out
    grep -q "\"locks_found\": 3, .*\"offset\": .*\"owner\": $holder_pid, " out
}
ok 'in JSON, too' in_json
in_memory() {
    "$tool" stat "$holder_pid" >out
    cat out
    [ "$(grep -c 'lock found at ' out)" = 3 ]
}
ok 'of a process, too' in_memory
kill -KILL "$holder_pid"
let_go 2>/dev/null
left() {
    "$tool" stat m >out
    cat out
    grep -q "in it: held by process $holder_pid (gone): the next owner" out
}
ok 'and that an owner is gone' left
none() {
    "$tool" stat p >out
    cat out
    ! grep -q 'lock found' out
}
ok 'where there are none, none are found' none

plan
