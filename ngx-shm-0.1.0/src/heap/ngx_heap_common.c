/*
 * ngx_heap_common.c - the fast path of a thread without a slot of its own: the
 * magazines of slot 0, under its lock.
 *
 * Everything else is left to ngx_heap_enter(): a lock that is taken, a death,
 * an empty or a full magazine, and the search for a slot of its own, which is
 * due once in a while.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"

#if NGX_LOCK_HAVE_WORD

/*
 * 1: the lock is taken.  A look at its word comes first, since a failed swap
 * takes the cache line away from the owner.
 */
static ngx_inline int
enter(ngx_heap_t *heap, ngx_heap_self_t *self)
{
    int  rc;

    if (self->key != NGX_HEAP_COMMON_KEY(ngx_heap_pool(heap))
        || self->id != heap->id
        || self->vacant != *(volatile uint32_t *) &heap->vacant
        || (self->calls + 1) % NGX_HEAP_ASK == 0
        || *(volatile uint64_t *) &heap->common.word != 0)
    {
        return 0;
    }

    rc = ngx_lock_at_once(&heap->common);

    if (rc == -1) {
        return 0;
    }

    /* a sweep may have moved the magazines */
    if (ngx_heap_likely(rc == 0 && !heap->died
                        && ngx_heap_page(heap, self->slot->mags - 1)
                           == self->mags))
    {
        self->calls++;
        return 1;
    }

    ngx_lock_leave_taken(&heap->common);
    return 0;
}

void *
ngx_heap_common_alloc(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    size_t size)
{
    void              *p = NULL;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_entry_t  *e;

    if (!enter(heap, self)) {
        return NULL;
    }

    e = ngx_heap_pop(pool, self->mags, size);

    if (ngx_heap_likely(e != NULL)) {
        NGX_HEAP_BYTE(pool, e->byte) = self->tag;
        p = NGX_HEAP_CHUNK(pool, e);
    }

    ngx_lock_leave_taken(&heap->common);
    return p;
}

int
ngx_heap_common_free(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    const void *p)
{
    int                done;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_found_t   f;

    if (!enter(heap, self)) {
        return 0;
    }

    done = ngx_heap_found(pool, self, p, &f, 0);

    if (ngx_heap_likely(done)) {
        ngx_heap_hold(pool, self, p, &f);
        ngx_heap_keep(&f);
    }

    ngx_lock_leave_taken(&heap->common);
    return done;
}

#else

void *
ngx_heap_common_alloc(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    size_t size)
{
    (void) pool;
    (void) self;
    (void) size;
    return NULL;
}

int
ngx_heap_common_free(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    const void *p)
{
    (void) pool;
    (void) self;
    (void) p;
    return 0;
}

#endif
