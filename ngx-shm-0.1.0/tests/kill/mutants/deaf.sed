# SPDX-License-Identifier: BSD-2-Clause
# what: nobody rebuilds what the dead have left
# file: ngx_heap_lock.c
# seen: run split; run merged both ways; first chunk of each kind

s/^        ngx_heap_sweep(heap, 0, 0, NULL);$/        (void) heap;/
