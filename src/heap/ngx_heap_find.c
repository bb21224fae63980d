/*
 * ngx_heap_find.c - where a pointer leads: by the words of the pages, or by the
 * spots, which tell the same in one look.
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
 * Last when a slab begins, first when it ends, so that no spot ever leads to a
 * slab that is not there.  mag is stored last and read first, for it says that
 * there is a slab.
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

const char *
ngx_heap_find(ngx_heap_t *heap, const void *p, ngx_heap_place_t *place)
{
    size_t             off = (size_t) ((uintptr_t) p
                                       - (uintptr_t) ngx_heap_page(heap, 0));
    uint32_t           page, w, back = 0, i, at;
    ngx_heap_page_t   *t = ngx_heap_table(heap);
    ngx_heap_class_t  *c;

    if (off >> NGX_HEAP_SHIFT >= heap->npages) {
        return "outside of pool";
    }

    page = (uint32_t) (off >> NGX_HEAP_SHIFT);
    w = t[page].word;

    if (ngx_heap_kind(w) == NGX_HEAP_INNER) {
        back = ngx_heap_len(w);
        if (back > page) {
            return "pointer to wrong page";
        }
        page -= back;
        w = t[page].word;
    }

    place->page = page;
    place->word = w;
    place->class = NULL;
    place->byte = NULL;
    place->size = (size_t) ngx_heap_len(w) << NGX_HEAP_SHIFT;

    switch (ngx_heap_kind(w)) {

    case NGX_HEAP_FREE:
        return "page is already free";

    case NGX_HEAP_RUN:
        if (back == 0 && off & (NGX_HEAP_PAGE - 1)) {
            return "pointer to wrong chunk";
        }
        return back != 0 || ngx_heap_tag(w) == 0 ? "pointer to wrong page"
                                                 : NULL;
    case NGX_HEAP_SLAB_OF:
        break;

    default:
        return ngx_heap_kind(w) == NGX_HEAP_HELDRUN ? "page is already free"
                                                    : "pointer to wrong page";
    }

    if (back >= ngx_heap_len(w) || ngx_heap_tag(w) >= heap->nclasses) {
        return "pointer to wrong page";
    }

    c = ngx_heap_classes(heap) + ngx_heap_tag(w);
    at = (uint32_t) (off & (NGX_HEAP_PAGE - 1)) + (back << NGX_HEAP_SHIFT);
    i = (uint32_t) ((uint64_t) at * c->inverse >> 32);

    if (i * c->size != at || i < c->first || i >= c->n) {
        return "pointer to wrong chunk";
    }

    place->class = c;
    place->size = c->size;
    place->byte = ngx_heap_bytes(heap, page, c) + i;

    return *place->byte == 0 || *place->byte & NGX_HEAP_HELD
           ? "chunk is already free" : NULL;
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
