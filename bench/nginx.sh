#!/bin/sh
# nginx.sh - requests a second of nginx with our parts, and with its own
#
#   nginx.sh [-a] [-r rounds] [-s seconds] [-o folder]
#
# Both servers are built alike and run in turn, each pair of runs in another
# order; wrk asks for an empty image under limit_req, with one key for all and
# with many keys, of 1 and of 2 workers.  Prints medians of both, and of the
# ratios of the pairs.  FOLDER/runs has a line "ROUND SERVER WORKERS KEYS
# REQUESTS" for each run; -a adds rounds to those of before, with the same
# servers.  nginx's source: see tests/nginx/fetch.

set -eu

rounds=7 seconds=3 out=objs/bench-nginx add=
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

port=$((10000 + $$ % 20000)) running=
stop() {
    if [ -n "$running" ] && [ -s "$running/nginx.pid" ]; then
        pid=$(cat "$running/nginx.pid")
        kill -TERM "$pid"
        while kill -0 "$pid" 2>/dev/null; do
            sleep 0.05
        done
    fi
    running=
}
trap stop EXIT
trap 'exit 1' HUP INT TERM

# run SERVER WORKERS KEYS
run() {
    running=$out/run-$1
    mkdir -p "$running/logs"
    conf "$2" >"$running/nginx.conf"
    "$out/$1/objs/nginx" -p "$running" -c nginx.conf
    while [ ! -s "$running/nginx.pid" ]; do
        sleep 0.05
    done
    NGX_KEYS=$3 wrk -t 1 -c 32 -d "$seconds" -s "$top/bench/nginx.lua" \
        "http://127.0.0.1:$port" >"$out/wrk"
    stop
    ! grep -E 'Socket errors|Non-2xx' "$out/wrk" >&2 || exit 1
    sed -n "s/^Requests.sec: *\([0-9.]*\)/$round $1 $2 $3 \1/p" "$out/wrk" \
        >>"$out/runs"
}

round=$(sed -n '$s/ .*//p' "$out/runs")
round=${round:-0}
rounds=$((round + rounds))
while [ "$round" -lt "$rounds" ]; do
    round=$((round + 1))
    for workers in 1 2; do
        for keys in one many; do
            if [ $((round % 2)) = 0 ]; then
                run own $workers $keys
                run ours $workers $keys
            else
                run ours $workers $keys
                run own $workers $keys
            fi
        done
    done
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
    if (($1 " own " case_ in at) && ($1 " ours " case_ in at)) {
        ratio[case_] = ratio[case_] " " at[$1 " ours " case_] / \
                       at[$1 " own " case_]
    }
    if (!(case_ in seen)) {
        order[++cases] = case_
        seen[case_] = 1
    }
}
END {
    print "workers keys    own (1/s)  ours (1/s)  ours/own"
    for (i = 1; i <= cases; i++) {
        split(order[i], what, " ")
        printf "%-7s %-5s %11.0f %11.0f %9.3f\n", what[1], what[2],
               median(all["own " order[i]]), median(all["ours " order[i]]),
               median(ratio[order[i]])
    }
}' "$out/runs" | tee "$out/table"
