# SPDX-License-Identifier: BSD-2-Clause
# what: reap sweeps without the lock
# file: ngx_slab_usage.c
# seen: alloc-cold|reap/64/256K/0; reap|reap/64/256K/0

s/^        ngx_heap_sweep(heap, (uint32_t) pid, 0, &n);$/        ngx_heap_unlock(heap); ngx_heap_sweep(heap, (uint32_t) pid, 0, \&n); (void) ngx_heap_lock(heap);/
