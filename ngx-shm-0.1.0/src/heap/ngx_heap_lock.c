/*
 * ngx_heap_lock.c - the lock of the heap; a new owner sweeps after a death.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

int
ngx_heap_lock(ngx_heap_t *heap)
{
    return ngx_heap_lock_within(heap, -1);
}

int
ngx_heap_lock_within(ngx_heap_t *heap, ngx_int_t ms)
{
    int  rc = ngx_lock_acquire(&heap->lock, ngx_lock_spin(), ms);

    if (rc == EOWNERDEAD || (rc == 0 && (heap->doubt || heap->died))) {
        ngx_heap_sweep(heap, 0, 0, NULL);
        rc = 0;
    }

    if (rc != 0) {
        errno = rc;
    }

    return rc;
}

void
ngx_heap_unlock(ngx_heap_t *heap)
{
    (void) ngx_lock_release(&heap->lock);
}
