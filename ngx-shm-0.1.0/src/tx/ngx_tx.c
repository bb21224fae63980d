/*
 * ngx_tx.c - begin, commit and abort.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_tx_journal.h"
#include "ngx_lock_kind.h"

#define TRIES  20           /* for a slot, in pauses of NAP us */
#define NAP    1000

/* A slot of the caller's own, which it gets at its first call. */
static ngx_heap_seldom ngx_heap_slot_t *
join(ngx_heap_t *heap)
{
    ngx_heap_self_t  *self;

    if (!NGX_LOCK_HAVE_WORD || heap->flags & NGX_HEAP_NO_SLOTS) {
        errno = ENOTSUP;
        return NULL;
    }

    errno = ENOMEM;
    self = ngx_heap_self(heap);

    if (self != NULL && self->tag == 1 && ngx_heap_is_due(heap, self)) {
        self = ngx_heap_join(heap);
    }

    if (self != NULL && self->tag == 1) {
        errno = EAGAIN;
        return NULL;
    }

    return self == NULL ? NULL : self->slot;
}

/* The lock is taken from a dead owner.  0: failed, the next one does it. */
static ngx_heap_seldom int
recover(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx)
{
    int  err;

    if (ngx_tx_recover(pool, mtx) == NGX_ERROR) {
        err = errno;
        ((ngx_lock_t *) (uintptr_t) mtx->lock)->death_pending = 1;
        ngx_shmtx_unlock(mtx);
        errno = err;
        return 0;
    }

    if (mtx->recover != NULL) {
        mtx->recover(mtx, mtx->data);
    }

    return 1;
}

/*
 * No slot is free.  The dead keep theirs while their transactions are open, so
 * settle those of this lock, which needs no slot; the heap looks for vacant
 * slots with pauses.  NULL: EAGAIN.
 */
static ngx_heap_seldom ngx_heap_slot_t *
make_vacant(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx, ngx_int_t ms)
{
    int               i;
    ngx_int_t         rc = ngx_shmtx_lock_ex(mtx, ms);
    ngx_heap_self_t  *self;

    if (rc == NGX_ERROR
        || (rc == NGX_SHMTX_OWNER_DIED && !recover(pool, mtx)))
    {
        return NULL;
    }

    if (rc != NGX_AGAIN) {
        ngx_shmtx_unlock(mtx);
    }

    for (i = 0; i < TRIES; i++) {
        self = ngx_heap_join(ngx_heap_of(pool));
        if (self != NULL && self->tag != 1) {
            return self->slot;
        }
#if NGX_LOCK_HAVE_WORD
        ngx_lock_nap(NAP);
#endif
    }

    errno = EAGAIN;
    return NULL;
}

static ngx_heap_seldom ngx_tx_journal_t *
new_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    ngx_tx_journal_t  *j;

    if (ngx_heap_lock(heap) != 0) {
        return NULL;
    }

    j = ngx_heap_get_journal(heap, slot);
    if (j == NULL && ngx_heap_bury(heap, 0)) {
        j = ngx_heap_get_journal(heap, slot);
    }

    ngx_heap_unlock(heap);

    if (j == NULL) {
        errno = ENOMEM;
    }

    return j;
}

ngx_int_t
ngx_tx_begin_ex(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx, ngx_int_t timeout_ms)
{
    uint64_t           lock = ngx_tx_lock_at(pool, mtx);
    ngx_int_t          rc;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_slot_t   *slot = ngx_tx_slot(pool);
    ngx_tx_journal_t  *j;

    if (lock == 0) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    if (slot == NULL) {
        slot = join(heap);
        if (slot == NULL && errno == EAGAIN) {
            slot = make_vacant(pool, mtx, timeout_ms);
        }
        if (slot == NULL) {
            return NGX_ERROR;
        }
    }

    j = slot->intent.journal == 0
        ? new_journal(heap, slot)
        : ngx_heap_page(heap, slot->intent.journal - 1);

    if (j == NULL) {
        return NGX_ERROR;
    }

    if (j->state != NGX_TX_CLOSED) {
        errno = EALREADY;
        return NGX_ERROR;
    }

    rc = ngx_shmtx_lock_ex(mtx, timeout_ms);

    if (rc == NGX_AGAIN) {
        return rc;
    }

    if (rc == NGX_ERROR
        || (rc == NGX_SHMTX_OWNER_DIED && !recover(pool, mtx)))
    {
        return NGX_ERROR;
    }

    j->used = 0;
    j->nops = 0;
    j->lock = lock;
    j->mtx = (uintptr_t) mtx;
    ngx_heap_publish(&j->state, NGX_TX_ACTIVE);
    ngx_heap_order();
    return rc;
}

ngx_int_t
ngx_tx_begin(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx)
{
    return ngx_tx_begin_ex(pool, mtx, -1);
}

/* The lock is not the caller's any more: whose the data are, nobody knows. */
static ngx_heap_seldom ngx_int_t
lost(ngx_slab_pool_t *pool, ngx_tx_journal_t *j)
{
    ngx_heap_say(ngx_heap_of(pool), NGX_LOG_ALERT,
                 "ngx_tx: the lock was released inside of a transaction");
    j->state = NGX_TX_CLOSED;
    errno = ENOLCK;
    return NGX_ERROR;
}

ngx_int_t
ngx_tx_commit(ngx_slab_pool_t *pool)
{
    ngx_shmtx_t       *mtx;
    ngx_tx_journal_t  *j = ngx_tx_mine(pool);

    if (j == NULL) {
        return NGX_ERROR;
    }

    mtx = (ngx_shmtx_t *) (uintptr_t) j->mtx;

    if (!ngx_tx_has_lock(mtx)) {
        return lost(pool, j);
    }

    ngx_heap_order();

    if (j->nops == 0) {             /* one store for both */
        j->state = NGX_TX_CLOSED;
        ngx_heap_order();
    } else {
        j->state = NGX_TX_COMMITTED;
        ngx_heap_order();
        ngx_tx_settle(pool, j);
    }

    ngx_shmtx_unlock(mtx);
    return NGX_OK;
}

ngx_int_t
ngx_tx_abort(ngx_slab_pool_t *pool)
{
    ngx_shmtx_t       *mtx;
    ngx_tx_journal_t  *j = ngx_tx_mine(pool);

    if (j == NULL) {
        return NGX_ERROR;
    }

    mtx = (ngx_shmtx_t *) (uintptr_t) j->mtx;

    if (!ngx_tx_has_lock(mtx)) {
        return lost(pool, j);
    }

    ngx_heap_order();
    ngx_tx_settle(pool, j);
    ngx_shmtx_unlock(mtx);
    return NGX_OK;
}
