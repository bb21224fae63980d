/*
 * ngx_heap_fast.h - the fast path: alloc from, and free into, a magazine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_FAST_H_INCLUDED
#define NGX_HEAP_FAST_H_INCLUDED

#include "ngx_heap_call.h"

/* A store that the compiler does not move: see ngx_heap.h for the order. */
#define NGX_HEAP_SET(field, value)                                            \
    (*(volatile uint32_t *) &(field) = (uint32_t) (value))

#if defined(__GNUC__) && !defined(__TINYC__)
#define ngx_heap_order()  __asm__ volatile ("" : : : "memory")
#else
#define ngx_heap_order()
#endif

/* Store-release and load-acquire: plain moves on x86. */
#if NGX_HAVE_ATOMIC_OPS && defined(__ATOMIC_RELEASE)
#define ngx_heap_publish(p, v)  __atomic_store_n(p, v, __ATOMIC_RELEASE)
#define ngx_heap_acquire(p)     __atomic_load_n(p, __ATOMIC_ACQUIRE)
#else       /* then every call has the lock of the heap */
#define ngx_heap_publish(p, v)  (*(p) = (v))
#define ngx_heap_acquire(p)     (*(p))
#endif

/* The fast path computes addresses from the pool. */
#define NGX_HEAP_BYTE(pool, off)  (*((volatile unsigned char *) (pool) + (off)))
#define NGX_HEAP_CHUNK(pool, e)                                               \
    ((void *) ((unsigned char *) (pool) + (size_t) (e)->chunk * 8))

/* 1: the fast path is right: self is of this pool, with magazines. */
static ngx_inline int
ngx_heap_is_short(ngx_slab_pool_t *pool, const ngx_heap_self_t *self)
{
    return ngx_heap_likely(self->key == pool
                           && self->id == ngx_heap_of(pool)->id);
}

/* This thread's entry for the pool, if it has magazines; else NULL. */
static ngx_inline ngx_heap_self_t *
ngx_heap_known(ngx_slab_pool_t *pool)
{
    ngx_heap_self_t  *self = ngx_heap_self_of(pool);

    return ngx_heap_is_short(pool, self) ? self : NULL;
}

/*
 * Pop an entry for size bytes; NULL: the magazine is empty.  The chunk's byte
 * is still HELD.
 */
static ngx_inline ngx_heap_entry_t *
ngx_heap_pop(ngx_slab_pool_t *pool, ngx_heap_mags_t *mags, size_t size)
{
    size_t           top;
    ngx_heap_mag_t  *m;

    if (ngx_heap_likely(size <= NGX_HEAP_QUICK)) {
        m = ngx_heap_mag_at(mags, mags->quick[(size + 7) >> 3]);

    } else if (size <= ngx_heap_of(pool)->max) {
        m = &mags->mag[ngx_heap_class(ngx_heap_of(pool), size)];

    } else {
        return NULL;
    }

    top = m->top;

    if (!ngx_heap_likely(top != m->bottom)) {
        return NULL;
    }

    top -= sizeof(ngx_heap_entry_t);
    NGX_HEAP_SET(m->top, top);
    return ngx_heap_entries(mags, top);
}

/* A live chunk of a slab, and the magazine that it may go to. */
typedef struct {
    ngx_heap_mag_t  *m;
    uint32_t         top;
    size_t           byte;
} ngx_heap_found_t;

/*
 * ngx_heap_find_live() for a chunk of a slab, of the caller's slot or, if
 * others, of any, whose magazine has room.  0: anything else.
 *
 * The product is the number of the chunk and, below, a remainder that is less
 * than the inverse if and only if the division has none.  Beyond the last
 * chunk, and where the slab's own map is, bytes are always 0.
 *
 * mag is read first: when a slab ends only mag is cleared, and the rest of its
 * spots may lead to the byte of another chunk of the caller's.
 */
static ngx_inline int
ngx_heap_found(ngx_slab_pool_t *pool, ngx_heap_self_t *self, const void *p,
    ngx_heap_found_t *f, int others)
{
    size_t            off = (size_t) ((uintptr_t) p - (uintptr_t) pool);
    uint32_t          mag;
    uint64_t          at;
    ngx_heap_spot_t  *spot;

    if (!ngx_heap_likely(off < self->size)) {
        return 0;
    }

    spot = (ngx_heap_spot_t *)
           (self->spots + ((uintptr_t) p >> NGX_HEAP_SHIFT) * sizeof(*spot));
    mag = ngx_heap_acquire(&spot->mag);
    at = (uint64_t) ((uint32_t) off - spot->start) * spot->inverse;
    f->byte = spot->bytes + (size_t) (at >> 32);

    if (!ngx_heap_likely((uint32_t) at < spot->inverse)) {
        return 0;
    }

    if (others ? !ngx_heap_is_live(NGX_HEAP_BYTE(pool, f->byte))
               : !ngx_heap_likely(NGX_HEAP_BYTE(pool, f->byte) == self->tag))
    {
        return 0;
    }

    f->m = ngx_heap_mag_at(self->mags, mag);
    f->top = f->m->top;
    return ngx_heap_likely(f->top != f->m->limit);
}

/*
 * Set the chunk's byte to HELD.  The entry is written first, so that it is
 * found at the top of the magazine if the caller dies before top is raised.
 */
static ngx_inline void
ngx_heap_hold(ngx_slab_pool_t *pool, ngx_heap_self_t *self, const void *p,
    const ngx_heap_found_t *f)
{
    ngx_heap_entry_t  *e = ngx_heap_entries(self->mags, f->top);

    NGX_HEAP_SET(e->chunk, ((uintptr_t) p - (uintptr_t) pool) >> 3);
    NGX_HEAP_SET(e->byte, f->byte);
    NGX_HEAP_BYTE(pool, f->byte) = self->held;
}

static ngx_inline void
ngx_heap_keep(const ngx_heap_found_t *f)
{
    NGX_HEAP_SET(f->m->top, f->top + sizeof(ngx_heap_entry_t));
}

#endif
