#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shm_plot.sh FOLDER: charts of FOLDER/runs as FOLDER/*.svg.

set -eu

command -v gnuplot >/dev/null
cd "$1"
tmp=plot.$$
trap 'rm -f "$tmp".*' EXIT

# lines WORKLOAD TITLE: operations over the number of processes
lines() {
    awk -v w="$1" '$3 == w {
        n[$2, $4]++; sum[$2, $4, n[$2, $4]] = $5; heap[$2]; procs[$4]
    }
    END {
        for (h in heap) {
            printf "\"%s\"\n", h
            for (p = 1; p <= 64; p++) {
                if (!((h, p) in n)) { continue }
                c = n[h, p]
                for (i = 1; i <= c; i++) { a[i] = sum[h, p, i] }
                for (i = 1; i <= c; i++) {
                    for (j = i + 1; j <= c; j++) {
                        if (a[j] < a[i]) { t = a[i]; a[i] = a[j]; a[j] = t }
                    }
                }
                print p, a[int((c + 1) / 2)]
            }
            printf "\n\n"
        }
    }' runs >"$tmp.$1"
    [ -s "$tmp.$1" ] || return 0
    count=$(grep -c '^"' "$tmp.$1")
    gnuplot <<EOF
set terminal svg size 720,480 font "sans,11"
set output "$1.svg"
set title "$2"
set xlabel "processes"
set ylabel "million operations a second"
set logscale x 2
set logscale y 10
set key outside right
set grid ytics
plot for [i=0:$((count - 1))] "$tmp.$1" index i using 1:2 \
    with linespoints title columnheader(1)
EOF
}

waste() {
    awk '$3 ~ /^waste\.[0-9]+$/ {
        size = substr($3, 7); v[$2, size] = $5; heap[$2]; sizes[size]
    }
    END {
        for (h in heap) {
            printf "\"%s\"\n", h
            for (s = 64; s <= 65536; s++) {
                if (s in sizes && (h, s) in v) { print s, 100 * v[h, s] }
            }
            printf "\n\n"
        }
    }' runs >"$tmp.waste"
    [ -s "$tmp.waste" ] || return 0
    count=$(grep -c '^"' "$tmp.waste")
    gnuplot <<EOF
set terminal svg size 720,480 font "sans,11"
set output "waste.svg"
set title "payload of a 64 MiB segment full of objects of one size"
set xlabel "bytes asked for"
set ylabel "% of the segment"
set logscale x 2
set yrange [40:100]
set key outside right
set grid ytics
plot for [i=0:$((count - 1))] "$tmp.waste" index i using 1:2 \
    with linespoints title columnheader(1)
EOF
}

lines pair "allocate and free 64 bytes"
lines mix "replace one of 1,000 objects of 16 to 1024 bytes"
lines big "replace one of 1,000 objects of 16 bytes to 32 KiB"
lines pc "one process allocates, another frees"
waste
