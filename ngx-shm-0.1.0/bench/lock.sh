#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Take and leave each kind of lock, and nginx's own, with 1 to 8 processes, in
# turn; print the medians, the ratios to nginx, and draw a chart.
#
#   lock.sh [-r rounds] [-m milliseconds] [-d objs] [-o folder] [kind ...]
#
# nginx's lock is compiled from its source: the folder in NGX_SRC, or what
# apt-get finds (Debian: package source nginx; nothing of the system's apt is
# changed).  Without it there are no ratios, and it is said.
#
# FOLDER/runs has a line "ROUND LOCK PROCESSES OPS FAIR CPU HEAL" for each run.

set -eu

rounds=9 ms=1000 objs=objs out=objs/bench-lock
here=$(cd "$(dirname "$0")" && pwd)

die() {
    echo "lock.sh: error: $1" >&2
    exit 2
}

while getopts r:m:d:o: opt; do
    case $opt in
    r) rounds=$OPTARG ;;
    m) ms=$OPTARG ;;
    d) objs=$OPTARG ;;
    o) out=$OPTARG ;;
    *) die "wrong option; usage: lock.sh [-r rounds] [-m ms] [-d objs] [-o dir]"
    esac
done
shift $((OPTIND - 1))

[ -f "$objs/ngx_auto_config.h" ] || die "no $objs/ngx_auto_config.h; run make"
objs=$(cd "$objs" && pwd)
mkdir -p "$out"
out=$(cd "$out" && pwd)

# fetch: the source of nginx into $out/nginx, with lists of apt's of our own
fetch() {
    mkdir -p "$out/apt/lists/partial" "$out/apt/cache/archives/partial"
    cd "$out/apt"
    # shellcheck source=/dev/null
    . /etc/os-release
    key=/usr/share/keyrings/debian-archive-keyring.gpg
    echo "deb-src [signed-by=$key] http://deb.debian.org/debian" \
        "$VERSION_CODENAME main" >sources.list
    set -- -o Dir::Etc::sourcelist="$PWD/sources.list" \
        -o Dir::Etc::sourceparts=- -o Dir::State::lists="$PWD/lists" \
        -o Dir::Cache="$PWD/cache" -o APT::Sandbox::User=root
    apt-get "$@" -q update
    apt-get "$@" -q source --download-only nginx
    mkdir -p "$out/nginx"
    tar xf nginx_*.orig.tar.gz -C "$out/nginx" --strip-components=1
}

peer() {
    src=${NGX_SRC-$out/nginx}
    [ -f "$src/src/core/ngx_shmtx.c" ] || (fetch) || return 1
    if [ ! -f "$src/objs/ngx_auto_config.h" ]; then
        (cd "$src" && ./configure --without-http) || return 1
    fi
    "${CC:-cc}" -O2 -DPEER -I"$src/src/core" -I"$src/src/event" \
        -I"$src/src/os/unix" -I"$src/objs" -o "$out/nginx-lock" \
        "$here/lock.c" "$src/src/core/ngx_shmtx.c" -lpthread
}

rm -rf "${out:?}/lib"
sh "$here/../contrib/flat" "$out/lib" core lock
"${CC:-cc}" -O2 -I"$objs" -I"$out/lib" -o "$out/lock" "$here/lock.c" \
    "$out"/lib/*.c -lpthread || die "cannot build; see above"

locks="$*"
[ -n "$locks" ] || locks="futex robust sem fcntl"
if peer >"$out/nginx.log" 2>&1; then
    locks="nginx $locks"
else
    echo "lock.sh: nginx's lock is left out; see $out/nginx.log" >&2
fi

: >"$out/runs"
round=1
while [ "$round" -le "$rounds" ]; do
    for procs in 1 2 4 8; do
        for lock in $locks; do
            case $lock in
            nginx) set -- "$out/nginx-lock" "$procs" "$ms" ;;
            *)     set -- "$out/lock" "$procs" "$ms" "$lock" ;;
            esac
            if figures=$(timeout 60 "$@" 2>>"$out/errors"); then
                echo "$round $lock $procs $figures" >>"$out/runs"
            fi
        done
    done
    round=$((round + 1))
done
[ -s "$out/runs" ] || die "no run succeeded; see $out/errors"

awk -f "$here/lock.awk" "$out/runs" | tee "$out/table"

if command -v gnuplot >/dev/null; then
    awk -v chart=1 -f "$here/lock.awk" "$out/runs" >"$out/chart.data"
    n=$(grep -c '^"' "$out/chart.data")
    gnuplot <<EOF
set terminal svg size 720,480 font "sans,11"
set output "$out/lock.svg"
set title "lock and unlock, over the number of processes"
set xlabel "processes"
set ylabel "million a second"
set logscale x 2
set logscale y 10
set key outside right
set grid ytics
plot for [i=0:$((n - 1))] "$out/chart.data" index i using 1:2 \
    with linespoints title columnheader(1)
EOF
    echo "chart: $out/lock.svg"
fi
