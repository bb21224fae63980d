/*
 * ngx_heap_check_slab.c - the part of ngx_slab_check() that looks at slabs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_check.h"

#define broken(k, n, what, where)  ngx_heap_broken(k, n, what, where)

/* 4, bytes of pages that are in no slab */
void
ngx_heap_check_no_bytes(ngx_heap_check_t *k, uint32_t page, uint32_t len)
{
    size_t          i;
    unsigned char  *b = ngx_heap_at(k->heap, k->heap->map
                                             + page * NGX_HEAP_MAP);

    for (i = 0; i < (size_t) len * NGX_HEAP_MAP; i++) {
        if (b[i] != 0) {
            broken(k, 4, "a chunk outside of the slabs",
                   page + (uint32_t) (i / NGX_HEAP_MAP));
            return;
        }
    }
}

/* 4, 6 */
void
ngx_heap_check_slab(ngx_heap_check_t *k, uint32_t page)
{
    uint32_t                 i, none = 0, tag;
    ngx_heap_page_t         *t = ngx_heap_table(k->heap) + page;
    uint32_t                 class = ngx_heap_tag(t->word);
    ngx_heap_class_t        *c = ngx_heap_classes(k->heap) + class;
    volatile unsigned char  *bytes = ngx_heap_bytes(k->heap, page, c);

    for (i = c->first; i < c->n; i++) {
        tag = bytes[i];

        if (tag == 0) {
            none++;
            continue;
        }

        if (k->self != NULL && tag == (NGX_HEAP_HELD | k->self->tag)) {
            k->held[class]++;
        }

        if (!ngx_heap_in_use(k->heap, tag & 0x7f)) {
            broken(k, 6, "a chunk of nobody", page);
        }
    }

    if (none == c->n - c->first) {
        broken(k, 4, "an empty slab", page);
    }

    if (none != 0 && t->owner != 0
        && ngx_heap_mags_of(k->heap, t->owner) == NULL)
    {
        broken(k, 5, "a slab that a slot without magazines owns", page);
    }

    if (none != t->free) {
        broken(k, 4, "a wrong count of free chunks", page);
    }

    k->listed[class] += none != 0;
    k->total[c->stat] += c->n - c->first;
    k->used[c->stat] += c->n - c->first - none;
}

/* 5: the length of the list of a class and owner. */
static uint32_t
check_list(ngx_heap_check_t *k, uint32_t page, uint32_t class, uint32_t owner)
{
    uint32_t          n = 0;
    ngx_heap_page_t  *t = ngx_heap_table(k->heap);

    for ( ; page < k->heap->npages && n <= k->listed[class];
         page = t[page].next)
    {
        n++;
        if (ngx_heap_kind(t[page].word) != NGX_HEAP_SLAB_OF
            || ngx_heap_tag(t[page].word) != class || t[page].free == 0
            || t[page].owner != owner)
        {
            broken(k, 5, "not a slab for the list that it is in", page);
        }
    }

    return n;
}

/* 5 */
void
ngx_heap_check_lists(ngx_heap_check_t *k)
{
    uint32_t           i, n, tag;
    ngx_heap_mags_t   *mags;
    ngx_heap_class_t  *c = ngx_heap_classes(k->heap);

    for (i = 0; i < k->heap->nclasses; i++) {
        n = check_list(k, c[i].list, i, 0);

        for (tag = 1; tag <= k->heap->nslots; tag++) {
            mags = ngx_heap_mags_of(k->heap, tag);
            if (mags != NULL) {
                n += check_list(k, mags->mag[i].list, i, tag);
            }
        }

        if (n != k->listed[i]) {
            broken(k, 5, "slabs with free chunks are not in the lists", i);
        }
    }
}

/* 10 */
void
ngx_heap_check_spots(ngx_heap_check_t *k, uint32_t page)
{
    uint32_t         i, w = ngx_heap_table(k->heap)[page].word;
    ngx_heap_spot_t  want, *spot = ngx_heap_spots(k->heap) + page;

    want.mag = 0;

    if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
        ngx_heap_spot_of(k->heap, page, ngx_heap_tag(w), &want);
    }

    for (i = 0; i < ngx_heap_len(w); i++, spot++) {
        if (spot->mag != want.mag
            || (want.mag != 0 && (spot->start != want.start
                                  || spot->bytes != want.bytes
                                  || spot->inverse != want.inverse)))
        {
            broken(k, 10, "a spot that leads elsewhere", page + i);
        }
    }
}
