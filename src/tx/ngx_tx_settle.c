/*
 * ngx_tx_settle.c - put back what a transaction changed, or free what it freed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_tx_journal.h"
#include "ngx_lock_kind.h"

#define TRIES    1000       /* of 1 ms, until the last one who settled is dead */
#define NAP      1000

/* Last to first: the first record of a byte has what was there before. */
static void
put_back(ngx_slab_pool_t *pool, ngx_tx_journal_t *j)
{
    size_t           at = j->used, size;
    ngx_tx_kept_t   *kept;

    while (at >= sizeof(*kept)) {
        at -= sizeof(*kept);
        kept = ngx_tx_record(j, at);
        size = ngx_align((size_t) kept->size, 8);

        if (size > at) {
            ngx_heap_say(ngx_heap_of(pool), NGX_LOG_ALERT,
                         "ngx_tx: a journal is damaged");
            break;
        }

        at -= size;
        memcpy((unsigned char *) pool + kept->at, ngx_tx_record(j, at),
               (size_t) kept->size);
    }

    ngx_heap_order();
    j->used = 0;
    ngx_heap_order();
}

/*
 * While the cell has the claim of somebody who died in here, and of whom the
 * kernel says so to who waits for a lock, but not yet to others: wait.  0: in
 * vain, and the journal must stay.
 */
static int
free_cell(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    int  i;

    for (i = 0; i < TRIES && ngx_slab_free_from(pool, cell) == NGX_DECLINED
                && ngx_heap_is_claim(*cell); i++)
    {
#if NGX_LOCK_HAVE_WORD
        ngx_lock_nap(NAP);
#endif
    }

    return !ngx_heap_is_claim(*cell);
}

int
ngx_tx_settle(ngx_slab_pool_t *pool, ngx_tx_journal_t *j)
{
    uint32_t      i;
    uintptr_t     is_free = j->state == NGX_TX_COMMITTED;
    ngx_tx_op_t  *op;

    if (!is_free) {
        put_back(pool, j);
    }

    for (i = 0; i < j->nops; i++) {
        op = ngx_tx_op(j, i);
        if (op->is_free == is_free && !free_cell(pool, &op->cell)) {
            return 0;
        }
    }

    ngx_heap_order();
    j->state = NGX_TX_CLOSED;
    ngx_heap_order();
    return 1;
}

uint64_t
ngx_tx_lock_at(ngx_slab_pool_t *pool, const ngx_shmtx_t *mtx)
{
    uintptr_t  at;

    if (mtx == NULL || mtx->lock == NULL) {
        return 0;
    }

    at = (uintptr_t) mtx->lock - (uintptr_t) pool;

    /* pool->lock is at 0 */
    return at < ngx_heap_of(pool)->size ? (uint64_t) at + 1 : 0;
}

int
ngx_tx_has_lock(const ngx_shmtx_t *mtx)
{
#if NGX_LOCK_HAVE_WORD
    ngx_lock_t  *lock = (ngx_lock_t *) (uintptr_t) mtx->lock;

    return ngx_lock_read(&lock->word) == ngx_lock_me();
#else
    (void) mtx;
    return 0;
#endif
}
