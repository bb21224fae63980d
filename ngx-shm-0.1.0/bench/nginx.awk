# SPDX-License-Identifier: BSD-2-Clause
# nginx.awk - the table of nginx.sh from its runs, "ROUND SERVER CASE REQUESTS
# MICROSECONDS ERRORS" a line: medians of each server, and the median of the
# ratios of the pairs with the interval that holds it in at least 95 of 100
# such benchmarks, from the order of the ratios alone (binomial)

# sort LIST, of n words, into sorted[]
function sort(list,    n, i, j, t) {
    n = split(list, sorted, " ")
    for (i = 2; i <= n; i++) {
        t = sorted[i]
        for (j = i; j > 1 && sorted[j - 1] + 0 > t + 0; j--) {
            sorted[j] = sorted[j - 1]
        }
        sorted[j] = t
    }
    return n
}

function median(list,    n) {
    n = sort(list)
    return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

# the rank from both ends that bounds the median; 0: there are too few
function rank(n,    k, p, sum) {
    p = 0.5 ^ n
    for (k = 0; sum + p <= 0.025; k++) {
        sum += p
        p = p * (n - k) / (k + 1)
    }
    return k
}

# "0.987 [0.971, 1.002]"
function ratio(list,    n, k, mid) {
    mid = median(list)
    n = sort(list)
    k = rank(n)
    if (k == 0) {
        return sprintf("%.3f [too few pairs]", mid)
    }
    return sprintf("%.3f [%.3f, %.3f]", mid, sorted[k], sorted[n + 1 - k])
}

/^#/ { next }

{
    if (!($3 in seen)) {
        order[++cases] = $3
        seen[$3] = 1
    }
    speed[$2, $3] = speed[$2, $3] " " $4
    cost[$2, $3] = cost[$2, $3] " " $5
    errors[$2, $3] += $6
    at[$1, $2, $3] = $4
    us[$1, $2, $3] = $5
    if ((($1, "own", $3) in at) && (($1, "ours", $3) in at)) {
        pairs[$3]++
        speeds[$3] = speeds[$3] " " at[$1, "ours", $3] / at[$1, "own", $3]
        costs[$3] = costs[$3] " " us[$1, "ours", $3] / us[$1, "own", $3]
    }
}

END {
    print "                       requests a second                       " \
          "microseconds of processor a request"
    print "keys/zone/workers pairs    own    ours  ours/own [95 %]        " \
          "  own   ours  ours/own [95 %]        errors own, ours"
    for (i = 1; i <= cases; i++) {
        c = order[i]
        if (pairs[c] == 0) {
            continue
        }
        printf "%-17s %5d %6.0f  %6.0f  %-22s %6.2f %6.2f  %-22s %d, %d\n", c,
               pairs[c], median(speed["own", c]), median(speed["ours", c]),
               ratio(speeds[c]), median(cost["own", c]),
               median(cost["ours", c]), ratio(costs[c]), errors["own", c],
               errors["ours", c]
    }
}
