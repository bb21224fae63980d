/*
 * ngx_heap_fast.h - the common call: a magazine that has or takes a chunk.
 */

#ifndef NGX_HEAP_FAST_H_INCLUDED
#define NGX_HEAP_FAST_H_INCLUDED

#include "ngx_heap_call.h"

/* The common calls count from the pool. */
#define NGX_HEAP_BYTE(pool, off)  (*((volatile unsigned char *) (pool) + (off)))
#define NGX_HEAP_CHUNK(pool, e)                                               \
    ((void *) ((unsigned char *) (pool) + (size_t) (e)->chunk * 8))

/*
 * What this thread has of the heap, if it has magazines; else NULL.  The empty
 * statement keeps a compiler from finding the place anew for each field.
 */
static ngx_inline ngx_heap_self_t *
ngx_heap_known(ngx_slab_pool_t *pool)
{
    ngx_heap_self_t  *self = ngx_heap_self_at(ngx_heap_of(pool));

#if defined(__GNUC__) && !defined(__TINYC__)
    __asm__ ("" : "+r" (self));
#endif

    return ngx_heap_likely(self->key == pool
                           && self->id == ngx_heap_of(pool)->id)
           ? self : NULL;
}

/*
 * What the magazine has for size bytes, taken out of it; NULL: nothing.  The
 * byte of the chunk still says that it is held.
 */
static ngx_inline ngx_heap_entry_t *
ngx_heap_pop(ngx_slab_pool_t *pool, ngx_heap_mags_t *mags, size_t size)
{
    uint32_t         top, class;
    ngx_heap_mag_t  *m;

    if (ngx_heap_likely(size <= NGX_HEAP_QUICK)) {
        class = mags->quick[(size + 7) >> 3];

    } else if (size <= ngx_heap_of(pool)->max) {
        class = ngx_heap_class(ngx_heap_of(pool), size);

    } else {
        return NULL;
    }

    m = &mags->mag[class];
    top = m->top;

    if (!ngx_heap_likely(top != m->bottom)) {
        return NULL;
    }

    top -= (uint32_t) sizeof(ngx_heap_entry_t);
    m->top = top;
    return ngx_heap_entries(mags, top);
}

/* A live chunk of a slab, and the magazine that it may go to. */
typedef struct {
    ngx_heap_mag_t  *m;
    uint32_t         top;
    uint32_t         chunk;
    uint32_t         byte;
} ngx_heap_spot_t;

/*
 * ngx_heap_find() for a live chunk of a slab, which it says yes to, if its
 * magazine has room.  0: anything else.
 *
 * The product is the number of the chunk and, below, a remainder that is less
 * than the inverse if and only if the division has none.  Beyond the last
 * chunk, and where the slab's own map is, bytes are always 0.
 */
static ngx_inline int
ngx_heap_spot(ngx_slab_pool_t *pool, ngx_heap_self_t *self, const void *p,
    ngx_heap_spot_t *s)
{
    uint32_t   spot, inverse;
    uintptr_t  page = ((uintptr_t) p >> NGX_HEAP_SHIFT) - self->first;
    uint64_t   at;

    if (!ngx_heap_likely(page < self->npages)) {
        return 0;
    }

    spot = self->spots[page];
    s->m = &self->mags->none + (spot & 0xff);
    inverse = s->m->inverse;
    at = (((uintptr_t) p & (NGX_HEAP_PAGE - 1)) | (spot & 0xff00) << 4)
         * (uint64_t) inverse;
    s->byte = s->m->bytes + ((uint32_t) page - (spot >> 8)) * s->m->stride
              + (uint32_t) (at >> 32);
    s->chunk = (uint32_t) (((uintptr_t) p - (uintptr_t) pool) >> 3);
    s->top = s->m->top;

    return ngx_heap_likely((uint32_t) at < inverse)
           && ngx_heap_likely((unsigned) NGX_HEAP_BYTE(pool, s->byte) - 1
                              < NGX_HEAP_HELD - 1)
           && ngx_heap_likely(s->top != s->m->limit);
}

/* Held already; now it is in the magazine, too. */
static ngx_inline void
ngx_heap_push(ngx_heap_mags_t *mags, const ngx_heap_spot_t *s)
{
    ngx_heap_entry_t  *e = ngx_heap_entries(mags, s->top);

    e->chunk = s->chunk;
    e->byte = s->byte;
    s->m->top = s->top + (uint32_t) sizeof(*e);
}

#endif
