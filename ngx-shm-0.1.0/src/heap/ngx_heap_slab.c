/*
 * ngx_heap_slab.c - slabs: take chunks from them, and give chunks back.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* The list that the slab at page belongs to. */
static uint32_t *
list_of(ngx_heap_t *heap, uint32_t page, uint32_t class)
{
    ngx_heap_mags_t  *mags;

    mags = ngx_heap_mags_of(heap, ngx_heap_table(heap)[page].owner);

    return mags == NULL ? &ngx_heap_classes(heap)[class].list
                        : &mags->mag[class].list;
}

void
ngx_heap_slab_link(ngx_heap_t *heap, uint32_t page, uint32_t class)
{
    uint32_t         *list;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    /* its owner died while the slab was full */
    if (ngx_heap_mags_of(heap, t[page].owner) == NULL) {
        t[page].owner = 0;
    }

    list = list_of(heap, page, class);
    t[page].prev = NGX_HEAP_NONE;
    t[page].next = *list;

    if (*list != NGX_HEAP_NONE) {
        t[*list].prev = page;
    }

    *list = page;
}

static void
unlink_slab(ngx_heap_t *heap, uint32_t page, uint32_t class)
{
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    if (t[page].next != NGX_HEAP_NONE) {
        t[t[page].next].prev = t[page].prev;
    }

    if (t[page].prev != NGX_HEAP_NONE) {
        t[t[page].prev].next = t[page].next;

    } else {
        *list_of(heap, page, class) = t[page].next;
    }
}

/*
 * The bytes of a free page are 0, but those inside of a slab may be not; and
 * one more than there are chunks is looked at when what is left is freed.
 */
static uint32_t
new_slab(ngx_heap_t *heap, uint32_t class, uint32_t owner)
{
    uint32_t           i, page;
    ngx_heap_class_t  *c = ngx_heap_classes(heap) + class;
    ngx_heap_page_t   *t = ngx_heap_table(heap);

    page = ngx_heap_run_take(heap, c->pages,
                             ngx_heap_word(NGX_HEAP_RUN, 0, c->pages));
    if (page == NGX_HEAP_NONE) {
        return page;
    }

    if (heap->flags & NGX_SLAB_DEBUG) {     /* no old seals */
        memset(ngx_heap_page(heap, page), 0,
               (size_t) c->pages << NGX_HEAP_SHIFT);

    } else if (c->first != 0) {
        memset(ngx_heap_page(heap, page), 0, (size_t) c->first * c->size);
    }

    for (i = 1; i < c->pages; i++) {
        t[page + i].word = ngx_heap_word(NGX_HEAP_INNER, 0, i);
    }

    t[page].word = ngx_heap_word(NGX_HEAP_SLAB_OF, class, c->pages);
    ngx_heap_set_spots(heap, page, class);
    t[page].free = (uint16_t) (c->n - c->first);
    t[page].owner = (uint16_t) owner;
    ngx_heap_stats(heap)[c->stat].total += t[page].free;
    ngx_heap_slab_link(heap, page, class);
    return page;
}

static uint32_t
take_some(ngx_heap_t *heap, uint32_t page, uint32_t class, uint32_t tag,
    ngx_heap_entry_t *entry, uint32_t n)
{
    uint32_t                 i, got = 0;
    ngx_heap_page_t         *t = ngx_heap_table(heap) + page;
    ngx_heap_class_t        *c = ngx_heap_classes(heap) + class;
    volatile unsigned char  *bytes = ngx_heap_bytes(heap, page, c), *b;
    uint32_t                 first, at;

    first = (uint32_t) ngx_heap_offset(heap, bytes);
    at = (uint32_t) (ngx_heap_offset(heap, ngx_heap_page(heap, page)) / 8);

    for (i = c->first; got < n && t->free != 0; i++) {
        b = memchr((void *) (uintptr_t) (bytes + i), 0, c->n - i);
        if (b == NULL) {        /* the count is wrong */
            t->free = 0;
            heap->doubt = 1;
            break;
        }

        i = (uint32_t) (b - bytes);
        entry[got].chunk = at + i * (c->size / 8);
        entry[got++].byte = first + i;
        *b = (unsigned char) (NGX_HEAP_HELD | tag);
        t->free--;
    }

    if (t->free == 0) {
        unlink_slab(heap, page, class);
    }

    return got;
}

/* A slab without an owner; with `hard', steal from any owner. */
static uint32_t
other_slab(ngx_heap_t *heap, uint32_t class, uint32_t tag, int hard)
{
    uint32_t          i, page = ngx_heap_classes(heap)[class].list;
    uint32_t          high = heap->high < heap->nslots ? heap->high
                                                       : heap->nslots;
    ngx_heap_mags_t  *mags;

    for (i = 0; hard && page == NGX_HEAP_NONE && i < high; i++) {
        mags = ngx_heap_mags_of(heap, i + 1);
        if (mags != NULL) {
            page = mags->mag[class].list;
        }
    }

    if (page != NGX_HEAP_NONE) {
        unlink_slab(heap, page, class);
        ngx_heap_table(heap)[page].owner = (uint16_t) tag;
        ngx_heap_slab_link(heap, page, class);
    }

    return page;
}

static uint32_t
some_slab(ngx_heap_t *heap, uint32_t class, uint32_t tag, int more)
{
    int               low = ngx_heap_is_low(heap);
    uint32_t          page = NGX_HEAP_NONE;
    ngx_heap_mags_t  *mags = ngx_heap_mags_of(heap, tag);

    if (mags == NULL) {
        tag = 0;
    } else {
        page = mags->mag[class].list;
    }

    if (page == NGX_HEAP_NONE) {
        page = other_slab(heap, class, tag, low);
    }
    if (page == NGX_HEAP_NONE && !more) {
        page = new_slab(heap, class, tag);
        if (page == NGX_HEAP_NONE && !low) {
            page = other_slab(heap, class, tag, 1);
        }
    }

    return page;
}

uint32_t
ngx_heap_chunk_take(ngx_heap_t *heap, uint32_t class, uint32_t tag,
    ngx_heap_entry_t *entry, uint32_t n)
{
    uint32_t          i, page, got = 0;
    ngx_slab_stat_t  *st;

    /* each slab gives chunks or leaves its list, so the loop ends */
    for (i = 0; got < n && i < heap->npages + n; i++) {
        page = some_slab(heap, class, tag, got != 0);

        if (page == NGX_HEAP_NONE) {
            break;
        }

        got += take_some(heap, page, class, tag, entry + got, n - got);
    }

    st = ngx_heap_stats(heap) + ngx_heap_classes(heap)[class].stat;
    st->used += got;
    st->reqs += got;
    return got;
}

/* The byte first: everything else is derived from it. */
void
ngx_heap_chunk_give(ngx_heap_t *heap, ngx_heap_entry_t entry, uint32_t tag)
{
    uint32_t           page, class;
    ngx_heap_page_t   *t = ngx_heap_table(heap);
    ngx_heap_class_t  *c;
    volatile unsigned char  *byte = ngx_heap_at(heap, entry.byte);

    page = (uint32_t) (((size_t) entry.chunk * 8 - heap->pages)
                       >> NGX_HEAP_SHIFT);
    if (ngx_heap_kind(t[page].word) == NGX_HEAP_INNER) {
        page -= ngx_heap_len(t[page].word);
    }

    /* two threads freed it at once, or the pool is damaged */
    if (*byte != (NGX_HEAP_HELD | tag)
        || ngx_heap_kind(t[page].word) != NGX_HEAP_SLAB_OF)
    {
        heap->doubt = 1;
        return;
    }

    class = ngx_heap_tag(t[page].word);
    c = ngx_heap_classes(heap) + class;

    *byte = 0;
    ngx_heap_stats(heap)[c->stat].used--;

    if (t[page].free++ == 0) {
        ngx_heap_slab_link(heap, page, class);
    }

    if (t[page].free == c->n - c->first) {
        unlink_slab(heap, page, class);
        ngx_heap_stats(heap)[c->stat].total -= t[page].free;
        ngx_heap_no_spots(heap, page, c->pages);
        ngx_heap_run_give(heap, page);
    }
}
