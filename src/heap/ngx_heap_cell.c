/*
 * ngx_heap_cell.c - settle the claim of another slot that is in a cell.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_cell.h"

/* Slot 0 is dead if its lock is free. */
static int
settle_common(ngx_heap_t *heap)
{
    int  rc = ngx_heap_common_try(heap);

    if (rc) {
        (void) ngx_lock_release(&heap->common);
    }

    if (heap->died && ngx_heap_lock(heap) == 0) {   /* which sweeps */
        ngx_heap_unlock(heap);
    }

    return rc;
}

/* The same for who has the lock of the heap. */
static int
settle_common_locked(ngx_heap_t *heap)
{
    int  rc = ngx_heap_common_try(heap);

    if (rc) {
        (void) ngx_lock_release(&heap->common);
    }

    if (heap->died) {
        ngx_heap_sweep(heap, 0, 0, NULL);
    }

    return rc;
}

int
ngx_heap_resolve(ngx_heap_call_t *call, uintptr_t claim)
{
    int               dead;
    uint32_t          tag = (uint32_t) (claim >> 3);
    ngx_heap_t       *heap = call->heap;
    ngx_heap_slot_t  *slot;

    if (tag == 0 || tag > heap->nslots || claim != ngx_heap_claim(tag)) {
        return -1;
    }

    if (tag == call->self->tag) {
        return 0;
    }

    if (tag == 1) {
        return call->locked ? settle_common_locked(heap)
                            : settle_common(heap);
    }

    slot = ngx_heap_slots(heap) + tag - 1;

    if (slot->owner != 0 && !ngx_heap_is_dead(slot)) {
        return 0;
    }

    if (!ngx_heap_call_lock(call)) {
        return 0;
    }

    dead = slot->owner == 0 || ngx_heap_is_dead(slot);
    if (dead && slot->owner != 0 && slot->intent.op != 0) {
        ngx_heap_bury_slot(heap, tag - 1);
    }

    ngx_heap_call_unlock(call);
    return dead;
}
