/*
 * ngx_heap_slot.h - what a thread knows of its slot in a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_SLOT_H_INCLUDED
#define NGX_HEAP_SLOT_H_INCLUDED

typedef struct {
    ngx_slab_pool_t    *key;    /* the pool, for the fast path ... */
    uint64_t            id;
    ngx_heap_mags_t    *mags;   /* NULL: none */
    uintptr_t           spots;  /* where address 0 would have its spot */
    size_t              size;   /* of the pool */
    ngx_heap_t         *heap;
    ngx_heap_slot_t    *slot;
    unsigned char       tag;
    unsigned char       held;
    uint16_t            calls;  /* without a slot of its own: tag is 1 */
    uint32_t            vacant; /* heap->vacant at the last search */
} ngx_heap_self_t;

/* ... or this, for the fast path with the lock of slot 0. */
#define NGX_HEAP_COMMON_KEY(pool)                                             \
    ((ngx_slab_pool_t *) ((uintptr_t) (pool) + 1))

/* A thread without a slot looks for one each so many calls. */
#define NGX_HEAP_ASK  256

#if NGX_LOCK_HAVE_WORD
/*
 * A hash table of the pools that this thread uses, by address: mask + 1 entries
 * with linear probing, in memory that a forked child finds zeroed.  An entry
 * without a heap ends a search.
 */
typedef struct {
    ngx_heap_self_t  *entry;
    size_t            mask;
    size_t            used;
} ngx_heap_selves_t;

extern __thread ngx_heap_selves_t  ngx_heap_selves
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

/* One-entry cache: the pool used last. */
extern __thread ngx_heap_self_t  *ngx_heap_last
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static ngx_inline size_t
ngx_heap_self_place(const ngx_slab_pool_t *pool)
{
    uint32_t  n = (uint32_t) ((uintptr_t) pool >> NGX_HEAP_SHIFT);

    return (n * 2654435761u) >> 12 & ngx_heap_selves.mask;
}

/* The entry of the heap; or an empty one, which must not be written. */
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
 * For the fast path, which the caller leaves if the entry is of another pool.
 * No function is called here: that would cost the fast path its registers.
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

/* The pool may be mapped here again, for reading only. */
void ngx_heap_self_forget(ngx_heap_t *heap);

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
#define ngx_heap_self_forget(heap)
#endif

/* 1: self is the caller's entry for this heap. */
static ngx_inline int
ngx_heap_is_self(const ngx_heap_self_t *self, const ngx_heap_t *heap)
{
    return self->heap == heap && self->id == heap->id;
}

/*
 * Slow path of ngx_heap_self(): find a slot, or find that there is none, and
 * note it in the table.  NULL: no room in the table, or there is no pool.
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
/* Fill in self for the slot. */
void ngx_heap_note(ngx_heap_t *heap, ngx_heap_self_t *self,
    ngx_heap_slot_t *slot);

#endif
