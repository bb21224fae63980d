/*
 * ngx_heap_mags.c - find the magazines of a slot, and allocate them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

ngx_heap_mags_t *
ngx_heap_mags_of(ngx_heap_t *heap, uint32_t tag)
{
    uint32_t          page;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    if (tag < 1 || tag > heap->nslots) {
        return NULL;
    }

    page = ngx_heap_slots(heap)[tag - 1].mags - 1;

    return page < heap->npages
           && t[page].word == ngx_heap_word(NGX_HEAP_RUN, 0, heap->mags)
           ? ngx_heap_page(heap, page) : NULL;
}

static void
fill_in(ngx_heap_t *heap, ngx_heap_mags_t *mags)
{
    size_t             size;
    uint32_t           i, at;
    ngx_heap_mag_t    *m = mags->mag;
    ngx_heap_class_t  *c = ngx_heap_classes(heap);

    memset(&mags->none, 0, sizeof(mags->none));

    for (i = 0; i <= NGX_HEAP_QUICK / 8; i++) {
        mags->quick[i] = (uint16_t)
            (offsetof(ngx_heap_mags_t, mag)
             + ngx_heap_class(heap, i * 8) * sizeof(*m));
    }

    at = (uint32_t) offsetof(ngx_heap_mags_t, mag)
         + (heap->nclasses + heap->nruns) * (uint32_t) sizeof(*m);

    for (i = 0; i < heap->nclasses + heap->nruns; i++, m++, c++) {
        m->list = NGX_HEAP_NONE;

        if (i < heap->nclasses) {
            size = c->size;
        } else {
            size = (size_t) (i - heap->nclasses + 1) << NGX_HEAP_SHIFT;
        }

        m->top = m->bottom = at;
        m->limit = at += ngx_heap_cap(heap, size)
                         * (uint32_t) sizeof(ngx_heap_entry_t);
    }
}

/* Their run has tag 0; the slot names it when they are filled in. */
void
ngx_heap_get_mags(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    uint32_t  page;

    if (heap->mags == 0 || slot->mags != 0 || !NGX_LOCK_HAVE_WORD) {
        return;
    }

    page = ngx_heap_run_take(heap, heap->mags,
                             ngx_heap_word(NGX_HEAP_RUN, 0, heap->mags));

    if (page != NGX_HEAP_NONE) {
        fill_in(heap, ngx_heap_page(heap, page));
        slot->mags = page + 1;
    }
}
