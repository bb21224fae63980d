#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# pictures.sh - the pictures that README links: doc/pool.svg, what `ngx-shm map'
# draws of a pool, and doc/speed.svg with doc/speed.txt, what bench/shm.sh has
# measured here.  `make pictures' runs it in the build folder.

set -eu

doc=$(cd "$(dirname "$0")" && pwd)
objs=objs
work=$objs/pictures.$$
mkdir "$work"
trap 'exec 3>&-; rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# a pool with chunks of many sizes, runs of pages, and holes; its maker lives as
# long as its input does
pool() {
    mkfifo "$work/input"
    "$objs/shm_holder" -v "file:$work/a pool" <"$work/input" >"$work/said" &
    exec 3>"$work/input"
    n=0
    until "$objs/ngx-shm" stat "file:$work/a pool" >/dev/null 2>&1; do
        n=$((n + 1))
        if [ "$n" = 100 ]; then
            echo 'pictures.sh: error: no pool was made' >&2
            exit 1
        fi
        sleep 0.1
    done
    "$objs/ngx-shm" map "file:$work/a pool" --svg "$work/pool.svg"
    exec 3>&-
    wait
    sed "s|file:$work/||g" "$work/pool.svg" >"$doc/pool.svg"
}

# medians of objs/bench/runs, "ROUND HEAP WORKLOAD PROCESSES VALUE" a line
speed() {
    awk '
    function median(list,    n, i, j, t, a) {
        n = split(list, a, " ")
        for (i = 1; i <= n; i++) {
            for (j = i + 1; j <= n; j++) {
                if (a[j] + 0 < a[i] + 0) { t = a[i]; a[i] = a[j]; a[j] = t }
            }
        }
        return a[int((n + 1) / 2)]
    }
    { all[$2, $3 ":" $4] = all[$2, $3 ":" $4] " " $5 }
    END {
        heaps = split("ours nginx boost rmm mm", heap, " ")
        split("ngx-shm,nginx slab,Boost,APR rmm,OSSP mm", name, ",")
        rows = split("pair:1 pair:2 mix:1 mix:2 big:1 big:2 pc:2", row, " ")
        printf "%-10s", "workload"
        for (h = 1; h <= heaps; h++) { printf "\t%10s", name[h] }
        printf "\n"
        for (r = 1; r <= rows; r++) {
            printf "%-10s", row[r]
            for (h = 1; h <= heaps; h++) {
                v = median(all[heap[h], row[r]])
                printf "\t%10s", v == "" ? "-" : sprintf("%.3g", v)
            }
            printf "\n"
        }
    }' "$objs/bench/runs" >"$work/speed.txt"
    gnuplot <<END
set terminal svg size 720,400 font "sans,11"
set output "$work/speed.svg"
set title "million operations a second, by workload and number of processes"
set datafile separator "\t"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.9 noborder
set logscale y 10
set grid ytics
set key outside right
plot for [i=2:6] "$work/speed.txt" using i:xtic(1) title columnheader(i)
END
    expand -t 1 "$work/speed.txt" >"$doc/speed.txt"
    # gnuplot leaves blanks at the ends of lines, and an empty last line
    sed -e 's/[[:space:]]*$//' -e '${/^$/d;}' "$work/speed.svg" \
        >"$doc/speed.svg"
}

pool
if [ ! -s "$objs/bench/runs" ]; then
    echo 'pictures.sh: no figures yet: make bench-shm makes them' >&2
elif ! command -v gnuplot >/dev/null; then
    echo 'pictures.sh: no chart without gnuplot' >&2
else
    speed
fi
