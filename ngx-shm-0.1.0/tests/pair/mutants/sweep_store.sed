# SPDX-License-Identifier: BSD-2-Clause
# what: reap frees chunks by a store
# file: ngx_heap_sweep_slab.c
# seen: free-dead|reap/64/256K/0; free-dead|reap/1500/256K/0

s/ngx_heap_cas(byte, (unsigned char) b, 0)/(*byte = 0, 1)/
