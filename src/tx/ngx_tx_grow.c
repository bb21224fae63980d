/*
 * ngx_tx_grow.c - the pages of a journal: one, or more for a long transaction.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_tx_journal.h"

static void *
take(ngx_heap_t *heap, size_t size)
{
    uint32_t   n = (uint32_t) (size >> NGX_HEAP_SHIFT);
    void      *journal = ngx_heap_take_journal(heap, n);

    if (journal == NULL && ngx_heap_bury(heap, 0)) {
        journal = ngx_heap_take_journal(heap, n);
    }

    return journal;
}

ngx_heap_seldom ngx_tx_journal_t *
ngx_tx_new_journal(ngx_slab_pool_t *pool, ngx_heap_slot_t *slot)
{
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_tx_journal_t  *j;

    if (ngx_heap_lock(heap) != 0) {
        return NULL;
    }

    j = take(heap, NGX_HEAP_PAGE);
    if (j != NULL) {
        ngx_heap_set_journal(heap, slot, j);
    }

    ngx_heap_unlock(heap);

    if (j == NULL) {
        errno = ENOMEM;
    }

    return j;
}

/* Open from the last store on, as the old one is. */
static void
copy(ngx_tx_journal_t *to, const ngx_tx_journal_t *from, size_t size)
{
    size_t  ops = from->nops * sizeof(ngx_tx_op_t);

    to->used = from->used;
    to->nops = from->nops;
    to->lock = from->lock;
    to->mtx = from->mtx;
    to->size = (uint32_t) size;
    memcpy(to + 1, from + 1, from->used);
    memcpy((char *) to + size - ops, (const char *) from + from->size - ops,
           ops);
    ngx_heap_order();
    ngx_heap_publish(&to->state, from->state);
    ngx_heap_order();
}

ngx_heap_seldom ngx_tx_journal_t *
ngx_tx_grow(ngx_slab_pool_t *pool, ngx_tx_journal_t *j, size_t need)
{
    size_t             size = j->size;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_tx_journal_t  *large = NULL;

    if (need < NGX_TX_MOST) {
        need += size - ngx_tx_room(j);
        while (size < need) {
            size *= 2;
        }
    } else {
        size = NGX_TX_MOST * 2;
    }

    if (size <= NGX_TX_MOST && ngx_heap_lock(heap) == 0) {
        large = take(heap, size);
        if (large != NULL) {
            copy(large, j, size);
            ngx_heap_set_journal(heap, ngx_tx_slot(pool), large);
        }
        ngx_heap_unlock(heap);
    }

    if (large == NULL) {
        errno = ENOSPC;
    }

    return large;
}

ngx_heap_seldom void
ngx_tx_shrink(ngx_slab_pool_t *pool)
{
    ngx_heap_t  *heap = ngx_heap_of(pool);

    if (ngx_heap_lock(heap) == 0) {
        ngx_heap_set_journal(heap, ngx_tx_slot(pool), NULL);
        ngx_heap_unlock(heap);
    }
}
