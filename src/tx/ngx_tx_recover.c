/*
 * ngx_tx_recover.c - settle the transactions that the dead have left open.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_tx_journal.h"

/*
 * An open journal of the lock that is not the caller's own.  With the lock of
 * the heap, so that no journal is freed while it is looked at.
 */
static ngx_heap_slot_t *
find(ngx_slab_pool_t *pool, uint64_t lock)
{
    uint32_t           i;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_slot_t   *slot = ngx_heap_slots(heap), *me = ngx_tx_slot(pool);
    ngx_tx_journal_t  *j;

    for (i = 1; i < heap->nslots && i < heap->high; i++) {
        j = ngx_heap_journal_of(heap, &slot[i]);

        if (j != NULL && &slot[i] != me
            && ngx_heap_acquire(&j->state) != NGX_TX_CLOSED
            && j->lock == lock)
        {
            return &slot[i];
        }
    }

    return NULL;
}

/* Its magazines may be gone already; then nobody else would free it. */
static int
give(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    if (ngx_heap_lock(heap) != 0) {
        return 0;
    }

    if (slot->owner != 0 && slot->dead) {
        ngx_heap_give_journal(heap, slot);
    }

    ngx_heap_unlock(heap);
    return 1;
}

/* The mark may be that of the caller's own transaction. */
static int
is_in_one(ngx_slab_pool_t *pool)
{
    ngx_heap_slot_t   *me = ngx_tx_slot(pool);
    ngx_tx_journal_t  *j = me == NULL ? NULL
                           : ngx_heap_journal_of(ngx_heap_of(pool), me);

    return j != NULL && j->state != NGX_TX_CLOSED;
}

ngx_int_t
ngx_tx_recover(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx)
{
    uint64_t          lock = ngx_tx_lock_at(pool, mtx);
    ngx_int_t         rc = NGX_DECLINED;
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_slot_t  *slot;

    if (lock == 0) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    if (!ngx_tx_has_lock(mtx)) {
        errno = EPERM;
        return NGX_ERROR;
    }

    for ( ;; ) {
        if (ngx_heap_lock(heap) != 0) {
            return NGX_ERROR;
        }

        slot = find(pool, lock);
        ngx_heap_unlock(heap);

        if (slot == NULL) {
            break;
        }

        if (!ngx_tx_settle(pool, ngx_heap_journal_of(heap, slot))) {
            errno = EAGAIN;
            return NGX_ERROR;
        }

        rc = NGX_OK;

        if (!give(heap, slot)) {
            return NGX_ERROR;
        }
    }

    if (!is_in_one(pool)) {
        ngx_tx_unmark(mtx);
    }

    return rc;
}

void
ngx_tx_recovery(ngx_shmtx_t *mtx, void *pool)
{
    if (ngx_tx_recover(pool, mtx) == NGX_ERROR) {
        ((ngx_lock_t *) (uintptr_t) mtx->lock)->death_pending = 1;
        ngx_heap_say(ngx_heap_of(pool), NGX_LOG_ALERT,
                     "ngx_tx_recovery() failed");
    }
}
