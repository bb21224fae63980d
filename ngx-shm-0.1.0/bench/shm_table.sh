#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# shm_table.sh RUNS [TARGETS]: the medians as a table, then each target beside
# the median of the ratios that the rounds gave.

set -eu

awk -v targets="${2-}" '
function median(list, n,   a, i, j, t) {
    n = split(list, a, " ")
    for (i = 2; i <= n; i++) {
        t = a[i] + 0
        for (j = i - 1; j >= 1 && a[j] + 0 > t; j--) {
            a[j + 1] = a[j]
        }
        a[j + 1] = t
    }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}

function figure(x) {
    return sprintf(x >= 100 ? "%.0f" : x >= 10 ? "%.1f" : "%.3g", x)
}

NF == 5 {
    row = $3 " " $4
    if (!(row in known)) { known[row] = 1; rows[++nrows] = row }
    if (!($2 in heap)) { heap[$2] = 1; heaps[++nheaps] = $2 }
    all[row, $2] = all[row, $2] " " $5
    value[row, $2, $1] = $5
    if ($1 > rounds) { rounds = $1 }
}

function table(title, pattern,   i, j, key) {
    printf "\n%s\n%-22s", title, "workload, procs"
    for (j = 1; j <= nheaps; j++) { printf "%10s", heaps[j] }
    printf "\n"
    for (i = 1; i <= nrows; i++) {
        if (rows[i] !~ pattern) { continue }
        printf "%-22s", rows[i]
        for (j = 1; j <= nheaps; j++) {
            key = rows[i] SUBSEP heaps[j]
            printf "%10s", ((key in all) ? figure(median(all[key])) : "-")
        }
        printf "\n"
    }
}

function ratio(row, who, peer,   r, list) {
    for (r = 1; r <= rounds; r++) {
        if (value[row, peer, r] > 0 && value[row, who, r] > 0) {
            list = list " " value[row, who, r] / value[row, peer, r]
        }
    }
    return list == "" ? -1 : median(list)
}

END {
    table("million operations a second, median of " rounds " rounds",
          "^(pair|mix|big|pc) ")
    table("nanoseconds: two pages among holes, and a hopeless size",
          "^(growth|hopeless)")
    table("nanoseconds: replacing chunks in a pool 10 to 90 % full", "^fill")
    table("milliseconds: the look at 1 GiB after a death", "^recover")
    table("payload of the segment, by size", "^waste")
    table("what an idle process leaves; failures in a million", \
          "^(idle|nomem|.*fails)")
    printf "\nours over the peer in the same round, median; and calls that do " \
           "nothing over it\n"
    while (targets != "" && (getline line <targets) > 0) {
        if (line ~ /^#/ || split(line, t, " ") != 4) { continue }
        r = ratio(t[1] " " t[2], "ours", t[3])
        most = ratio(t[1] " " t[2], "calls", t[3])
        printf "%-6s %2s %-10s %8s %8s  wanted %5s  %s\n", t[1], t[2], t[3],
               (r < 0 ? "-" : sprintf("%.2f", r)),
               (most < 0 ? "-" : sprintf("%.2f", most)), t[4],
               (r < 0 ? "not measured" : (r >= t[4] ? "met" : "falls short"))
    }
}' "$1"
