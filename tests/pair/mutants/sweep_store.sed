# SPDX-License-Identifier: BSD-2-Clause
# what: reap frees chunks by a store
# file: ngx_heap_sweep_slab.c
# seen: free-dead|reap/64/256K/0; free-dead|reap/1500/256K/0

/^replace(/,/^}/{
    s/^#if .*/#if 0/
}
