# SPDX-License-Identifier: BSD-2-Clause
# lock.awk: the medians of lock.sh's runs, as a table or (chart=1) as data.

function median(a, n,    i, j, t) {
    for (i = 2; i <= n; i++) {
        for (j = i; j > 1 && a[j] < a[j - 1]; j--) {
            t = a[j]; a[j] = a[j - 1]; a[j - 1] = t
        }
    }
    return n % 2 ? a[(n + 1) / 2] : (a[n / 2] + a[n / 2 + 1]) / 2
}

{
    if (!($2 in seen)) { seen[$2]; order[++locks] = $2 }
    ops[$2, $3, $1] = $4
    fair[$2, $3, $1] = $5
    cpu[$2, $3, $1] = $6
    if ($7 != "-") { heal[$2, $3, $1] = $7 }
    if ($1 > rounds) { rounds = $1 }
}

# the median over the rounds of what[lock, procs], or of its ratio to nginx's
function over(what, lock, procs, ratio,    i, n, a) {
    n = 0
    for (i = 1; i <= rounds; i++) {
        if (!((lock, procs, i) in what)) { continue }
        if (ratio && !(("nginx", procs, i) in what)) { continue }
        a[++n] = what[lock, procs, i]
        if (ratio) { a[n] /= what["nginx", procs, i] }
    }
    return n ? median(a, n) : -1
}

function worst(lock, procs,    i, w) {
    w = 9
    for (i = 1; i <= rounds; i++) {
        if ((lock, procs, i) in fair && fair[lock, procs, i] < w) {
            w = fair[lock, procs, i]
        }
    }
    return w
}

END {
    if (!chart) {
        printf "%-8s %5s %9s %9s %13s %9s %8s\n", "lock", "procs",
            "Mops/s", "x nginx", "least share", "wait cpu", "heal us"
    }
    for (l = 1; l <= locks; l++) {
        lock = order[l]
        if (chart) { printf "%s\"%s\"\n", (l == 1 ? "" : "\n\n"), lock }
        for (p = 1; p <= 8; p *= 2) {
            o = over(ops, lock, p, 0)
            if (o < 0) { continue }
            if (chart) { print p, o / 1e6; continue }
            r = over(ops, lock, p, 1)
            h = over(heal, lock, p, 0)
            printf "%-8s %5d %9.2f %9s %6.2f (%4.2f) %8.1f%% %8s\n", lock, p,
                o / 1e6, (r < 0 ? "-" : sprintf("%.2f", r)),
                over(fair, lock, p, 0), worst(lock, p),
                100 * over(cpu, lock, p, 0), (h < 0 ? "never" : h)
        }
    }
    if (!chart) {
        print "x nginx: median of the ratios within a round.  least share: of"
        print "the process that got least, 1 is fair; median (worst round)."
        print "wait cpu: processor time of one that waits 100 ms.  heal: from"
        print "the call to the lock, when its owner was killed before."
    }
}
