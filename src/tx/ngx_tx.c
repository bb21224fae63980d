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

/*
 * The lock is taken from a dead owner; or, if told is 0, it is marked, since
 * who was told of a death may have released it as it was.  What begin returns;
 * NGX_ERROR: the lock is released, and the next one does it.
 */
static ngx_heap_seldom ngx_int_t
recover(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx, int told)
{
    int        err;
    ngx_int_t  rc = ngx_tx_recover(pool, mtx);

    if (rc == NGX_ERROR) {
        err = errno;
        ((ngx_lock_t *) (uintptr_t) mtx->lock)->death_pending = 1;
        ngx_shmtx_unlock(mtx);
        errno = err;
        return NGX_ERROR;
    }

    if (rc == NGX_DECLINED && !told) {
        return NGX_OK;
    }

    if (mtx->recover != NULL) {
        mtx->recover(mtx, mtx->data);
    }

    return NGX_SHMTX_OWNER_DIED;
}

/*
 * Settle what the dead have left open by this lock, which needs neither a slot
 * nor memory.  Whoever locks next is told of the death, as nobody was.
 */
static ngx_heap_seldom ngx_int_t
settle_dead(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx, ngx_int_t ms)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(mtx, ms);

    if (rc == NGX_SHMTX_OWNER_DIED || (rc == NGX_OK && ngx_tx_is_marked(mtx))) {
        rc = recover(pool, mtx, rc == NGX_SHMTX_OWNER_DIED);
        if (rc == NGX_SHMTX_OWNER_DIED) {
            ((ngx_lock_t *) (uintptr_t) mtx->lock)->death_pending = 1;
        }
    }

    if (rc != NGX_ERROR && rc != NGX_AGAIN) {
        ngx_shmtx_unlock(mtx);
    }

    return rc;
}

/*
 * No slot is free.  The dead keep theirs while their transactions are open; the
 * heap looks for vacant slots with pauses.  NULL: EAGAIN.
 */
static ngx_heap_seldom ngx_heap_slot_t *
make_vacant(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx, ngx_int_t ms)
{
    int               i;
    ngx_heap_self_t  *self;

    if (settle_dead(pool, mtx, ms) == NGX_ERROR) {
        return NULL;
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

static ngx_inline ngx_tx_journal_t *
journal_of(ngx_slab_pool_t *pool, ngx_heap_slot_t *slot)
{
    return slot->intent.journal == 0
           ? ngx_tx_new_journal(pool, slot)
           : ngx_heap_page(ngx_heap_of(pool), slot->intent.journal - 1);
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

    j = journal_of(pool, slot);

    if (j == NULL && errno == ENOMEM
        && settle_dead(pool, mtx, timeout_ms) != NGX_ERROR)
    {
        j = journal_of(pool, slot);     /* the dead may have had the memory */
    }

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

    if (rc == NGX_SHMTX_OWNER_DIED || (rc == NGX_OK && ngx_tx_is_marked(mtx))) {
        rc = recover(pool, mtx, rc == NGX_SHMTX_OWNER_DIED);
    }

    if (rc == NGX_ERROR) {
        return NGX_ERROR;
    }

    j->used = 0;
    j->nops = 0;
    j->size = NGX_HEAP_PAGE;
    j->failed = 0;
    j->lock = lock;
    j->mtx = (uintptr_t) mtx;
    ngx_tx_mark(mtx);
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

    if (j->size != NGX_HEAP_PAGE) {
        ngx_tx_shrink(pool);
    }

    errno = ENOLCK;
    return NGX_ERROR;
}

ngx_int_t
ngx_tx_commit(ngx_slab_pool_t *pool)
{
    ngx_int_t          rc;
    ngx_shmtx_t       *mtx;
    ngx_tx_journal_t  *j = ngx_tx_mine(pool);

    if (j == NULL) {
        return NGX_ERROR;
    }

    if (j->failed) {
        rc = ngx_tx_abort(pool);
        errno = rc == NGX_OK ? ECANCELED : errno;
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
        (void) ngx_tx_settle(pool, j);  /* nobody else is at it */
    }

    ngx_tx_unmark(mtx);
    ngx_shmtx_unlock(mtx);

    if (j->size != NGX_HEAP_PAGE) {
        ngx_tx_shrink(pool);
    }

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
    (void) ngx_tx_settle(pool, j);
    ngx_tx_unmark(mtx);
    ngx_shmtx_unlock(mtx);

    if (j->size != NGX_HEAP_PAGE) {
        ngx_tx_shrink(pool);
    }

    return NGX_OK;
}
