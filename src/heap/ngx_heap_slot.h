/*
 * ngx_heap_slot.h - what a thread has of its own.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_SLOT_H_INCLUDED
#define NGX_HEAP_SLOT_H_INCLUDED

typedef struct {
    ngx_slab_pool_t    *key;    /* the pool, if calls may be short ... */
    uint64_t            id;
    ngx_heap_mags_t    *mags;   /* NULL: none */
    uintptr_t           spots;  /* where address 0 would have its spot */
    size_t              size;   /* of the pool */
    ngx_heap_t         *heap;
    ngx_heap_slot_t    *slot;
    unsigned char       tag;
    unsigned char       held;
    uint16_t            calls;  /* without a slot of its own: tag is 1 */
    uint32_t            vacant; /* 64 bytes if a pointer has 8 */
} ngx_heap_self_t;

/* ... or this, if they may with the lock of slot 0. */
#define NGX_HEAP_COMMON_KEY(pool)                                             \
    ((ngx_slab_pool_t *) ((uintptr_t) (pool) + 1))

/* So many calls without a slot of its own, and a thread looks for one. */
#define NGX_HEAP_ASK  256

#if NGX_LOCK_HAVE_WORD
/*
 * The pools that this thread uses, by address: a table of mask + 1 entries, in
 * memory that a forked child finds zeroed.  An entry is looked for from its
 * home on; one without a heap ends the search.  What was looked for last is
 * at home.
 */
typedef struct {
    ngx_heap_self_t  *entry;
    size_t            mask;
    size_t            used;
} ngx_heap_selves_t;

extern __thread ngx_heap_selves_t  ngx_heap_selves
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* The pool of the last call, which most likely is that of this one, too. */
extern __thread ngx_heap_self_t  *ngx_heap_last
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static ngx_inline size_t
ngx_heap_self_place(const ngx_slab_pool_t *pool)
{
    uint32_t  n = (uint32_t) ((uintptr_t) pool >> NGX_HEAP_SHIFT);

    return (n * 2654435761u) >> 12 & ngx_heap_selves.mask;
}

/* The entry of the heap, or one that is for none and must not be written. */
ngx_heap_self_t *ngx_heap_self_seek(ngx_heap_t *heap);

static ngx_inline ngx_heap_self_t *
ngx_heap_self_at(ngx_heap_t *heap)
{
    ngx_heap_self_t  *self;

    self = &ngx_heap_selves.entry[ngx_heap_self_place(ngx_heap_pool(heap))];

    return ngx_heap_likely(self->heap == heap) ? self
                                               : ngx_heap_self_seek(heap);
}

/*
 * For the common call, which goes on the slow way if the entry is for another
 * pool.  There is no call in here: it would cost the common one its registers.
 */
static ngx_inline ngx_heap_self_t *
ngx_heap_self_of(ngx_slab_pool_t *pool)
{
    ngx_heap_self_t  *self = ngx_heap_last;

    if (!ngx_heap_likely(self->key == pool)) {
        self = &ngx_heap_selves.entry[ngx_heap_self_place(pool)];
        if (self->key == pool) {
            ngx_heap_last = self;
        }
    }

    return self;
}

/* The entry to fill in for the heap; NULL: no memory. */
ngx_heap_self_t *ngx_heap_self_new(ngx_heap_t *heap);
#else
static ngx_inline ngx_heap_self_t *
ngx_heap_self_at(ngx_heap_t *heap)
{
    static ngx_heap_self_t  none;

    (void) heap;
    return &none;
}

#define ngx_heap_self_of(pool)  ngx_heap_self_at(ngx_heap_of(pool))
#endif

/* The caller's slot, if the last call that came by here was for this heap. */
static ngx_inline int
ngx_heap_is_self(const ngx_heap_self_t *self, const ngx_heap_t *heap)
{
    return self->heap == heap && self->id == heap->id;
}

/*
 * Slow path of ngx_heap_self(): find a slot, or find that there is none, and
 * remember that.  NULL: it cannot be remembered, or there is no pool.
 */
ngx_heap_self_t *ngx_heap_join(ngx_heap_t *heap);

static ngx_inline ngx_heap_self_t *
ngx_heap_self(ngx_heap_t *heap)
{
    ngx_heap_self_t  *self = ngx_heap_self_at(heap);

    return ngx_heap_is_self(self, heap) ? self : ngx_heap_join(heap);
}

/* The caller has no slot of its own: is it time to look for one again? */
int ngx_heap_is_due(ngx_heap_t *heap, ngx_heap_self_t *self);

/* The magazines of the slot of a tag; NULL: it has none. */
ngx_heap_mags_t *ngx_heap_mags_of(ngx_heap_t *heap, uint32_t tag);
/* With the lock: give the slot magazines if it has none and there is room. */
void ngx_heap_get_mags(ngx_heap_t *heap, ngx_heap_slot_t *slot);
/* Note what this thread needs to know of the slot. */
void ngx_heap_note(ngx_heap_t *heap, ngx_heap_self_t *self,
    ngx_heap_slot_t *slot);

#endif
