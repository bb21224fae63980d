# SPDX-License-Identifier: BSD-2-Clause
# what: a slot with an open journal is given to others
# file: ngx_heap_sweep.c
# seen: tx_test

s/ && slot\[i\].intent.journal == 0) {/) {/
