#include "ngx_auto_config.h"

#include "ngx_heap_call.h"

/* The common calls count from the pool. */
#define BYTE(pool, off)  (*((volatile unsigned char *) (pool) + (off)))
#define CHUNK(pool, e)                                                        \
    ((void *) ((unsigned char *) (pool) + (size_t) (e)->chunk * 8))

static ngx_heap_seldom void *
alloc(ngx_slab_pool_t *pool, size_t size, uint32_t class, size_t align)
{
    ngx_heap_call_t  call;
    ngx_heap_hold_t  h;

    if (!ngx_heap_enter(&call, pool)) {
        return NULL;
    }

    if (!ngx_heap_obtain(&call, size, class, align, &h)) {
        h.p = NULL;
    } else {
        ngx_heap_set_live(&call, &h, 1);
    }

    ngx_heap_leave(&call);
    return h.p;
}

/*
 * What this thread has of the heap, if it has magazines; else NULL.  The empty
 * statement keeps a compiler from finding the place anew for each field.
 */
static ngx_inline ngx_heap_self_t *
known(ngx_slab_pool_t *pool)
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
pop(ngx_slab_pool_t *pool, ngx_heap_mags_t *mags, size_t size)
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
} spot_t;

/*
 * ngx_heap_find() for a live chunk of a slab, which it says yes to, if its
 * magazine has room.  0: anything else.
 *
 * The product is the number of the chunk and, below, a remainder that is less
 * than the inverse if and only if the division has none.  Beyond the last
 * chunk, and where the slab's own map is, bytes are always 0.
 */
static ngx_inline int
find(ngx_slab_pool_t *pool, ngx_heap_self_t *self, const void *p, spot_t *s)
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
           && ngx_heap_likely((unsigned) BYTE(pool, s->byte) - 1
                              < NGX_HEAP_HELD - 1)
           && ngx_heap_likely(s->top != s->m->limit);
}

/* Held already; now it is in the magazine, too. */
static ngx_inline void
push(ngx_heap_mags_t *mags, const spot_t *s)
{
    ngx_heap_entry_t  *e = ngx_heap_entries(mags, s->top);

    e->chunk = s->chunk;
    e->byte = s->byte;
    s->m->top = s->top + (uint32_t) sizeof(*e);
}

/* Runs are as chunks, but it is their word that says what they are. */
static ngx_heap_seldom void *
alloc_any(ngx_slab_pool_t *pool, size_t size)
{
    size_t             n = (size + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_mag_t    *m;
    ngx_heap_self_t   *self = known(pool);
    ngx_heap_entry_t  *e;

    if (self != NULL && size > heap->max && n - 1 < heap->nruns) {
        m = &self->mags->mag[heap->nclasses + n - 1];

        if (m->top != m->bottom) {
            m->top -= (uint32_t) sizeof(*e);
            e = ngx_heap_entries(self->mags, m->top);
            ngx_heap_word_of(heap, e->chunk) =
                ngx_heap_word(NGX_HEAP_RUN, self->tag, n);
            return CHUNK(pool, e);
        }
    }

    return alloc(pool, size, ngx_heap_class_of(heap, size), 1);
}

/* 1: it was a live run, of which the magazine has one more now. */
static int
free_run(ngx_slab_pool_t *pool, void *p)
{
    uint32_t           chunk, w, n;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_mag_t    *m;
    ngx_heap_self_t   *self = known(pool);
    ngx_heap_entry_t  *e;

    if (self == NULL || (uintptr_t) p % NGX_HEAP_PAGE != 0
        || ((uintptr_t) p >> NGX_HEAP_SHIFT) - self->first >= self->npages)
    {
        return 0;
    }

    chunk = (uint32_t) (ngx_heap_offset(heap, p) >> 3);
    w = ngx_heap_word_of(heap, chunk);
    n = ngx_heap_len(w);

    if (ngx_heap_kind(w) != NGX_HEAP_RUN || ngx_heap_tag(w) == 0
        || n > heap->nruns)
    {
        return 0;
    }

    m = &self->mags->mag[heap->nclasses + n - 1];
    if (m->top == m->limit) {
        return 0;
    }

    ngx_heap_word_of(heap, chunk) = ngx_heap_word(NGX_HEAP_HELDRUN, self->tag,
                                                  n);
    e = ngx_heap_entries(self->mags, m->top);
    e->chunk = chunk;
    e->byte = 0;
    m->top += (uint32_t) sizeof(*e);
    return 1;
}

void *
ngx_slab_alloc(ngx_slab_pool_t *pool, size_t size)
{
    ngx_heap_self_t   *self = known(pool);
    ngx_heap_entry_t  *e;

    if (ngx_heap_likely(self != NULL)) {
        e = pop(pool, self->mags, size);

        if (ngx_heap_likely(e != NULL)) {
            BYTE(pool, e->byte) = self->tag;
            return CHUNK(pool, e);
        }
    }

    return alloc_any(pool, size);
}

void *
ngx_slab_calloc(ngx_slab_pool_t *pool, size_t size)
{
    void  *p = ngx_slab_alloc(pool, size);

    return p == NULL ? NULL : memset(p, 0, size);
}

void *
ngx_slab_calloc_array(ngx_slab_pool_t *pool, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size) {
        return NULL;
    }

    return ngx_slab_calloc(pool, n * size);
}

/* The least class whose chunks all lie right, or whole pages. */
void *
ngx_slab_alloc_aligned(ngx_slab_pool_t *pool, size_t align, size_t size)
{
    uint32_t           class;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_class_t  *c = ngx_heap_classes(heap);

    if (align == 0 || (align & (align - 1)) != 0) {
        return NULL;
    }

    if (align > NGX_HEAP_PAGE) {
        return alloc(pool, size, NGX_HEAP_NONE, align);
    }

    for (class = ngx_heap_class_of(heap, size); class < heap->nclasses;
         class++)
    {
        if (c[class].size % align == 0) {
            break;
        }
    }

    return alloc(pool, size, class, 1);
}

/* Of long runs, two who free the same would both join them: one at a time. */
static ngx_heap_seldom void
free_any(ngx_slab_pool_t *pool, void *p)
{
    const char        *wrong;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_call_t    call;
    ngx_heap_hold_t    h;
    ngx_heap_place_t   place;

    if (free_run(pool, p) || !ngx_heap_enter(&call, pool)) {
        return;
    }

    wrong = ngx_heap_judge(&call, p, &place, &h);

    if (wrong == NULL && (h.class < heap->nclasses
                          || (h.class < heap->nclasses + heap->nruns
                              && call.self->mags != NULL)))
    {
        ngx_heap_set_live(&call, &h, 0);
        ngx_heap_release(&call, &h);

    } else if (wrong == NULL && ngx_heap_call_lock(&call)) {
        wrong = ngx_heap_find(heap, p, &place);
        if (wrong == NULL) {
            ngx_heap_run_give(heap, place.page);
        }
        ngx_heap_call_unlock(&call);
    }

    if (wrong != NULL) {
        ngx_heap_complain(heap, wrong);
    }

    ngx_heap_leave(&call);
}

void
ngx_slab_free(ngx_slab_pool_t *pool, void *p)
{
    spot_t            s;
    ngx_heap_self_t  *self = known(pool);
    ngx_heap_mags_t  *mags;

    if (ngx_heap_likely(self != NULL && find(pool, self, p, &s))) {
        mags = self->mags;
        BYTE(pool, s.byte) = self->held;
        push(mags, &s);
        return;
    }

    free_any(pool, p);
}

void *
ngx_slab_alloc_locked(ngx_slab_pool_t *pool, size_t size)
{
    return ngx_slab_alloc(pool, size);
}

void *
ngx_slab_calloc_locked(ngx_slab_pool_t *pool, size_t size)
{
    return ngx_slab_calloc(pool, size);
}

void
ngx_slab_free_locked(ngx_slab_pool_t *pool, void *p)
{
    ngx_slab_free(pool, p);
}

static int
is_cell(ngx_heap_t *heap, volatile uintptr_t *cell)
{
    uintptr_t  off = ngx_heap_offset(heap, cell);

    return off <= heap->size - sizeof(uintptr_t) && off % sizeof(*cell) == 0;
}

/*
 * The intent says which chunk and which cell; op, stored last, makes it valid.
 * ngx_heap_settle() brings to its end what a dead process left: a held chunk
 * that its cell names becomes live, a live one that no cell names any more is
 * held; and all that is held by the dead is free.
 */
static ngx_inline ngx_heap_intent_t *
intend(ngx_heap_t *heap, ngx_heap_self_t *self, const void *p,
    volatile uintptr_t *cell, uint32_t op)
{
    ngx_heap_intent_t  *intent = &ngx_heap_slot_of(self)->intent;

    intent->cell = ngx_heap_offset(heap, cell);
    intent->chunk = ngx_heap_offset(heap, p);
    intent->op = op;
    return intent;
}

static ngx_heap_seldom void *
alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_call_t   call;
    ngx_heap_hold_t   h;

    if (!ngx_heap_enter(&call, pool)) {
        return NULL;
    }

    if (!ngx_heap_obtain(&call, size, ngx_heap_class_of(heap, size), 1, &h)) {
        h.p = NULL;

    } else {
        (void) intend(heap, call.self, h.p, cell, NGX_HEAP_TO);
        *cell = ngx_slab_offset(pool, h.p);
        ngx_heap_set_live(&call, &h, 1);
        ngx_heap_slot_of(call.self)->intent.op = 0;
    }

    ngx_heap_leave(&call);
    return h.p;
}

void *
ngx_slab_alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    void               *p;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = known(pool);
    ngx_heap_entry_t   *e;
    ngx_heap_intent_t  *intent;

    if (!is_cell(heap, cell)) {
        return NULL;
    }

    e = self == NULL ? NULL : pop(pool, self->mags, size);
    if (!ngx_heap_likely(e != NULL)) {
        return alloc_to(pool, cell, size);
    }

    p = CHUNK(pool, e);
    intent = intend(heap, self, p, cell, NGX_HEAP_TO);
    *cell = (uintptr_t) e->chunk * 8;
    BYTE(pool, e->byte) = self->tag;
    intent->op = 0;
    return p;
}

static ngx_heap_seldom ngx_int_t
free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell, void *p)
{
    ngx_heap_t        *heap = ngx_heap_of(pool);
    const char        *wrong;
    ngx_heap_call_t    call;
    ngx_heap_hold_t    h;
    ngx_heap_place_t   place;

    if (!ngx_heap_enter(&call, pool)) {
        return NGX_ERROR;
    }

    wrong = ngx_heap_judge(&call, p, &place, &h);

    if (wrong == NULL) {
        (void) intend(heap, call.self, p, cell, NGX_HEAP_FROM);
        *cell = 0;
        ngx_heap_set_live(&call, &h, 0);
        ngx_heap_slot_of(call.self)->intent.op = 0;
        ngx_heap_release(&call, &h);

    } else {
        ngx_heap_complain(heap, wrong);
    }

    ngx_heap_leave(&call);
    return wrong == NULL ? NGX_OK : NGX_ERROR;
}

ngx_int_t
ngx_slab_free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    void               *p;
    spot_t              s;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = known(pool);
    ngx_heap_intent_t  *intent;

    if (!is_cell(heap, cell)) {
        return NGX_ERROR;
    }

    p = ngx_slab_pointer(pool, *cell);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    if (!ngx_heap_likely(self != NULL && find(pool, self, p, &s))) {
        return free_from(pool, cell, p);
    }

    intent = intend(heap, self, p, cell, NGX_HEAP_FROM);
    *cell = 0;
    BYTE(pool, s.byte) = self->held;
    intent->op = 0;
    push(self->mags, &s);
    return NGX_OK;
}
