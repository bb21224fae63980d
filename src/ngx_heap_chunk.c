#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* Eight sizes per doubling, so that at most a ninth is lost to rounding. */
static uint32_t
size_of(ngx_uint_t flags, uint32_t min_shift, uint32_t i)
{
    if (flags & NGX_SLAB_COMPAT) {
        return (uint32_t) 1 << (min_shift + i);
    }

    return i < 8 ? (i + 1) * 8 : (i % 8 + 9) << (i / 8 + 2);
}

/* Long slabs are for pools that have room for some of each class. */
uint32_t
ngx_heap_nclasses(ngx_uint_t flags, uint32_t min_shift, uint32_t npages)
{
    if (flags & NGX_SLAB_COMPAT) {
        return NGX_HEAP_SHIFT - min_shift;
    }

    return npages < 512 ? 48 : npages < 4096 ? 56 : NGX_HEAP_CLASSES;
}

/* As few pages as lose the least; up to 2048 bytes often one. */
static uint32_t
slab_pages(uint32_t size, uint32_t npages)
{
    uint32_t  k, lost, best = 1, least = 0xffffffffu, most;

    most = npages < 512 ? 1 : npages < 4096 ? 5 : NGX_HEAP_SLAB;

    for (k = (size + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT; k <= most; k++) {
        lost = (uint32_t) ((k << NGX_HEAP_SHIFT) % size * 1024
                           / (k << NGX_HEAP_SHIFT));

        if (least != 0xffffffffu && lost + 32 >= least) {
            continue;       /* not worth the pages */
        }

        best = k;
        least = lost;
    }

    return best;
}

void
ngx_heap_classes_init(ngx_heap_t *heap, ngx_heap_class_t *c)
{
    int                compat = (heap->flags & NGX_SLAB_COMPAT) != 0;
    uint32_t           i, entries, stat;

    entries = heap->nclasses * (uint32_t) sizeof(ngx_heap_mag_t);

    for (i = 0; i < heap->nclasses; i++, c++) {
        c->size = size_of(heap->flags, heap->min_shift, i);
        c->inverse = (uint32_t) ((((uint64_t) 1 << 32) + c->size - 1)
                                 / c->size);
        c->pages = compat ? 1 : slab_pages(c->size, heap->npages);
        c->n = (c->pages << NGX_HEAP_SHIFT) / c->size;
        c->first = c->size < NGX_HEAP_SMALL ? (c->n + c->size - 1) / c->size
                                            : 0;
        c->cap = 16384 / c->size;
        c->cap = c->cap > NGX_HEAP_BATCH ? NGX_HEAP_BATCH
                                         : c->cap < 4 ? 4 : c->cap;
        c->entries = entries;
        entries += c->cap * (uint32_t) sizeof(ngx_heap_entry_t);

        c->bytes = c->first != 0 ? heap->pages : heap->map;
        c->stride = c->first != 0 ? NGX_HEAP_SHIFT : NGX_HEAP_MAPSHIFT;

        stat = ngx_heap_log2(c->size);
        stat += (c->size & (c->size - 1)) != 0;
        c->stat = stat <= heap->min_shift ? 0 : stat - heap->min_shift;
        c->list = NGX_HEAP_NONE;
        heap->nstats = c->stat + 1;
    }

    heap->max = c[-1].size;
    heap->mags = (uint32_t) ((entries + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT);
}

void
ngx_heap_slab_link(ngx_heap_t *heap, uint32_t page, ngx_heap_class_t *c)
{
    ngx_slab_page_t  *t = ngx_heap_table(heap);

    t[page].prev = NGX_HEAP_NONE;
    t[page].next = c->list;

    if (c->list != NGX_HEAP_NONE) {
        t[c->list].prev = page;
    }

    c->list = page;
}

void
ngx_heap_slab_unlink(ngx_heap_t *heap, uint32_t page, ngx_heap_class_t *c)
{
    ngx_slab_page_t  *t = ngx_heap_table(heap);

    if (t[page].next != NGX_HEAP_NONE) {
        t[t[page].next].prev = t[page].prev;
    }

    if (t[page].prev != NGX_HEAP_NONE) {
        t[t[page].prev].next = t[page].next;

    } else {
        c->list = t[page].next;
    }
}

/* The bytes of a free page are 0, but those inside of a slab may be not. */
static uint32_t
new_slab(ngx_heap_t *heap, uint32_t class)
{
    uint32_t           page;
    ngx_heap_class_t  *c = ngx_heap_classes(heap) + class;
    ngx_slab_page_t   *t = ngx_heap_table(heap);

    page = ngx_heap_run_take(heap, c->pages,
                             ngx_heap_word(NGX_HEAP_HELDRUN, 1, c->pages));
    if (page == NGX_HEAP_NONE) {
        return page;
    }

    if (c->first != 0) {
        memset(ngx_heap_page(heap, page), 0, c->n);
    }

    for (t[page].free = 1; t[page].free < c->pages; t[page].free++) {
        t[page + t[page].free].word =
            ngx_heap_word(NGX_HEAP_INNER, 0, t[page].free);
    }

    t[page].word = ngx_heap_word(NGX_HEAP_SLAB_OF, class, c->pages);
    t[page].free = c->n - c->first;
    ngx_heap_stats(heap)[c->stat].total += t[page].free;
    ngx_heap_slab_link(heap, page, c);
    return page;
}

static uint32_t
take_some(ngx_heap_t *heap, uint32_t page, ngx_heap_class_t *c, uint32_t tag,
    ngx_heap_entry_t *entry, uint32_t n)
{
    uint32_t                 i, got = 0;
    ngx_slab_page_t         *t = ngx_heap_table(heap) + page;
    volatile unsigned char  *bytes = ngx_heap_bytes(heap, page, c), *b;
    unsigned char           *pool = ngx_heap_at(heap, 0);
    uint32_t                 at = (uint32_t) ((unsigned char *)
                                       ngx_heap_page(heap, page) - pool) / 8;

    for (i = c->first; got < n && t->free != 0; i++) {
        b = memchr((void *) (uintptr_t) (bytes + i), 0, c->n - i);
        if (b == NULL) {
            break;
        }

        i = (uint32_t) (b - bytes);
        entry[got].chunk = at + i * (c->size / 8);
        entry[got].byte = (uint32_t) ((unsigned char *) (uintptr_t) b - pool);
        got++;

        *b = (unsigned char) (NGX_HEAP_HELD | tag);
        t->free--;
    }

    if (t->free == 0) {
        ngx_heap_slab_unlink(heap, page, c);
    }

    return got;
}

uint32_t
ngx_heap_chunk_take(ngx_heap_t *heap, uint32_t class, uint32_t tag,
    ngx_heap_entry_t *entry, uint32_t n)
{
    uint32_t           page, got = 0;
    ngx_heap_class_t  *c = ngx_heap_classes(heap) + class;

    while (got < n) {
        page = c->list;

        if (page == NGX_HEAP_NONE && got == 0) {
            page = new_slab(heap, class);
        }

        if (page == NGX_HEAP_NONE) {
            break;
        }

        got += take_some(heap, page, c, tag, entry + got, n - got);
    }

    ngx_heap_stats(heap)[c->stat].used += got;
    ngx_heap_stats(heap)[c->stat].reqs += got;
    return got;
}

/* Its byte first; the rest follows from it. */
void
ngx_heap_chunk_give(ngx_heap_t *heap, ngx_heap_entry_t entry)
{
    uint32_t           page;
    ngx_slab_page_t   *t = ngx_heap_table(heap);
    ngx_heap_class_t  *c;

    page = (uint32_t) (((size_t) entry.chunk * 8 - heap->pages)
                       >> NGX_HEAP_SHIFT);
    if (ngx_heap_kind(t[page].word) == NGX_HEAP_INNER) {
        page -= ngx_heap_len(t[page].word);
    }

    c = ngx_heap_classes(heap) + ngx_heap_tag(t[page].word);

    *(volatile unsigned char *) ngx_heap_at(heap, entry.byte) = 0;
    ngx_heap_stats(heap)[c->stat].used--;

    if (t[page].free++ == 0) {
        ngx_heap_slab_link(heap, page, c);
    }

    if (t[page].free == c->n - c->first) {
        ngx_heap_slab_unlink(heap, page, c);
        ngx_heap_stats(heap)[c->stat].total -= t[page].free;
        ngx_heap_run_give(heap, page);
    }
}

const char *
ngx_heap_find(ngx_heap_t *heap, const void *p, ngx_heap_place_t *place)
{
    size_t             off = (size_t) ((uintptr_t) p
                                       - (uintptr_t) ngx_heap_page(heap, 0));
    uint32_t           page, w, back = 0, i, at;
    ngx_slab_page_t   *t = ngx_heap_table(heap);
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
