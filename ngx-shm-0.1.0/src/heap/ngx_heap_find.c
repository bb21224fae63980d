/*
 * ngx_heap_find.c - find the chunk or run at an address, by the words of the
 * pages; and keep the spots, by which the fast path finds chunks.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

void
ngx_heap_spot_of(ngx_heap_t *heap, uint32_t page, uint32_t class,
    ngx_heap_spot_t *spot)
{
    ngx_heap_class_t  *c = ngx_heap_classes(heap) + class;

    spot->mag = (uint32_t) (offsetof(ngx_heap_mags_t, mag)
                            + class * sizeof(ngx_heap_mag_t));
    spot->start = (uint32_t) ngx_heap_offset(heap, ngx_heap_page(heap, page));
    spot->bytes = (uint32_t) ngx_heap_offset(heap,
                                             ngx_heap_bytes(heap, page, c));
    spot->inverse = c->inverse;
}

/*
 * Set last when a slab begins and cleared first when it ends, so that no spot
 * ever leads to a slab that does not exist.  mag is stored last and read first,
 * as a mag that is not 0 means that there is a slab.
 */
void
ngx_heap_set_spots(ngx_heap_t *heap, uint32_t page, uint32_t class)
{
    uint32_t                   i;
    ngx_heap_spot_t            spot;
    volatile ngx_heap_spot_t  *spots = ngx_heap_spots(heap) + page;

    ngx_heap_spot_of(heap, page, class, &spot);

    for (i = 0; i < ngx_heap_classes(heap)[class].pages; i++) {
        spots[i].start = spot.start;
        spots[i].bytes = spot.bytes;
        spots[i].inverse = spot.inverse;
        ngx_lock_publish();
        spots[i].mag = spot.mag;
    }
}

void
ngx_heap_no_spots(ngx_heap_t *heap, uint32_t page, uint32_t len)
{
    uint32_t                   i;
    volatile ngx_heap_spot_t  *spots = ngx_heap_spots(heap) + page;

    for (i = 0; i < len; i++) {
        spots[i].mag = 0;
    }
}

/* at: how far behind the first byte of the run. */
static const char *
find_run(uint32_t page, uint32_t word, size_t at, ngx_heap_place_t *place)
{
    unsigned  kind = ngx_heap_kind(word);

    if (kind == NGX_HEAP_FREE || (kind == NGX_HEAP_HELDRUN && at != 0)) {
        return "page is already free";
    }

    if (kind == NGX_HEAP_RUN && at != 0 && at < NGX_HEAP_PAGE) {
        return "pointer to wrong chunk";
    }

    /* magazines have tag 0 */
    if (kind != NGX_HEAP_HELDRUN
        && (kind != NGX_HEAP_RUN || at != 0 || ngx_heap_tag(word) == 0))
    {
        return "pointer to wrong page";
    }

    place->page = page;
    place->word = word;
    place->class = NULL;
    place->byte = NULL;
    place->size = (size_t) ngx_heap_len(word) << NGX_HEAP_SHIFT;
    return NULL;
}

/* at: how far behind the first byte of the slab. */
static const char *
find_chunk(ngx_heap_t *heap, uint32_t page, uint32_t word, size_t at,
    ngx_heap_place_t *place)
{
    uint32_t           i;
    ngx_heap_class_t  *c;

    if (at >> NGX_HEAP_SHIFT >= ngx_heap_len(word)
        || ngx_heap_tag(word) >= heap->nclasses)
    {
        return "pointer to wrong page";
    }

    c = ngx_heap_classes(heap) + ngx_heap_tag(word);
    i = (uint32_t) ((uint64_t) at * c->inverse >> 32);

    if ((size_t) i * c->size != at || i < c->first || i >= c->n) {
        return "pointer to wrong chunk";
    }

    place->page = page;
    place->word = word;
    place->class = c;
    place->byte = ngx_heap_bytes(heap, page, c) + i;
    place->size = c->size;
    return NULL;
}

const char *
ngx_heap_find(ngx_heap_t *heap, const void *p, ngx_heap_place_t *place)
{
    size_t            at = (size_t) ((uintptr_t) p
                                     - (uintptr_t) ngx_heap_page(heap, 0));
    uint32_t          page, word;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    if (at >> NGX_HEAP_SHIFT >= heap->npages) {
        return "outside of pool";
    }

    page = (uint32_t) (at >> NGX_HEAP_SHIFT);
    word = t[page].word;

    if (ngx_heap_kind(word) == NGX_HEAP_INNER) {
        if (ngx_heap_len(word) > page) {
            return "pointer to wrong page";
        }
        page -= ngx_heap_len(word);
        word = t[page].word;
    }

    at -= (size_t) page << NGX_HEAP_SHIFT;

    return ngx_heap_kind(word) == NGX_HEAP_SLAB_OF
           ? find_chunk(heap, page, word, at, place)
           : find_run(page, word, at, place);
}

const char *
ngx_heap_find_live(ngx_heap_t *heap, const void *p, ngx_heap_place_t *place)
{
    const char  *wrong = ngx_heap_find(heap, p, place);

    if (wrong != NULL) {
        return wrong;
    }

    if (place->byte == NULL) {
        return ngx_heap_kind(place->word) == NGX_HEAP_RUN
               ? NULL : "page is already free";
    }

    return ngx_heap_is_live(*place->byte) ? NULL : "chunk is already free";
}

int
ngx_heap_is_sound(ngx_heap_t *heap, uint32_t page)
{
    uint32_t           w = ngx_heap_table(heap)[page].word;
    ngx_heap_class_t  *c = ngx_heap_classes(heap) + ngx_heap_tag(w);

    if (ngx_heap_kind(w) == NGX_HEAP_INNER
        || ngx_heap_kind(w) > NGX_HEAP_SLAB_OF
        || ngx_heap_len(w) == 0 || ngx_heap_len(w) > heap->npages - page)
    {
        return 0;
    }

    return ngx_heap_kind(w) != NGX_HEAP_SLAB_OF
           || (ngx_heap_tag(w) < heap->nclasses
               && c->pages == ngx_heap_len(w));
}
