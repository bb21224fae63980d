# SPDX-License-Identifier: BSD-2-Clause
# what: reap frees what an open transaction names
# file: ngx_slab_usage.c
# seen: tx_test

s/^            || ngx_heap_in_journal(heap, &slot\[i\]))/            || 0)/
