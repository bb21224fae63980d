#!/bin/sh
# nginx.sh - requests a second of nginx with our parts, and with its own
#
#   nginx.sh [-a] [-r rounds] [-s seconds] [-o folder]
#
# Both servers are built alike, run at once, anew every third round, and are
# asked in turn, each pair of runs in another order; wrk asks for an empty image
# under limit_req, with one key for all and with many keys, of 1 and of 2
# workers.  Prints medians of both, and of the ratios of the pairs: of requests
# a second, and of requests a second of the workers' processor time, which
# others on the machine disturb less.  FOLDER/runs has a line "ROUND SERVER
# WORKERS KEYS REQUESTS PER-CPU" for each run; -a adds rounds to those of
# before, with the same servers.  nginx's source: see tests/nginx/fetch.

set -eu

rounds=15 seconds=1 out=objs/bench-nginx add=
top=$(cd "$(dirname "$0")/.." && pwd)

die() {
    echo "nginx.sh: error: $1" >&2
    exit 2
}

while getopts ar:s:o: opt; do
    case $opt in
    a) add=yes ;;
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    o) out=$OPTARG ;;
    *) die "wrong option; usage: nginx.sh [-a] [-r rounds] [-s seconds] [-o dir]" ;;
    esac
done
command -v wrk >/dev/null || die "no wrk; install it"
mkdir -p "$out"
out=$(cd "$out" && pwd)

# build NAME: as Debian does, as far as it matters here
build() (
    cd "$out/$1"
    ./configure --with-cc="${CC:-cc}" --with-cc-opt=-O2 --with-threads \
        --without-http_rewrite_module --without-http_gzip_module
    make -j2
)

if [ ! -x "$out/own/objs/nginx" ]; then
    rm -rf "$out/own"
    "$top/tests/nginx/fetch" "$out/own"
    build own
fi >"$out/log" 2>&1 || die "nginx does not build; see $out/log"

# ours anew each time, for it is what changes
if [ -z "$add" ] || [ ! -s "$out/runs" ]; then
    rm -rf "$out/ours"
    cp -R "$out/own" "$out/ours"
    rm -rf "$out/ours/objs"
    sh "$top/contrib/nginx/install-into" "$out/ours"
    build ours
    : >"$out/runs"
fi >>"$out/log" 2>&1 || die "nginx does not build on ours; see $out/log"

conf() {
    [ "$(id -u)" != 0 ] || echo 'user root;'
    cat <<END
worker_processes $1;
error_log error.log;
pid nginx.pid;
events { worker_connections 512; }
http {
    access_log off;
    keepalive_requests 1000000;
    limit_req_zone \$server_name zone=one:1m rate=1000000r/s;
    limit_req_zone \$arg_k zone=many:10m rate=1000000r/s;
    server {
        listen 127.0.0.1:$port reuseport;
        location /one { limit_req zone=one burst=10000 nodelay; empty_gif; }
        location /many { limit_req zone=many burst=10000 nodelay; empty_gif; }
    }
}
END
}

port=$((10000 + $$ % 20000))

# start SERVER WORKERS: on the next port, each on its own
start() {
    port=$((port + 1))
    mkdir -p "$out/run-$1/logs"
    conf "$2" >"$out/run-$1/nginx.conf"
    echo "$port" >"$out/run-$1/port"
    "$out/$1/objs/nginx" -p "$out/run-$1" -c nginx.conf
    while [ ! -s "$out/run-$1/nginx.pid" ]; do
        sleep 0.05
    done
}

stop() {
    for pid in "$out"/run-*/nginx.pid; do
        [ -s "$pid" ] || continue
        pid=$(cat "$pid")
        kill -TERM "$pid"
        while kill -0 "$pid" 2>/dev/null; do
            sleep 0.05
        done
    done
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# ticks SERVER: processor time of its workers, in hundredths of a second
ticks() {
    for pid in $(pgrep -P "$(cat "$out/run-$1/nginx.pid")"); do
        cat "/proc/$pid/stat"
    done | awk '{ sub(/.*\) /, ""); n += $12 + $13 } END { print n }'
}

# run SERVER WORKERS KEYS
run() {
    before=$(ticks "$1")
    NGX_KEYS=$3 wrk -t 1 -c 32 -d "$seconds" -s "$top/bench/nginx.lua" \
        "http://127.0.0.1:$(cat "$out/run-$1/port")" >"$out/wrk"
    ! grep -E 'Socket errors|Non-2xx' "$out/wrk" >&2 || exit 1
    awk -v run="$round $1 $2 $3" -v ticks=$(($(ticks "$1") - before)) '
        / requests in / { n = $1 }
        /^Requests.sec:/ { print run, $2, n * 100 / (ticks > 0 ? ticks : 1) }
    ' "$out/wrk" >>"$out/runs"
}

# pair WORKERS KEYS
pair() {
    if [ $((round % 2)) = 0 ]; then
        run own "$@"
        run ours "$@"
    else
        run ours "$@"
        run own "$@"
    fi
}

begun=$(sed -n '$s/ .*//p' "$out/runs")
begun=${begun:-0}
for workers in 1 2; do
    round=$begun
    while [ "$round" -lt $((begun + rounds)) ]; do
        # where a server's memory lies is luck, which must not last
        if [ $(((round - begun) % 3)) = 0 ]; then
            stop
            if [ $((round % 2)) = 0 ]; then
                start own "$workers"
                start ours "$workers"
            else
                start ours "$workers"
                start own "$workers"
            fi
        fi
        round=$((round + 1))
        pair $workers one
        pair $workers many
    done
    stop
done

awk '
function median(list,    n, a, i, j, t) {
    n = split(list, a, " ")
    for (i = 2; i <= n; i++) {
        for (j = i; j > 1 && a[j - 1] > a[j] + 0; j--) {
            t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
        }
    }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}
{
    case_ = $3 " " $4
    all[$2 " " case_] = all[$2 " " case_] " " $5
    at[$1 " " $2 " " case_] = $5
    cpu[$1 " " $2 " " case_] = $6
    if (($1 " own " case_ in at) && ($1 " ours " case_ in at)) {
        ratio[case_] = ratio[case_] " " at[$1 " ours " case_] / \
                       at[$1 " own " case_]
        per_cpu[case_] = per_cpu[case_] " " cpu[$1 " ours " case_] / \
                         cpu[$1 " own " case_]
    }
    if (!(case_ in seen)) {
        order[++cases] = case_
        seen[case_] = 1
    }
}
END {
    print "workers keys    own (1/s)  ours (1/s)  ours/own   per cpu"
    for (i = 1; i <= cases; i++) {
        split(order[i], what, " ")
        printf "%-7s %-5s %11.0f %11.0f %9.3f %9.3f\n", what[1], what[2],
               median(all["own " order[i]]), median(all["ours " order[i]]),
               median(ratio[order[i]]), median(per_cpu[order[i]])
    }
}' "$out/runs" | tee "$out/table"
