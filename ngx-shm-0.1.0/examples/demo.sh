#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# demo.sh - what `make demo` shows: sharing, and a server under fire
#
# Run in the build folder.  The load comes from the server's own clients, and
# once more from wrk or ab where there is one; what that one says it received
# is compared with what the server has counted.

set -eu

objs/counter

echo
echo 'A server whose workers are killed all the time:'
objs/server 3

compare() {
    received=$1 counted=$2
    if [ "$counted" -ge "$received" ]; then
        echo "$load received $received answers, $counted are counted: none" \
            'is lost'
    else
        echo "demo.sh: error: $load received $received answers, $counted are" \
            'counted; tell the authors' >&2
        exit 1
    fi
}

# -r: ab must not stop when a worker dies on it
if command -v wrk >/dev/null; then
    load=wrk
    command='wrk -t1 -c8 -d2s'
elif command -v ab >/dev/null; then
    load=ab
    command='ab -r -q -n 10000 -c 8'
else
    exit 0
fi

said=$(objs/server -l "$command" 3)
printf '%s\n' "$said" | sed -n '$p'
# what got no answer is among ab's complete requests, too
compare "$(printf '%s\n' "$said" | awk '
    / requests in / { n = $1 }
    /^Complete requests:/ { n = $3 }
    /^Failed requests:/ { n -= $3 }
    END { print n < 0 ? 0 : n }')" \
    "$(printf '%s\n' "$said" |
        sed -n 's/.*; \([0-9]*\) requests for [0-9]* paths counted.*/\1/p')"
