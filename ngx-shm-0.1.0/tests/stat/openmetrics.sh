#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# openmetrics.sh - counters by name: ngx-shm stat, watch, and --openmetrics,
# whose text a strict parser reads
# shellcheck disable=SC2317,SC2329  # functions are called by ok and no

. "${srcdir-$(dirname "$0")/../..}/tests/tap.sh"
. "$top/tests/tool/tool_world.sh"
holder=$here/objs/stat_holder

strict() {
    awk -f "$top/tests/stat/strict.awk" "$@"
}

# ---- the parser itself

# refused WHAT: the parser finds fault with standard input, and says so
refused() {
    strict >faults
    [ $? = 1 ] && grep -q "$1" faults && return
    cat faults
    return 1
}
# text LINE...: printf's escapes, and the end
text() {
    for line; do
        # shellcheck disable=SC2059  # escapes are wanted
        printf -- "$line\n"
    done
    echo '# EOF'
}
good() {
    text '# TYPE a counter' '# HELP a what \\\\ it \\n is' 'a_total{x="1"} 5' \
        'a_total{x="2\\""} 6' '# TYPE b gauge' 'b -1.5' '# TYPE h histogram' \
        'h_bucket{le="1.0"} 1' 'h_bucket{le="1e+06"} 2' \
        'h_bucket{le="+Inf"} 2' 'h_count 2' 'h_sum 7' | strict
}
ok 'the parser takes what is right' good
h='# TYPE h histogram'
while IFS='|' read -r what lines; do
    faulty() {
        IFS=';'
        # shellcheck disable=SC2086  # lines
        set -- $lines
        unset IFS
        text "$@" | refused "$what"
    }
    ok "the parser refuses: $what, in $lines" faulty
done <<END
a counter ends|# TYPE a counter;a 5
below 0|# TYPE a counter;a_total -5
no ending|# TYPE a gauge;a_total 5
outside of its family|a 5
outside of its family|# TYPE a gauge;b 5
in two places|# TYPE a gauge;a 5;# TYPE b gauge;b 5;# TYPE a gauge
twice|# TYPE a gauge;a{x="1"} 5;a{x="1"} 6
a label twice|# TYPE a gauge;a{x="1",x="2"} 5
a label|# TYPE a gauge;a{1="1"} 5
the value of a label|# TYPE a gauge;a{x="\\\\x"} 5
what follows a label|# TYPE a gauge;a{x="1" } 5
a value|# TYPE a gauge;a 5 6
a number|# TYPE a gauge;a 0x5
no line|# TYPE a-b gauge;-
an escape|# TYPE a gauge;# HELP a \\\\x
not ASCII|# TYPE a gauge;# HELP a \\303
HELP too late|# TYPE a gauge;a 5;# HELP a x
belongs to|# TYPE a gauge;a 5;# TYPE a_total gauge;# TYPE c counter;# TYPE c_total gauge
without le|$h;h_bucket 5
another form|$h;h_bucket{le="1"} 5
bounds fall|$h;h_bucket{le="20.0"} 5;h_bucket{le="10.0"} 5
buckets fall|$h;h_bucket{le="10.0"} 5;h_bucket{le="20.0"} 4
last bucket|$h;h_bucket{le="+Inf"} 5;h_count 4
no buckets|$h;h_bucket{le="10.0"} 5;h_count 5
without its count|$h;h_bucket{le="+Inf"} 5
after the last|$h;h_bucket{le="+Inf"} 5;h_bucket{le="+Inf"} 5
END
no_end() { echo '# TYPE a gauge' | refused 'no # EOF'; }
ok 'the parser refuses a text that is cut' no_end
after_end() { { text; echo 'a 5'; } | refused 'after the end'; }
ok 'the parser refuses what follows the end' after_end

# ---- the program

hold "file:$work/plain"
exec 6>&5
hold -p "file:$work/pool"
exec 7>&5

# metrics SEGMENT: its text into the file text; the parser takes it
metrics() {
    "$tool" stat "$1" --openmetrics >text || return 1
    cat text
    strict text
}
# shown LINE...: each of them is in the file text, at its end
shown() {
    for line; do
        grep -qF -e "$line" text || { echo "no $line"; return 1; }
    done
}
label="{segment=\"file:$work/plain\",set=\"0x1000\""
first() {
    metrics "file:$work/plain" && shown \
        '# TYPE requests counter' \
        '# HELP requests Requests that were answered.' \
        "requests_total$label} 10" "requests_2_total$label} 11" \
        "requests_created_2$label} 12" "queue$label} -7" \
        "connections$label} 15" \
        '# HELP queue a \"length\",\nor \\n'
}
ok 'counters, gauges and levels, with their names' first
histograms() {
    shown '# TYPE latency histogram' "latency_bucket$label,le=\"5.0\"} 6" \
        "latency_bucket$label,le=\"1e+06\"} 10" \
        "latency_bucket$label,le=\"1844674407370955161.0\"} 10" \
        "latency_bucket$label,le=\"+Inf\"} 11" "latency_count$label} 11" \
        "latency_sum$label} 0" "U__size_2E_bytes_bucket$label,le=\"8.0\"} 9"
}
ok 'histograms' histograms
names() {
    shown "U__9_20_lives_total" "U__U____9__20__lives_total" \
        "U__a_22_b_5C_c_0A_d_7D__total" "U___FF__FE_$label"
    [ "$(grep -c '^# TYPE' text)" = 15 ]
}
ok 'names that are not allowed are escaped, and no two are the same' names
ok 'a set in a chunk of a pool' metrics "file:$work/pool"
in_pool() { shown "requests_total{segment=\"file:$work/pool\",set=\"0x" '} 10'; }
ok 'is found there' in_pool

both() {
    "$tool" stat "$holder_pid" --openmetrics >text || return 1
    strict text
}
ok 'and of a process' both

json() {
    "$tool" stat "file:$work/plain" --json >stat.json || return 1
    cat stat.json
    grep -qF '{"name": "requests", "help": "Requests that were answered.", "kind": "counter", "set": 4096, "value": 10}' stat.json &&
        grep -qF '"sum": 0, "buckets": [{"le": 5, "count": 6}, {"le": 1000000, "count": 4}' stat.json
}
ok 'stat --json has them by name' json
if command -v python3 >/dev/null; then
    ok 'and is JSON' python3 -c 'import json
names = [c["name"] for c in json.load(open("stat.json"))["counters"]]
assert len(names) == 15 and "queue" in names, names'
fi
people() {
    "$tool" stat "file:$work/plain" >out || return 1
    cat out
    grep -q '^    counter  *10  requests$' out &&
        grep -q '^    gauge  *-7  queue$' out &&
        grep -q '^    histogram  *11  latency: mean .*half <= 5, 99% >' out &&
        ! grep -q '^d}' out
}
ok 'stat has them' people

watched() {
    printf .......... >&6
    i=0
    until "$tool" watch "file:$work/plain" --count 1 >out &&
        grep -q '^    counter  *1010  requests$' out; do
        i=$((i + 1))
        [ $i -lt 100 ] || { cat out; return 1; }
        sleep 0.1
    done
    "$tool" watch "file:$work/plain" --json --count 1 >out || return 1
    cat out
    grep -qF '{"name": "requests", "help": "Requests that were answered.", "kind": "counter", "set": 4096, "value": 1010}' out
}
ok 'watch sees them grow' watched

# ---- of the dead

hold -d "file:$work/dead"
dead() {
    metrics "file:$work/dead" &&
        label="{segment=\"file:$work/dead\",set=\"0x1000\"" &&
        shown "requests_total$label} 10" "queue$label} -7" \
            "connections$label} 0" "latency_count$label} 11"
}
ok 'who is dead has counted, and has no level' dead
same() {
    cksum "dead" >before && metrics "file:$work/dead" >/dev/null &&
        "$tool" stat "file:$work/dead" >/dev/null && cksum "dead" |
        cmp before -
}
ok 'and nothing is written by looking' same
none() {
    says 2 'cannot open' "$tool" stat "file:$work/none" --openmetrics
}
ok 'a segment that is not there is an error' none
damaged() {
    printf 0123456789abcdef >not
    "$tool" stat "file:$work/not" --openmetrics >text
    status=$?
    cat text
    [ $status = 1 ] && strict text
}
ok 'one that is damaged shows in the status' damaged
exec 6>&- 7>&-
let_go

# ---- the example

example() {
    timeout 300 "$here/objs/stats" "file:$work/stats" 1000 || return
    "$tool" stat "file:$work/stats" --openmetrics >text || return
    strict text && grep '^busy{.*} 0$' text
}
ok 'examples/stats.c: 1,000 kills, and all is counted' example

plan
