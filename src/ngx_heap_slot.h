/*
 * ngx_heap_slot.h - what a thread has of its own.
 */

#ifndef NGX_HEAP_SLOT_H_INCLUDED
#define NGX_HEAP_SLOT_H_INCLUDED

typedef struct {
    ngx_slab_pool_t    *key;    /* the pool, if calls may be short */
    uint64_t            id;
    ngx_heap_mags_t    *mags;   /* NULL: none */
    uintptr_t           spots;  /* where address 0 would have its spot */
    size_t              size;   /* of the pool */
    ngx_heap_t         *heap;
    ngx_heap_slot_t    *slot;
    unsigned char       tag;
    unsigned char       held;   /* tag, too; 64 bytes if a pointer has 8 */
} ngx_heap_self_t;

#if NGX_LOCK_HAVE_WORD
#define NGX_HEAP_SELVES  8
extern __thread ngx_heap_self_t  ngx_heap_selves[NGX_HEAP_SELVES]
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static ngx_inline ngx_heap_self_t *
ngx_heap_self_at(ngx_heap_t *heap)
{
    return &ngx_heap_selves[(uintptr_t) ngx_heap_pool(heap) >> NGX_HEAP_SHIFT
                            & (NGX_HEAP_SELVES - 1)];
}

/* That of the pool of the last call, which most likely is that of this one. */
extern __thread ngx_heap_self_t  *ngx_heap_last
    __attribute__((tls_model("initial-exec"), visibility("hidden")));

static ngx_inline ngx_heap_self_t *
ngx_heap_self_of(ngx_slab_pool_t *pool)
{
    ngx_heap_self_t  *self = ngx_heap_last;

    if (!ngx_heap_likely(self->key == pool)) {
        self = ngx_heap_last = ngx_heap_self_at(ngx_heap_of(pool));
    }

    return self;
}
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

/* The rest of ngx_heap_self(); NULL: no slot left, use slot 0 and the lock. */
ngx_heap_self_t *ngx_heap_join(ngx_heap_t *heap);

static ngx_inline ngx_heap_self_t *
ngx_heap_self(ngx_heap_t *heap)
{
    ngx_heap_self_t  *self = ngx_heap_self_at(heap);

    return ngx_heap_is_self(self, heap) ? self : ngx_heap_join(heap);
}

/* The magazines of the slot of a tag; NULL: it has none. */
ngx_heap_mags_t *ngx_heap_mags_of(ngx_heap_t *heap, uint32_t tag);
/* With the lock: give back n entries of a magazine, or all of all. */
void ngx_heap_flush(ngx_heap_t *heap, ngx_heap_mags_t *mags, uint32_t class,
    uint32_t n);
void ngx_heap_flush_all(ngx_heap_t *heap, ngx_heap_self_t *self);

#endif
