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
        ngx_heap_set_live(&call, &h, 1);
    }

    ngx_heap_leave(&call);
    return h.p;
}

/* Runs are as chunks, but it is their word that says what they are. */
static ngx_heap_apart void *
alloc_any(ngx_slab_pool_t *pool, size_t size)
{
    size_t             n = (size + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT;
    size_t             want;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_mag_t    *m;
    ngx_heap_self_t   *self = ngx_heap_known(pool);
    ngx_heap_entry_t  *e;

    if (self != NULL && size > heap->max && n - 1 < heap->nruns) {
        m = &self->mags->mag[heap->nclasses + n - 1];

        if (m->top != m->bottom) {
            m->top -= (uint32_t) sizeof(*e);
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

/* 1: it was a live run, of which the magazine has one more now. */
static int
free_run(ngx_slab_pool_t *pool, void *p)
{
    uint32_t           chunk, w, n;
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
    ngx_heap_self_t   *self = ngx_heap_known(pool);
    ngx_heap_entry_t  *e;

    if (ngx_heap_likely(self != NULL)) {
        e = ngx_heap_pop(pool, self->mags, size);

        if (ngx_heap_likely(e != NULL)) {
            NGX_HEAP_BYTE(pool, e->byte) = self->tag;
            return NGX_HEAP_CHUNK(pool, e);
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

/* Of long runs, two who free the same would both join them: one at a time. */
static ngx_heap_apart void
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
        ngx_heap_unseal(heap, p, place.size, place.class != NULL);
        ngx_heap_set_live(&call, &h, 0);
        ngx_heap_release(&call, &h);

    } else if (wrong == NULL && ngx_heap_call_lock(&call)) {
        wrong = ngx_heap_find(heap, p, &place);
        if (wrong == NULL) {
            ngx_heap_unseal(heap, p, place.size, 0);
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
    ngx_heap_found_t   f;
    ngx_heap_self_t   *self = ngx_heap_known(pool);
    ngx_heap_mags_t   *mags;

    if (ngx_heap_likely(self != NULL && ngx_heap_found(pool, self, p, &f))) {
        mags = self->mags;
        NGX_HEAP_BYTE(pool, f.byte) = self->held;
        ngx_heap_push(pool, mags, p, &f);
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
