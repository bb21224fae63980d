/*
 * ngx_slab.c - nginx's calls: alloc, calloc, free.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"

static ngx_heap_seldom void *
alloc(ngx_slab_pool_t *pool, size_t want, size_t size, uint32_t class,
    size_t align)
{
    ngx_heap_call_t  call;
    ngx_heap_hold_t  h;

    if (!ngx_heap_enter(&call, pool)) {
        return NULL;
    }

    if (!ngx_heap_obtain(&call, size, class, align, &h)) {
        h.p = NULL;
    } else {
        ngx_heap_seal_held(call.heap, &h, want);
        ngx_heap_set_live(&call, &h);
    }

    ngx_heap_leave(&call);
    return h.p;
}

/* All but the fast path of chunks.  Runs are cached, too; their word is the
 * state. */
static ngx_heap_apart void *
alloc_any(ngx_slab_pool_t *pool, ngx_heap_self_t *self, size_t size)
{
    size_t             n = (size + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT;
    size_t             want;
    void              *p;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_mag_t    *m;
    ngx_heap_entry_t  *e;

    p = ngx_heap_common_alloc(pool, self, size);
    if (p != NULL) {
        return p;
    }

    if (ngx_heap_is_short(pool, self) && size > heap->max
        && n - 1 < heap->nruns)
    {
        m = &self->mags->mag[heap->nclasses + n - 1];

        if (m->top != m->bottom) {
            NGX_HEAP_SET(m->top, m->top - sizeof(*e));
            e = ngx_heap_entries(self->mags, m->top);
            ngx_heap_word_of(heap, e->chunk) =
                ngx_heap_word(NGX_HEAP_RUN, self->tag, n);
            return NGX_HEAP_CHUNK(pool, e);
        }
    }

    want = size;
    size = ngx_heap_padded(heap, size);
    return alloc(pool, want, size, ngx_heap_class_of(heap, size), 1);
}

/* 1: it was a live run, and is in a magazine now. */
static int
free_run(ngx_slab_pool_t *pool, void *p)
{
    uint32_t           chunk, w, n, held;
    volatile uint32_t *word;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_mag_t    *m;
    ngx_heap_self_t   *self = ngx_heap_known(pool);
    ngx_heap_entry_t  *e;

    if (self == NULL || (uintptr_t) p % NGX_HEAP_PAGE != 0
        || ngx_heap_offset(heap, p) - heap->pages
           >= (size_t) heap->npages << NGX_HEAP_SHIFT)
    {
        return 0;
    }

    chunk = (uint32_t) (ngx_heap_offset(heap, p) >> 3);
    word = &ngx_heap_word_of(heap, chunk);
    w = *word;
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

    e = ngx_heap_entries(self->mags, m->top);
    NGX_HEAP_SET(e->chunk, chunk);
    NGX_HEAP_SET(e->byte, 0);
    held = ngx_heap_word(NGX_HEAP_HELDRUN, self->tag, n);

    if (ngx_heap_tag(w) == self->tag) {
        *word = held;
    } else if (!ngx_heap_cas(word, w, held)) {
        return 0;
    }

    NGX_HEAP_SET(m->top, m->top + sizeof(*e));
    return 1;
}

void *
ngx_slab_alloc(ngx_slab_pool_t *pool, size_t size)
{
    ngx_heap_self_t   *self = ngx_heap_self_of(pool);
    ngx_heap_entry_t  *e;

    if (ngx_heap_likely(ngx_heap_is_short(pool, self))) {
        e = ngx_heap_pop(pool, self->mags, size);

        if (ngx_heap_likely(e != NULL)) {
            NGX_HEAP_BYTE(pool, e->byte) = self->tag;
            return NGX_HEAP_CHUNK(pool, e);
        }
    }

    return alloc_any(pool, self, size);
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

/* The least class whose chunks are all aligned, or whole pages. */
void *
ngx_slab_alloc_aligned(ngx_slab_pool_t *pool, size_t align, size_t size)
{
    size_t             want = size;
    uint32_t           class;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_class_t  *c = ngx_heap_classes(heap);

    if (align == 0 || (align & (align - 1)) != 0) {
        return NULL;
    }

    size = ngx_heap_padded(heap, size);

    if (align > NGX_HEAP_PAGE) {
        return alloc(pool, want, size, NGX_HEAP_NONE, align);
    }

    for (class = ngx_heap_class_of(heap, size); class < heap->nclasses;
         class++)
    {
        if (c[class].size % align == 0) {
            break;
        }
    }

    return alloc(pool, want, size, class, 1);
}

/* 1: it was a live chunk of another slot, and is in a magazine now. */
static int
free_others(ngx_slab_pool_t *pool, void *p)
{
    unsigned           b;
    ngx_heap_found_t   f;
    ngx_heap_self_t   *self = ngx_heap_known(pool);
    ngx_heap_entry_t  *e;

    if (self == NULL || !ngx_heap_found(pool, self, p, &f, 1)) {
        return 0;
    }

    e = ngx_heap_entries(self->mags, f.top);
    NGX_HEAP_SET(e->chunk, ((uintptr_t) p - (uintptr_t) pool) >> 3);
    NGX_HEAP_SET(e->byte, f.byte);
    b = NGX_HEAP_BYTE(pool, f.byte);

    if (!ngx_heap_is_live(b)
        || !ngx_heap_cas(&NGX_HEAP_BYTE(pool, f.byte), (unsigned char) b,
                         self->held))
    {
        return 0;
    }

    ngx_heap_keep(&f);
    return 1;
}

static ngx_heap_apart void
free_any(ngx_slab_pool_t *pool, ngx_heap_self_t *self, void *p)
{
    const char       *wrong;
    ngx_heap_call_t   call;

    if (ngx_heap_common_free(pool, self, p) || free_others(pool, p)
        || free_run(pool, p)
        || !ngx_heap_enter(&call, pool))
    {
        return;
    }

    wrong = ngx_heap_free(&call, p);

    if (wrong != NULL) {
        ngx_heap_complain(call.heap, wrong);
    }

    ngx_heap_leave(&call);
}

void
ngx_slab_free(ngx_slab_pool_t *pool, void *p)
{
    ngx_heap_found_t   f;
    ngx_heap_self_t   *self = ngx_heap_self_of(pool);

    if (ngx_heap_likely(ngx_heap_is_short(pool, self)
                        && ngx_heap_found(pool, self, p, &f, 0))) {
        ngx_heap_hold(pool, self, p, &f);
        ngx_heap_keep(&f);
        return;
    }

    free_any(pool, self, p);
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
