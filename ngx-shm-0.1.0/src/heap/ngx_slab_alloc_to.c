/*
 * ngx_slab_alloc_to.c - allocate a chunk and store its offset in a cell, as one
 * step.  ngx_heap.h tells why a kill at any store is right.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_cell.h"

static ngx_heap_seldom void *
alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    int               i, err = ENOMEM;
    size_t            want = size;
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_call_t   call;
    ngx_heap_hold_t   h;

    if (!ngx_heap_enter(&call, pool)) {
        return NULL;
    }

    for (i = 0; i < NGX_HEAP_LOOKS && ngx_heap_is_claim(*cell); i++) {
        if (ngx_heap_resolve(&call, *cell) <= 0) {
            break;
        }
    }

    h.p = NULL;
    size = ngx_heap_padded(heap, size);

    if (*cell != 0) {
        err = EEXIST;

    } else if (ngx_heap_obtain(&call, size, ngx_heap_class_of(heap, size), 1,
                               &h))
    {
        ngx_heap_seal_held(heap, &h, want);
        (void) ngx_heap_intend(heap, call.self, ngx_slab_offset(pool, h.p),
                               cell, NGX_HEAP_TO);
        ngx_heap_set_live(&call, &h);
        ngx_heap_publish(cell, ngx_slab_offset(pool, h.p));
        call.self->slot->intent.op = 0;

    } else {
        h.p = NULL;
    }

    ngx_heap_leave(&call);

    if (h.p == NULL) {
        errno = err;
    }

    return h.p;
}

void *
ngx_slab_alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    void               *p;
    uintptr_t           chunk;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = ngx_heap_known(pool);
    ngx_heap_entry_t   *e;
    ngx_heap_intent_t  *intent;

    if (!ngx_heap_is_cell(heap, cell)) {
        errno = EINVAL;
        return NULL;
    }

    e = self == NULL || *cell != 0 ? NULL
                                   : ngx_heap_pop(pool, self->mags, size);
    if (!ngx_heap_likely(e != NULL)) {
        return alloc_to(pool, cell, size);
    }

    p = NGX_HEAP_CHUNK(pool, e);
    chunk = (uintptr_t) e->chunk * 8;
    intent = ngx_heap_intend(heap, self, chunk, cell, NGX_HEAP_TO);
    NGX_HEAP_BYTE(pool, e->byte) = self->tag;
    ngx_heap_publish(cell, chunk);
    intent->op = 0;
    return p;
}
