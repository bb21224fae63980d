/*
 * ngx_slab_realloc.c - realloc, and the size that a chunk may be used for.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_call.h"

size_t
ngx_slab_usable_size(ngx_slab_pool_t *pool, const void *p)
{
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_place_t   place;

    return ngx_heap_find_live(heap, p, &place) == NULL
           ? ngx_heap_asked(heap, p, place.size) : 0;
}

/* Pages grow and shrink where they are, if what follows them allows. */
static int
resize(ngx_slab_pool_t *pool, ngx_heap_place_t *place, size_t size)
{
    int          done;
    uint32_t     n, w;
    ngx_heap_t  *heap = ngx_heap_of(pool);

    if (size > (size_t) heap->npages << NGX_HEAP_SHIFT) {
        return 0;
    }

    if (place->class != NULL) {
        return size <= place->size
               && (size > place->size / 2 || place->size <= 64);
    }

    if (size <= heap->max && size <= place->size / 2) {
        return 0;
    }

    n = (uint32_t) ((size + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT);
    if (n == place->size >> NGX_HEAP_SHIFT) {
        return 1;
    }

    /* its end and its seal cannot move in one step */
    if (heap->flags & NGX_SLAB_DEBUG) {
        return 0;
    }

    if (ngx_heap_lock(heap) != 0) {
        return 0;
    }

    /* a sweep may have made it nobody's, or somebody freed it */
    w = ngx_heap_table(heap)[place->page].word;
    done = ngx_heap_kind(w) == NGX_HEAP_RUN
           && ngx_heap_len(w) == ngx_heap_len(place->word)
           && ngx_heap_run_resize(heap, place->page, n);
    ngx_heap_unlock(heap);
    return done;
}

void *
ngx_slab_realloc(ngx_slab_pool_t *pool, void *p, size_t size)
{
    void              *q;
    size_t             n;
    const char        *wrong;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_place_t   place;

    if (p == NULL) {
        return ngx_slab_alloc(pool, size);
    }

    if (size == 0) {
        ngx_slab_free(pool, p);
        return NULL;
    }

    if (!ngx_heap_admits(heap)) {
        return NULL;
    }

    wrong = ngx_heap_find_live(heap, p, &place);
    if (wrong != NULL) {
        ngx_heap_complain(heap, wrong);
        return NULL;
    }

    if (resize(pool, &place, ngx_heap_padded(heap, size))) {
        if (ngx_heap_find_live(heap, p, &place) == NULL) {
            ngx_heap_seal(heap, p, place.size, size);
        }
        return p;
    }

    q = ngx_slab_alloc(pool, size);
    if (q == NULL) {
        return NULL;
    }

    n = ngx_heap_asked(heap, p, place.size);
    memcpy(q, p, size < n ? size : n);
    ngx_slab_free(pool, p);
    return q;
}
