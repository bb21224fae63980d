#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# tool.sh - the program ngx-shm
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"

. "$top/tests/tool/tool_world.sh"

# ---- how it is called

usage_fails() {
    "$tool" >out 2>err
    [ $? = 2 ] && [ ! -s out ] && grep -q '^usage: ngx-shm' err
}
ok 'without arguments: usage and 2' usage_fails
ok '--help goes to stdout' has 'usage: ngx-shm COMMAND' "$tool" --help
ok '--version' has 'ngx-shm 0' "$tool" --version
ok 'unknown command' says 2 'frob: unknown command; see' "$tool" frob
ok 'unknown option' says 2 '--frob: unknown option; see' "$tool" list --frob
ok 'missing argument' says 2 'rm: an argument is missing; see' "$tool" rm
ok 'superfluous argument' says 2 'x: one argument too many' "$tool" list x
full() {
    "$tool" features >/dev/full 2>err
    [ $? = 2 ] && grep -q 'error: cannot write standard output: ' err
}
if [ -c /dev/full ]; then
    ok 'what cannot be written is an error' full
else
    skip 'what cannot be written is an error' 'no /dev/full'
fi

# ---- features

same_answers() {
    "$tool" features | awk '{ print $1, $2 }' | sort >told
    awk '{ print $1, $2 }' "$here/objs/ngx_auto_config.txt" | sort >built
    [ -s told ] && diff told built
}
ok 'features tells every answer of the build' same_answers
ok 'features tells the evidence' has ' found (built, ran)' "$tool" features
json() {
    "$tool" "$@" --json >out && python3 -m json.tool <out >/dev/null
}
if command -v python3 >/dev/null; then
    for command in features backends list; do
        ok "$command --json is JSON" json "$command"
    done
else
    skip 'what --json prints is JSON' 'no python3 to read it'
fi
plain() {
    for command in features backends list; do
        "$tool" "$command" | grep "$(printf '\033')" && return 1
    done
    return 0
}
ok 'no colours where there is no terminal' plain
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    colors() { script -qec "$* $tool backends" /dev/null </dev/null |
        grep -q "$(printf '\033\\[32m')"; }
    ok 'colours on a terminal' colors env -u NO_COLOR
    no 'no colours on a terminal under NO_COLOR' colors env NO_COLOR=1
else
    skip 'colours on a terminal' 'no script(1) to make a terminal'
fi

# ---- backends

# whatever backend has a file must be in the list
backends=$(sed -n 's/^const ngx_shmem_backend_t  ngx_shmem_\([a-z0-9]*\) = {/\1/p' \
    "$top"/src/segment/ngx_shmem_*.c)
for backend in ${backends:-none}; do
    ok "backends tells of $backend" has "$backend " "$tool" backends
done
ok 'backends names the limits' has /dev/shm "$tool" backends
short() { "$tool" backends | grep ' [0-9.]*[KMGTPE]  ' &&
    ! "$tool" backends | grep ' [0-9]\{5,\}[KMGTPE]  '; }
ok 'in numbers that can be read' short
counted() { "$tool" backends | grep -q '^kernel.shmmni  *[0-9]*  how'; }
ok 'what is no size is told in digits alone' counted
if unshare -Urm true 2>/dev/null; then
    without_dev() {
        unshare -Urm sh -c "mount -t tmpfs tmpfs /dev && '$tool' backends"
    }
    ok 'a backend that is refused is told with call and reason' \
        has 'refused: shm_open("/ngx-shm.' without_dev
    ok 'and with what is missing' has '/dev/shm is not there' without_dev
else
    skip 'a backend that is refused' 'unshare is refused'
fi

# ---- list and rm

hold "posix:/$id" "file:$work/f" "sysv:$work/k" "memfd:$id"
listed() {
    "$tool" list --long >out || return 1
    cat out
    awk -v name="$1" -v pid="$holder_pid" '
        $0 == name || $2 == "(" name ")" { near = 4; next }
        near-- == 4 && /8K bytes, ready, generation 1, made .* by / { n++ }
        near == 1 && / process/ && / '"$holder_pid"'$/ { n++ }
        END { exit n != 2 }' out
}
for name in "posix:/$id" "file:$work/f" "memfd:$id"; do
    ok "list shows ${name%%:*} with size, state and process" listed "$name"
done
sysv_name() {
    "$tool" list --json |
        sed -n "/\"creator\": $holder_pid,.*\"pids\": \[$holder_pid\]/{
        s/.*\"\(sysv-id:[0-9]*\)\".*/\1/p
    }"
}
sysv=$(sysv_name)
ok 'list shows sysv' listed "$sysv"
for seg in "posix:/$id" "file:$work/f" "sysv:$work/k" "$sysv"; do
    ok "stat ${seg%%:*}" has '8K bytes for its users' "$tool" stat "$seg"
    ok "check ${seg%%:*}" has "$seg: sound" "$tool" check "$seg"
    ok "map ${seg%%:*}" has '3 pages of 4096 bytes' "$tool" map "$seg"
    ok "dump ${seg%%:*}" has '|ngx-shm.........|' "$tool" dump "$seg"
done
ok 'stat of a process shows what it has' has "memfd:$id" \
    "$tool" stat "$holder_pid"
no 'stat of a process that has none says no' "$tool" stat $$
ok 'stat of no process' says 2 'cannot look into process 999999999: ' \
    "$tool" stat 999999999
attached() {
    "$tool" stat "file:$work/f" --json | grep -q "\"attached\": $1,"
}
ok 'stat tells that somebody has it' attached 1
let_go
ok 'stat tells that nobody has it' attached 0
watched() {
    "$tool" watch "file:$work/f" --count 2 --interval 0.1 >out &&
        [ "$(grep -c ': ready, 12K bytes in all' out)" = 2 ]
}
ok 'watch looks as often as it is told' watched
ok 'watch without a segment lists' has "posix:/$id" "$tool" watch --count 1
ok 'watch --count x' says 2 '--count: not a number from 1' \
    "$tool" watch --count x
ok 'watch --count' says 2 '--count: its value is' "$tool" watch --count
svg() {
    "$tool" map "file:$work/f" --svg pic.svg &&
        [ "$(grep -c 'class="cell"' pic.svg)" = 3 ]
}
ok 'map --svg draws each page' svg
ok 'map --svg into no folder' says 2 'cannot write ./none/x: No such file' \
    "$tool" map "file:$work/f" --svg ./none/x
if command -v python3 >/dev/null; then
    for command in stat check map; do
        ok "$command --json is JSON" json "$command" "file:$work/f"
    done
    dumped() {
        "$tool" dump "file:$work/f" --json >dump.json &&
            python3 -c 'import json
lines = json.load(open("dump.json"))["dumps"][0]["lines"]
assert all(b["at"] == a["at"] + 16 * a["times"]
           for a, b in zip(lines, lines[1:]))
told = b"".join(bytes.fromhex(a["hex"]) * a["times"] for a in lines)
assert told == open("f", "rb").read()'
    }
    ok 'dump --json tells each byte' dumped
    ok 'bench --json is JSON' json bench
fi
ok 'bench tells of each backend' has 'memfd ' "$tool" bench

# a damaged one, a copy, anything: an answer, and no crash
damaged() {
    cp f copy && "$tool" check copy >out || return 1
    dd if=/dev/zero of=copy bs=1 seek="$1" count=4 conv=notrunc 2>/dev/null
    for command in stat check; do
        "$tool" "$command" copy >out
        [ $? = 1 ] && grep -q "$2" out || return 1
    done
    "$tool" map copy >out && "$tool" dump copy >out
}
# one of another byte order and time, where list comes across it
foreign() {
    cp f copy && dd if=/dev/zero bs=1 count=8 2>/dev/null | tr '\0' '\177' |
        dd of=copy bs=1 seek="$1" conv=notrunc 2>/dev/null &&
        cp copy "/dev/shm/$id.f" && "$tool" list --long >out
    status=$?
    rm -f "/dev/shm/$id.f"
    cat out
    [ $status = 0 ] && grep -A 1 -F "posix:/$id.f" out | grep -q "$2"
}
ok 'list shows one of a foreign byte order' foreign 12 'damaged or foreign'
ok 'list shows one made at no time' foreign 72 'made 9187201950435737471 by'
ok 'a damaged magic is seen' damaged 0 'it does not begin with our magic'
ok 'a damaged version is seen' damaged 8 'its format version is 0, not 1'
ok 'a damaged size is seen' damaged 32 'its header is damaged: size 0'
ok 'a damaged state is seen' damaged 48 'its header is damaged: state 0'
shorten() {
    head -c "$1" f >copy
    "$tool" check copy >out
    [ $? = 1 ] && "$tool" map copy >out && "$tool" dump copy >out
}
for bytes in 0 1 79 80 4096 12287; do
    ok "one cut to $bytes bytes is seen" shorten "$bytes"
done
ok 'what is not there is told' says 2 'cannot open none: No such file' \
    "$tool" stat none
ok 'a folder is refused' says 2 'cannot open .: not a plain file' "$tool" map .
ok 'a device is refused' says 2 'cannot open /dev/zero: not a plain file' \
    "$tool" dump /dev/zero

ok 'a named one outlives its process' has "posix:/$id" "$tool" list
no 'a memfd does not' has "memfd:$id" "$tool" list
ok 'rm removes by name' "$tool" rm "posix:/$id" "file:$work/f"
no 'and it is gone' has "posix:/$id" "$tool" list
rm -f k
ok 'rm removes a System V segment whose key file is gone' "$tool" rm "$sysv"
no 'and it is gone, too' has "$sysv" "$tool" list
ok 'rm of what is not there' \
    says 2 "cannot remove posix:/$id: open(): there is no such name in" \
    "$tool" rm "posix:/$id"
ok 'rm of a bad name' says 2 'cannot remove frob: a name begins with' \
    "$tool" rm frob
ok 'rm of a number that is none' \
    says 2 'cannot remove sysv-id:1x: what follows sysv-id: is not a number' \
    "$tool" rm sysv-id:1x
echo foreign >foreign
ok 'rm of what is not ours' \
    says 2 "cannot remove file:$work/foreign: it is not a segment of ours;" \
    "$tool" rm "file:$work/foreign"
ok 'which stays' test -s foreign

hold -b "file:$work/b"
ok 'list shows one that is being built' has 'building' "$tool" list
let_go
for command in stat check; do
    no "$command says no to what a dead builder left" \
        has dead "$tool" "$command" "file:$work/b"
done
ok 'rm removes what a dead builder left' "$tool" rm "file:$work/b"

# ---- a pool

hold -p "file:$work/p"
ok 'stat counts what is in a pool' has ' live in 1000 chunks' \
    "$tool" stat "file:$work/p"
ok 'check finds a pool sound while it is in use' has 'sound' \
    "$tool" check "file:$work/p"
unchanged() {
    cp p before && "$tool" check "file:$work/p" && "$tool" stat p &&
        cmp before p
}
ok 'and changes not one byte of it' unchanged
let_go
tail -c +4097 p >bare
ok 'of a copy of the pool alone, too' has ' live in 1000 chunks' \
    "$tool" stat bare
ok 'which is sound' has 'bare: sound' "$tool" check bare
broken() {
    cp p copy
    printf '\377' | dd of=copy bs=1 seek="$1" conv=notrunc 2>/dev/null
    "$tool" check copy >out
    [ $? = 1 ] && cat out && grep -q '^copy: damaged: .' out
}
# its version stands behind its magic, the number that spells "ngx-heap"
heap=$(grep -abo paeh-xgn p | head -n 1 | cut -d : -f 1)
ok 'a pool of another version is seen' broken $((${heap:-0} + 8))
ok 'and one whose count of pages is wrong' broken $((${heap:-0} + 40))
ok 'and one that is aligned in another way' broken $((${heap:-0} + 36))

# its magic, too, is found by what stands around it
ok 'and one whose magic is wrong' broken "${heap:-0}"
# the damages of every day are few; NGX_FUZZ=5000 for more
fuzz() {
    cp "$1" fuzzed
    "$here/objs/tool_fuzz" "$tool" fuzzed "$2" "$3" "${NGX_FUZZ:-20}" 7 >out
    status=$?
    cat out
    [ $status = 0 ] && cmp "$1" fuzzed
}
fuzz_seen() {
    fuzz "$@" && grep -q ' [1-9][0-9]* of them seen' out
}
ok 'damage anywhere in a pool is an answer, not a crash' fuzz_seen p 0 69632
ok 'and so is damage to its head' fuzz p "${heap:-0}" $((${heap:-0} + 400))

# ---- pictures of a pool

hold -v "file:$work/v" -a -e
pictured() {
    COLUMNS=80 "$tool" map "file:$work/v" >out
    grep '^ *[0-9]* [^ ]*$' out >cells
    cat out
    # the heap's own pages, a free one, slabs full and not, a run of four
    [ "$(awk 'NR == 1 { print $1, length($2) }' cells)" = '0 64' ] &&
        grep -q '^ *0 @@@' cells && grep -q '\[===' cells &&
        grep -q '[a-h]' cells && grep -q '[A-H]' cells &&
        grep -q '\.\.\.' cells &&
        grep -q 'live runs of whole pages: 25, ' out &&
        grep -q 'h  chunks of up to  1024: .* [1-9][0-9]% live' out
}
ok 'map shows pages by kind and fill' pictured
narrow() {
    COLUMNS=40 "$tool" map "file:$work/v" | grep '^ *0 ' >out
    cat out
    [ "$(awk '{ print length($2) }' out)" = 16 ]
}
ok 'map keeps to a narrow terminal' narrow
drawn() {
    "$tool" map "file:$work/v" --svg pool.svg &&
        [ "$(grep -c 'class="cell"' pool.svg)" = 1024 ] &&
        [ "$(grep -c '1024 bytes, [0-9]*% live</title>' pool.svg)" = \
            "$(sed 's/^ *[0-9]* //' cells | tr -cd hH | wc -c)" ]
}
ok 'map --svg draws each page of a pool' drawn
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    # not one colour for each mark
    thrifty() {
        script -qec "env -u NO_COLOR COLUMNS=80 $tool map file:$work/v" \
            /dev/null </dev/null | grep "^ *0 " >out
        cat out
        [ "$(grep -o "$(printf '\033\\[0m')" out | wc -l)" -lt 40 ]
    }
    ok 'map changes the colour only where the marks change' thrifty
fi
if command -v python3 >/dev/null; then
    ok 'which is XML' python3 -c 'import sys, xml.dom.minidom
xml.dom.minidom.parse("pool.svg")'
    for command in stat check map; do
        ok "$command --json of a pool is JSON" json "$command" "file:$work/v"
    done
    sums_up() {
        "$tool" map "file:$work/v" --json >map.json &&
            "$tool" stat "file:$work/v" --json >stat.json &&
            python3 -c 'import json
runs = json.load(open("map.json"))["runs"]
pool = json.load(open("stat.json"))["pool"]
at = 0
for run in runs:
    assert run["page"] == at
    at += run["pages"]
assert at == pool["pages"], at
assert sum(r["live"] for r in runs if r["kind"] == "slab") == 849
assert sum(r["kind"] == "run" for r in runs) == 25
assert pool["live"] + pool["cached"] + pool["free"] <= pool["pages"] * 4096'
    }
    ok 'the runs that map --json tells cover the pages' sums_up
fi

# ---- a living process

ok 'stat of a process counts a pool that has no name' \
    has ' live in 874 chunks' "$tool" stat "$holder_pid"
nameless=$("$tool" list --json |
    sed -n "s/.*\"name\": \"\($holder_pid@[^\"]*\)\", .*a pool.*/\1/p")
ok 'list shows it' [ -n "$nameless" ]
for command in stat check map dump; do
    ok "$command takes it by this name" "$tool" "$command" "$nameless"
done
ok 'check of a process checks all it has' has "$nameless: sound" \
    "$tool" check "$holder_pid"
ok 'where it has nothing, that is told' \
    says 2 "cannot open $holder_pid@0x10: nothing of ours is there" \
    "$tool" stat "$holder_pid@0x10"
# to read a page that it has not touched would give it one
untouched() {
    awk '/^Size: *16384 kB/ { there = 1 }
        /^Rss/ && there == 1 { there = 2; print; few = $2 <= 64 }
        END { exit !few }' "/proc/$holder_pid/smaps"
}
ok 'to look gives a process no memory' untouched
let_go

# a sanitizer maps terabytes, all of which would be in the core
small() {
    [ "$(awk '/^VmSize/ { print $2 }' "/proc/$1/status")" -lt 4000000 ]
}
once() {
    [ "$("$tool" list | grep -c -e "$1")" = 1 ]
}
# shellcheck disable=SC3045  # where there is no ulimit -c, there is no core
ulimit -c "$(ulimit -H -c)" 2>/dev/null
# guards divide what is mapped, and it is one pool all the same
hold -d -v -a "file:$work/guarded"
ok 'a pool with guards is found in a process' \
    has ' live in 874 chunks' "$tool" stat "$holder_pid"
ok 'and is sound' has ': sound' "$tool" check "$holder_pid"
guarded=$(printf '%s\n' "$("$tool" check "$holder_pid")" | grep -c ': sound')
ok 'both of them are' [ "$guarded" = 2 ]
ok 'list shows it once' once "$holder_pid@"
# gcore leaves guards out, so it must be the kernel that writes the core
if [ "$(cat /proc/sys/kernel/core_pattern 2>&1)" = core ] &&
    small "$holder_pid" && kill -SEGV "$holder_pid" && let_go 2>/dev/null &&
    [ -f "$(echo core*)" ]
then
    mv core* guarded.core
    ok 'a core with guards has it, too' has ': sound' \
        "$tool" check guarded.core
else
    let_go
    skip 'a core with guards has it, too' 'the kernel wrote none here'
fi

# ---- a core

hold -v -a
if command -v gcore >/dev/null && small "$holder_pid"; then
    gcore -o core "$holder_pid" >said 2>&1
    core=core.$holder_pid
    address=$("$tool" list --json |
        sed -n "s/.*\"name\": \"$holder_pid\(@[^\"]*\)\", .*a pool.*/\1/p")
    let_go
    ok 'a pool in a core has the address that it had' \
        has "$core$address: bare" "$tool" stat "$core"
    ok 'and is found there by it' has ': sound' "$tool" check "$core$address"
    ok 'stat finds the pool in a core' has ' live in 874 chunks' \
        "$tool" stat "$core"
    ok 'check finds it sound' has ': sound' "$tool" check "$core"
    ok 'map draws it' has 'live runs of whole pages: 25, ' \
        "$tool" map "$core"
    # the first one: what may be on the stack comes last
    at=$(grep -abo paeh-xgn "$core" | head -n 1 | cut -d : -f 1)
    ok 'damage to it is an answer, not a crash' fuzz_seen "$core" \
        $((${at:-0} - 256)) $((${at:-0} + 110000))
    ok 'and so is damage to the head of the core' fuzz "$core" 0 4096
    head -c $((${at:-0} + 50000)) "$core" >cut.core
    cut_short() {
        "$tool" check cut.core >out
        [ $? = 1 ] && cat out && grep -q 'damaged: the pool has 4194304' out
    }
    ok 'a core that was cut short is told' cut_short
else
    let_go
    skip 'what is in a core' 'no gcore to write one, or too big a process'
fi

# ---- a pool that is stuck

# it is stopped, or dead, within a call; `read` has seen its number before
stuck() {
    i=0
    until grep -q "^State:.[$1]" "/proc/$holder_pid/status"; do
        i=$((i + 1))
        [ $i -lt 6000 ] || return 1
        sleep 0.01
    done 2>/dev/null
}
hold -s -p "file:$work/s"
stuck T
held="lock of the heap: held by process $holder_pid (stopped)"
ok 'stat of a pool whose lock a stopped process has' has "$held" \
    timeout 60 "$tool" stat s
ok 'and counts what is in it' has ' live in 1000 chunks' \
    timeout 60 "$tool" stat s
for command in check map dump; do
    ok "$command of it does not wait" timeout 60 "$tool" $command s
done
ok 'watch of it does not wait' has "held by process $holder_pid (stopped)" \
    timeout 60 "$tool" watch s --count 1
ok 'stat of the stopped process itself' has "$held" \
    timeout 60 "$tool" stat "$holder_pid"
kill -CONT "$holder_pid"
let_go
ok 'once it goes on, the lock is free' has 'lock of the heap: free' \
    "$tool" stat s
hold -k -p "file:$work/x"
let_go
ok 'stat of a pool whose lock a killed process had' \
    has '(gone): the next owner repairs' timeout 60 "$tool" stat x
for command in check map dump; do
    ok "$command of it does not wait, too" timeout 60 "$tool" $command x
done

# ---- a pool at work

hold -l -p "file:$work/l"
rates() {
    # on a busy machine the process at work may not run between two looks
    for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        "$tool" watch l --json --count 3 --interval 0.2 | tail -n 1 >out
        cat out
        sed 's/.*"taken_per_s": \([0-9]*\).*"freed_per_s": \([0-9]*\).*/\1 \2/' \
            out | awk '{ exit !($1 > 0 && $2 > 0) }' &&
            grep -q '"heap_lock_per_s": [1-9]' out && return
    done
    return 1
}
ok 'watch tells how often chunks are taken and brought back' rates
ok 'for people, too' has 'chunks brought back' "$tool" watch l --count 1
whole() {
    for i in 1 2 3 4 5 6 7 8 9 10; do
        "$tool" check l >out 2>&1
        status=$?
        cat out
        [ $status = 0 ] || grep -q 'changes too fast' out || return 1
    done
}
ok 'a pool at work is never called damaged' whole
if script -qec true /dev/null </dev/null >/dev/null 2>&1; then
    # ^C and what a terminal is told before and after
    interrupted() {
        timeout 60 script -qfec "sh -c '\"$tool\" watch l --interval 0.1 & pid=\$!
            until grep -q 1049h typed; do sleep 0.05; done
            kill -WINCH \$pid; sleep 0.2; kill -INT \$pid
            wait \$pid; echo status \$?'" typed </dev/null >/dev/null
        esc=$(printf '\033')
        grep -q "$esc\\[?1049h" typed && grep -q "$esc\\[?1049l" typed &&
            grep -q "$esc\\[?25h" typed && grep -q 'status 0' typed
    }
    ok 'watch leaves the terminal as it was' interrupted
else
    skip 'watch leaves the terminal as it was' 'no script(1)'
fi
let_go

# ---- what is written about it

documented() {
    "$tool" --help | sed -n 's/^  \([a-z]*\) .*/\1/p' >words
    "$tool" --help | grep -o -e ' --[a-z-]*' |
        sed 's/ //; s/-/\\\\-/g' >>words
    [ -s words ] || return 1
    while read -r word; do
        grep -qE "^\.BI? \"?$word( |\$)" "$top/man/ngx-shm.1" ||
            { echo "$word is not in the manual"; return 1; }
    done <words
}
ok 'the manual knows every command and option' documented
if command -v bash >/dev/null; then
    # shellcheck disable=SC2016  # bash is to expand it
    completion() {
        PATH=${tool%/*}:$PATH bash -c '. "$0"; COMP_WORDS=(ngx-shm "$@")
            COMP_CWORD=$#; COMP_LINE="ngx-shm $*"; COMP_POINT=${#COMP_LINE}
            _ngx_shm; echo "${COMPREPLY[@]}"' \
            "$top/contrib/bash-completion/ngx-shm" "$@"
    }
    ok 'bash completes a command' has features completion fe
    ok 'bash completes an option' has --json completion list --j
    ok 'bash completes the name of a file' has pic.svg completion map f --svg pi
    # the part before the colon is there already
    hold "posix:/$id.bash"
    completed() {
        [ "$(completion stat : "posix:/$id.b")" = "/$id.bash" ]
    }
    ok 'bash completes the name of a segment' completed
    let_go
    "$tool" rm "posix:/$id.bash"
else
    skip 'bash completes' 'no bash'
fi

# ---- the examples

examples() {
    "$here/objs/writer" "posix:/$id" 'how do you do' &&
        has 'how do you do' "$here/objs/reader" "posix:/$id" &&
        "$here/objs/reader" -u "posix:/$id" &&
        ! "$here/objs/reader" "posix:/$id"
}
ok 'a writer and a reader meet by name' examples
ok 'a memfd is passed on' has 'received a segment of 65536 bytes, written by' \
    "$here/objs/passing"
ok 'a server whose workers are killed loses nothing' has 'lost: nothing' \
    "$here/objs/server" 1

plan
