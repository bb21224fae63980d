#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Run the workloads over our heap and its peers, interleaved, and print the
# medians.
#
#   shm.sh [-r rounds] [-m milliseconds] [-d objs] [-o folder] [workload ...]
#
# A workload is NAME:PROCESSES.  The programs are in objs, the peers' where
# their packages are installed; nginx runs a module built here.  What each run
# printed is kept in FOLDER/runs, one line "ROUND HEAP WORKLOAD PROCESSES
# VALUE" a figure; shm_table.sh and shm_plot.sh read it.

set -eu

rounds=5 ms=150 objs=objs out=objs/bench
here=$(dirname "$0")

die() {
    echo "shm.sh: error: $1" >&2
    exit 2
}

while getopts r:m:d:o: opt; do
    case $opt in
    r) rounds=$OPTARG ;;
    m) ms=$OPTARG ;;
    d) objs=$OPTARG ;;
    o) out=$OPTARG ;;
    *) die "wrong option; usage: shm.sh [-r rounds] [-m ms] [-d objs] [-o dir]"
    esac
done
shift $((OPTIND - 1))

speed="pair:1 pair:2 pair:4 pair:8 pair:16 mix:1 mix:2 mix:4 mix:8 mix:16
    big:1 big:2 big:4 pc:2 pc:4"
rows=${*:-$speed}
once="growth1:1 growth:1 growth1024:1 fill1:1 fill:1 fill1024:1
    recover:1 waste:1 idle:1 nomem:8"

mkdir -p "$out"
out=$(cd "$out" && pwd)
: >"$out/runs"

# The private allocators are one program under another library.
preload() {
    for lib in /usr/lib/*/"lib$1".so.? /usr/lib/"lib$1".so.?; do
        [ -f "$lib" ] && echo "$lib" && return
    done
    return 0
}

private=
for heap in jemalloc mimalloc tcmalloc_minimal; do
    [ -z "$(preload "$heap")" ] || private="$private $heap"
done

heaps=
[ ! -x "$objs/shm_ours" ] || heaps="$heaps ours ours-to"
if sh "$here/nginx/build.sh" "$out/nginx" >"$out/nginx.log" 2>&1; then
    heaps="$heaps nginx"
else
    echo "shm.sh: nginx is left out; see $out/nginx.log" >&2
fi
for heap in mm rmm boost boost-seq; do
    [ ! -x "$objs/shm_$heap" ] || heaps="$heaps $heap"
done
if [ -x "$objs/shm_malloc" ]; then
    heaps="$heaps glibc$private"
fi
[ ! -x "$objs/shm_calls" ] || heaps="$heaps calls"
[ -n "$heaps" ] || die "no program in $objs; run make bench-shm"

# run_heap HEAP WORKLOAD PROCESSES
run_heap() {
    heap=$1
    shift
    case $heap in
    nginx)
        BENCH_SHM="$* $ms" timeout 20 nginx -t -q -p "$out/nginx" \
            -c "$out/nginx/nginx.conf" ;;
    glibc)
        BENCH_NAME=glibc timeout 20 "$objs/shm_malloc" "$@" "$ms" ;;
    *malloc*)
        BENCH_NAME=${heap%_minimal} LD_PRELOAD=$(preload "$heap") \
            timeout 20 "$objs/shm_malloc" "$@" "$ms" ;;
    ours-to)
        BENCH_TO=1 timeout 20 "$objs/shm_ours" "$@" "$ms" ;;
    *)
        timeout 20 "$objs/shm_$heap" "$@" "$ms" ;;
    esac
}

# Some rows make no sense: private memory has no pool to fill, what alloc_to
# costs shows on pairs, and to fill a pool takes mm and rmm minutes.
applies() {
    case $1:$2 in
    glibc:growth* | *malloc*:growth* | glibc:waste | *malloc*:waste) return 1 ;;
    glibc:idle | *malloc*:idle | glibc:nomem | *malloc*:nomem) return 1 ;;
    ours-to:pair | calls:pair | calls:mix | calls:big) return 0 ;;
    ours-to:* | calls:*) return 1 ;;
    ours:fill* | nginx:fill* | boost:fill* | ours:recover) return 0 ;;
    *:fill* | *:recover) return 1 ;;
    esac
    return 0
}

# run_row ROUND WORKLOAD:PROCESSES
run_row() {
    for h in $heaps; do
        applies "$h" "${2%:*}" || continue
        run_heap "$h" "${2%:*}" "${2#*:}" 2>>"$out/errors" \
            | sed "s/^/$1 /" >>"$out/runs"
    done
}

: >"$out/errors"
round=1
while [ "$round" -le "$rounds" ]; do
    for row in $rows; do
        run_row "$round" "$row"
    done
    echo "shm.sh: round $round of $rounds" >&2
    round=$((round + 1))
done

if [ $# -eq 0 ]; then
    for row in $once; do
        run_row 1 "$row"
    done
fi

sh "$here/shm_table.sh" "$out/runs" "$here/shm_targets" | tee "$out/table.txt"
sh "$here/shm_plot.sh" "$out" || echo "shm.sh: no charts; is gnuplot here?" >&2
