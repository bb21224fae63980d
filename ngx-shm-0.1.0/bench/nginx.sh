#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# nginx.sh - requests a second of nginx with our parts, and with its own, and
# the processor time of a request
#
#   nginx.sh [-a] [-r rounds] [-s seconds] [-o folder] [-c cases]
#
# A case is KEYS/ZONE/WORKERS: limit_req with a zone of that size, asked by wrk
# for an empty image with one key, with many (ten thousand), or with unique
# ones, of which the zone is full soon: each request then frees the oldest and
# allocates.  The cases are one/1m, many/10m by 1 and 2 workers, unless others
# are given; `-c workers' stands for those with more workers than small zones
# have slots: unique/64k/4, unique/64k/6, unique/256k/12.
#
# Both servers are built alike, run at once, anew every third round, and are
# asked in turn, each pair of runs in another order.  Prints medians of both,
# and of the ratios of the pairs with an interval; others on the machine disturb
# the processor time less than the requests a second.  FOLDER/runs has a line
# for each run, FOLDER/table what was printed; -a adds rounds to those of
# before, with the same servers.  nginx's source: see tests/nginx/fetch.

set -eu

rounds=15 seconds=1 out=objs/bench-nginx add=
cases='one/1m/1 many/10m/1 one/1m/2 many/10m/2'
top=$(cd "$(dirname "$0")/.." && pwd)

die() {
    echo "nginx.sh: error: $1" >&2
    exit 2
}

while getopts ac:r:s:o: opt; do
    case $opt in
    a) add=yes ;;
    c) cases=$OPTARG ;;
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    o) out=$OPTARG ;;
    *) die "wrong option; usage: nginx.sh [-a] [-r rounds] [-s seconds] \
[-o dir] [-c cases]" ;;
    esac
done
[ "$cases" != workers ] || cases='unique/64k/4 unique/64k/6 unique/256k/12'
for case in $cases; do
    case $case in
    one/*/[1-9]* | many/*/[1-9]* | unique/*/[1-9]*) ;;
    *) die "$case is no case; give KEYS/ZONE/WORKERS" ;;
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
    echo '# round server keys/zone/workers requests/s microseconds errors' \
        >"$out/runs"
fi >>"$out/log" 2>&1 || die "nginx does not build on ours; see $out/log"

# Of a case KEYS/ZONE/WORKERS
keys() {
    echo "${1%%/*}"
}
zone() {
    zone=${1#*/}
    echo "${zone%/*}"
}
workers() {
    echo "${1##*/}"
}

# conf CASE
conf() {
    key="\$arg_k"
    [ "$(keys "$1")" != one ] || key="\$server_name"
    [ "$(id -u)" != 0 ] || echo 'user root;'
    cat <<END
worker_processes $(workers "$1");
error_log error.log;
pid nginx.pid;
events { worker_connections 512; }
http {
    access_log off;
    keepalive_requests 1000000000;
    limit_req_zone $key zone=zone:$(zone "$1") rate=1000000r/s;
    server {
        listen 127.0.0.1:$port reuseport;
        location / { limit_req zone=zone burst=10000 nodelay; empty_gif; }
    }
}
END
}

port=$((10000 + $$ % 20000))

# start SERVER CASE: on the next port, each on its own
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

# start_both CASE
start_both() {
    if [ $((round % 2)) = 0 ]; then
        start own "$1"
        start ours "$1"
    else
        start ours "$1"
        start own "$1"
    fi
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

# spent SERVER: processor time of its workers, in microseconds: from the
# scheduler's count of nanoseconds, or else from hundredths of a second
spent() {
    for pid in $(pgrep -P "$(cat "$out/run-$1/nginx.pid")"); do
        cat "/proc/$pid/schedstat" 2>/dev/null ||
            awk '{ sub(/.*\) /, ""); print ($12 + $13) * 1e7 }' "/proc/$pid/stat"
    done | awk '{ n += $1 } END { printf "%.0f\n", n / 1000 }'
}

# run SERVER CASE
run() {
    connections=$(($(workers "$2") * 8))
    [ "$connections" -ge 32 ] || connections=32
    before=$(spent "$1")
    NGX_KEYS=$(keys "$2") wrk -t 1 -c "$connections" -d "$seconds" \
        -s "$top/bench/nginx.lua" \
        "http://127.0.0.1:$(cat "$out/run-$1/port")" >"$out/wrk"
    awk -v run="$round $1 $2" -v us=$(($(spent "$1") - before)) '
        / requests in / { n = $1 }
        /^Requests.sec:/ { rate = $2 }
        /Non-2xx/ { errors += $NF }
        /Socket errors/ { gsub(/[a-z:,]/, ""); errors += $2 + $3 + $4 + $5 }
        END {
            if (n == 0) {
                print "nginx.sh: error: no request was answered" >"/dev/stderr"
                exit 1
            }
            print run, rate, us / n, errors + 0
        }
    ' "$out/wrk" >>"$out/runs"
}

# pair CASE
pair() {
    if [ $((round % 2)) = 0 ]; then
        run own "$1"
        run ours "$1"
    else
        run ours "$1"
        run own "$1"
    fi
}

for case in $cases; do
    round=$(awk -v wanted="$case" '$3 == wanted { n = $1 } END { print n + 0 }' \
        "$out/runs")
    begun=$round
    while [ "$round" -lt $((begun + rounds)) ]; do
        # where a server's memory lies is luck, which must not last
        if [ $(((round - begun) % 3)) = 0 ]; then
            stop
            start_both "$case"
        fi
        round=$((round + 1))
        pair "$case"
    done
    stop
done

awk -f "$top/bench/nginx.awk" "$out/runs" | tee "$out/table"
