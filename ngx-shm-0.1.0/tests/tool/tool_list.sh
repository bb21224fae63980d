#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tool_list.sh - the program ngx-shm: list and rm, their table and filters
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
. "$top/tests/tool/tool_world.sh"

if ! alone; then
    skip 'list and rm' 'unshare is refused'
    plan
    exit
fi
me=$(id -un)
nobody=4711

# line NAME: what the last table says of it, without its name
line() {
    awk -v name="$1" '$NF == name || $(NF - 1) == name {
        sub(/ [^ ]*$/, ""); $1 = $1; print }' out
}
# names COMMAND...: the segments of the table that it prints, in one line
names() {
    "$tool" "$@" >out || return 1
    cat out >&2
    awk 'NR > 1 { printf "%s%s", n++ ? " " : "", $NF }' out
}
# shown NAMES COMMAND...: these segments of ours, in this order
shown() {
    wanted=$1
    shift
    got=$(names "$@" | tr ' ' '\n' | grep -F "posix:/$id" | tr '\n' ' ')
    [ "$got" = "${wanted:+$wanted }" ] || { echo "shown: $got"; return 1; }
}

# ---- the table

hold "posix:/$id.small" "sysv:$work/k" "memfd:$id" -p "posix:/$id.large"
maker=$holder_pid
head_of() {
    "$tool" list | head -n 1 >out
    cat out
    [ "$(awk '{ $1 = $1; print }' out)" = \
        "$1 USER MODE AGE ATT MAKER STATE SEGMENT" ]
}
ok 'list prints a table' head_of KIB
tells() {
    "$tool" list >out
    cat out
    line "posix:/$id.small" | grep -q \
        "^8 $me rw------- [0-9][0-9]*s 1 $maker ready"
}
ok 'with size, user, mode, age, users and maker of each' tells
large() {
    "$tool" list >out
    line "posix:/$id.large" | grep -q '^1024 '
}
ok 'sizes are in one unit' large
in_bytes() {
    "$tool" list --bytes >out
    cat out
    line "posix:/$id.small" | grep -q '^8192 ' &&
        line "posix:/$id.large" | grep -q '^1048576 '
}
ok 'or in bytes' in_bytes
nameless() {
    "$tool" list >out
    cat out
    grep -q "^ *8 $me  *- .* ready .*@0x[0-9a-f]* (memfd:$id)\$" out
}
ok 'what has no name has no mode' nameless
sysv_row() {
    "$tool" list >out
    cat out
    grep -q "^ *8 $me  *rw------- .* 1 $maker .*ready .* sysv-id:[0-9]*\$" out
}
ok 'a System V segment has all of them' sysv_row
facts() {
    "$tool" list --json | grep -F "posix:/$id.small" >out
    cat out
    grep -q "\"user\": \"$me\", \"uid\": $(id -u), \"mode\": \"0600\", .*\
\"creator_lives\": 1, .*\"unused\": 0, \"processes\": 1" out
}
ok 'JSON has them, too' facts

# ---- order

ok 'list sorts by name' shown "posix:/$id.large posix:/$id.small" list
ok 'list sorts by size' shown "posix:/$id.large posix:/$id.small" \
    list --sort size
ok 'the other way round' shown "posix:/$id.small posix:/$id.large" \
    list --sort -size
ok 'by name, reversed' shown "posix:/$id.small posix:/$id.large" \
    list --sort -name
ok 'another order is refused' says 2 'frob: segments are sorted by name, ' \
    "$tool" list --sort frob
ok 'an option of another command is refused' \
    says 2 '--svg: not an option of this command' "$tool" list --svg x
ok 'watch takes the orders, too' shown \
    "posix:/$id.small posix:/$id.large" watch --count 1 --sort -size

# ---- which ones

ok 'what somebody has is not unused' shown '' list --unused
ok 'nor dead' shown '' list --dead
ok 'it has a user' shown "posix:/$id.large posix:/$id.small" \
    list --user "$me"
ok 'by his number' shown "posix:/$id.large posix:/$id.small" \
    list --user "$(id -u)"
ok 'and no other one' shown '' list --user $nobody
ok 'a user that is none is refused' \
    says 2 '--user: neither the name nor the number of a user' \
    "$tool" list --user no:body
let_go
ok 'what nobody has is unused' shown "posix:/$id.large posix:/$id.small" \
    list --unused
ok 'and dead, as its maker is' shown "posix:/$id.large posix:/$id.small" \
    list --dead
gone() {
    "$tool" list >out
    cat out
    line "posix:/$id.small" | grep -q " 0 $maker (gone) ready"
}
ok 'the table marks makers that are gone' gone
hold -c "posix:/$id.closed"
ok 'one that was closed is unused' \
    shown "posix:/$id.closed posix:/$id.large posix:/$id.small" list --unused
ok 'but not dead while its maker lives' \
    shown "posix:/$id.large posix:/$id.small" list --dead
let_go
hold -b "posix:/$id.built"
ok 'one that is being built is not unused' \
    shown "posix:/$id.closed posix:/$id.large posix:/$id.small" list --unused
let_go
built() {
    "$tool" list >out
    cat out
    line "posix:/$id.built" | grep -q '(gone) dead$'
}
ok 'until its builder dies' built

# ---- rm of those that are chosen

all="posix:/$id.built posix:/$id.closed posix:/$id.large posix:/$id.small"
# removes STATUS TEXT COMMAND...: it prints TEXT, and then these are left
removes() {
    wanted=$1 text=$2
    shift 2
    "$@" >out 2>&1
    got=$?
    cat out
    [ "$got" = "$wanted" ] && grep -qF -e "$text" out
}
dry_run() {
    removes 0 "would remove posix:/$id.small" "$tool" rm --dead --dry-run &&
        [ "$(grep -c 'would remove' out)" -ge 4 ] && shown "$all" list
}
ok 'rm --dry-run tells and removes nothing' dry_run
no_answer() {
    removes 2 'cannot ask whether to remove what was found' \
        "$tool" rm --unused && shown "$all" list
}
ok 'rm that cannot ask removes nothing' no_answer
ok 'rm of neither names nor filters' says 2 'rm: an argument is missing' \
    "$tool" rm --yes
ok 'rm of both' says 2 'rm: name segments, or choose them' \
    "$tool" rm --dead "posix:/$id.small"
ok 'rm --dry-run of a name' has "would remove posix:/$id.small" \
    "$tool" rm --dry-run "posix:/$id.small"
ok 'rm --dry-run of what is not there' \
    says 2 "cannot remove posix:/$id.none: " "$tool" rm --dry-run \
    "posix:/$id.none"
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    # answer WORD STATUS: typed once it is asked
    answer() {
        mkfifo keys
        timeout 60 script -qfec "$tool rm --dead; echo status \$?" typed \
            <keys >/dev/null &
        asked=$!
        exec 8>keys
        i=0
        until grep -q 'y/N' typed 2>/dev/null || [ $i -gt 3000 ]; do
            i=$((i + 1))
            sleep 0.01
        done
        echo "$1" >&8
        i=0
        until grep -q status typed || [ $i -gt 3000 ]; do
            i=$((i + 1))
            sleep 0.01
        done
        exec 8>&-
        wait "$asked"
        cat typed
        rm -f keys
        grep -q "status $2" typed
    }
    refused() {
        answer n 1 && shown "$all" list
    }
    ok 'rm asks, and no is no' refused
    accepted() {
        hold "posix:/$id.held"
        answer y 0 && shown "posix:/$id.held" list
        status=$?
        let_go
        return $status
    }
    ok 'yes removes what is dead, and nothing else' accepted
else
    skip 'rm asks' 'no script(1) to make a terminal'
    "$tool" rm --dead --yes >out
fi
yes() {
    removes 0 "removed posix:/$id.held" "$tool" rm --unused --yes &&
        shown '' list
}
if [ -e "/dev/shm/$id.held" ]; then
    ok 'rm --yes does not ask' yes
fi
ok 'rm finds nothing more' has 'nothing to remove' "$tool" rm --unused --yes

# ---- whose it is

hold "posix:/$id.a" "posix:/$id.b"
let_go
if chown $nobody "/dev/shm/$id.b" 2>/dev/null &&
    setpriv --reuid $nobody --clear-groups "$tool" --version >out 2>&1
then
    ok 'list --user shows those of one user' shown "posix:/$id.b" \
        list --user $nobody
    its() {
        removes 0 "removed posix:/$id.b" "$tool" rm --user $nobody --yes &&
            shown "posix:/$id.a" list
    }
    chmod 644 "/dev/shm/$id.a"
    not_mine() {
        removes 2 "cannot remove posix:/$id.a: unlink(): it belongs to user" \
            setpriv --reuid $nobody --clear-groups "$tool" rm "posix:/$id.a" &&
            grep -q 'from the sticky folder /dev/shm .*; only its owner' out
    }
    ok 'rm of what is another user'"'"'s says whose it is' not_mine
    chmod 600 "/dev/shm/$id.a"
    not_read() {
        removes 2 "cannot open posix:/$id.a: open(): no permission: the file" \
            setpriv --reuid $nobody --clear-groups "$tool" stat "posix:/$id.a"
    }
    ok 'so does stat' not_read
    ok 'rm --user removes those of one user' its
else
    skip 'segments of several users' 'not root, or they may not run this'
fi

# ---- names that are none

for command in stat rm; do
    verb=open
    [ $command = stat ] || verb=remove
    ok "$command names a second slash" \
        says 2 "cannot $verb posix:/a/b: a second slash: " \
        "$tool" $command posix:/a/b
    ok "$command says that a name is not there, and not that /dev/shm is not" \
        says 2 "cannot $verb posix:/$id.none: open(): there is no such name" \
        "$tool" $command "posix:/$id.none"
    ok "$command names a folder that is not there" \
        says 2 "cannot $verb file:/no/such/x: open(): the folder /no/such is" \
        "$tool" $command file:/no/such/x
done

plan
