/*
 * ngx_tx_save.c - keep what is about to change, or is to be freed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_tx_journal.h"

/* What was to happen is not whole any more. */
static ngx_heap_seldom ngx_int_t
no(ngx_tx_journal_t *j, int err)
{
    j->failed = 1;
    errno = err;
    return NGX_ERROR;
}

/* The bytes, where they belong, then the count: never the count first. */
static ngx_inline ngx_int_t
save(ngx_slab_pool_t *pool, const volatile void *addr, size_t size)
{
    size_t             off = (size_t) ((uintptr_t) addr - (uintptr_t) pool);
    size_t             from, all, used, whole;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_tx_kept_t     *kept;
    ngx_tx_journal_t  *j = ngx_tx_mine(pool), *larger;

    if (j == NULL) {
        return NGX_ERROR;
    }

    from = heap->pages;
    all = (size_t) heap->npages << NGX_HEAP_SHIFT;

    if (off < from || off - from > all || size > all - (off - from)) {
        return no(j, EINVAL);
    }

    whole = ngx_align(size, 8) + sizeof(*kept);

    if (!ngx_heap_likely(whole <= ngx_tx_room(j))) {
        larger = ngx_tx_grow(pool, j, whole);
        if (larger == NULL) {
            return no(j, ENOSPC);
        }
        j = larger;
    }

    used = j->used;
    memcpy(ngx_tx_record(j, used), (const void *) (uintptr_t) addr, size);
    kept = ngx_tx_record(j, used + whole - sizeof(*kept));
    kept->at = off;
    kept->size = size;
    ngx_heap_order();
    j->used = (uint32_t) (used + whole);
    ngx_heap_order();
    return NGX_OK;
}

ngx_int_t
ngx_tx_save(ngx_slab_pool_t *pool, void *addr, size_t size)
{
    return save(pool, addr, size);
}

ngx_int_t
ngx_tx_set(ngx_slab_pool_t *pool, volatile uintptr_t *word, uintptr_t value)
{
    if (save(pool, word, sizeof(*word)) != NGX_OK) {
        return NGX_ERROR;
    }

    *word = value;
    return NGX_OK;
}

/* One more op, which is not counted yet; the journal may be another one then. */
static ngx_tx_op_t *
next_op(ngx_slab_pool_t *pool, ngx_tx_journal_t **j)
{
    ngx_tx_journal_t  *larger;

    if (ngx_tx_room(*j) < sizeof(ngx_tx_op_t)) {
        larger = ngx_tx_grow(pool, *j, sizeof(ngx_tx_op_t));
        if (larger == NULL) {
            (void) no(*j, ENOSPC);
            return NULL;
        }
        *j = larger;
    }

    return ngx_tx_op(*j, (*j)->nops);
}

static void
count_op(ngx_tx_journal_t *j)
{
    ngx_heap_order();
    j->nops = j->nops + 1;
    ngx_heap_order();
}

void *
ngx_tx_alloc(ngx_slab_pool_t *pool, size_t size)
{
    ngx_tx_op_t       *op;
    ngx_tx_journal_t  *j = ngx_tx_mine(pool);

    if (j == NULL || (op = next_op(pool, &j)) == NULL) {
        return NULL;
    }

    op->cell = 0;
    op->is_free = 0;
    count_op(j);

    return ngx_slab_alloc_to(pool, &op->cell, size);
}

/* Is p to be freed in here already? */
static int
is_freed(ngx_tx_journal_t *j, uintptr_t chunk)
{
    uint32_t  i;

    for (i = 0; i < j->nops; i++) {
        if (ngx_tx_op(j, i)->is_free && ngx_tx_op(j, i)->cell == chunk) {
            return 1;
        }
    }

    return 0;
}

ngx_int_t
ngx_tx_free(ngx_slab_pool_t *pool, void *p)
{
    ngx_heap_place_t   place;
    ngx_tx_op_t       *op;
    ngx_tx_journal_t  *j = ngx_tx_mine(pool);

    if (j == NULL) {
        return NGX_ERROR;
    }

    if (ngx_heap_find_live(ngx_heap_of(pool), p, &place) != NULL
        || is_freed(j, ngx_slab_offset(pool, p)))
    {
        return no(j, EINVAL);
    }

    op = next_op(pool, &j);
    if (op == NULL) {
        return NGX_ERROR;
    }

    op->cell = ngx_slab_offset(pool, p);
    op->is_free = 1;
    count_op(j);
    return NGX_OK;
}
