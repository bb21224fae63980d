/*
 * ngx_heap_run.c - runs of pages: take, give back, coalesce, resize.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* The bin of a length; from 16 pages on a bin has a range of lengths. */
uint32_t
ngx_heap_bin(uint32_t len)
{
    uint32_t  b;

    if (len < 8) {
        return len;
    }

    b = ngx_heap_log2(len);
    return (b - 3) * 8 + (len >> (b - 3));
}

/* Put a free run into its bin; its last page tells where it begins. */
void
ngx_heap_insert(ngx_heap_t *heap, uint32_t page)
{
    ngx_heap_page_t  *t = ngx_heap_table(heap);
    uint32_t          len = ngx_heap_len(t[page].word);
    uint32_t          bin = ngx_heap_bin(len);

    if (len > 1) {
        t[page + len - 1].word = ngx_heap_word(NGX_HEAP_INNER, 0, len - 1);
    }

    t[page].prev = NGX_HEAP_NONE;
    t[page].next = heap->bins[bin];

    if (heap->bins[bin] != NGX_HEAP_NONE) {
        t[heap->bins[bin]].prev = page;
    }

    heap->bins[bin] = page;
    heap->bits[bin / 32] |= (uint32_t) 1 << bin % 32;
}

static void
take_out(ngx_heap_t *heap, uint32_t page)
{
    ngx_heap_page_t  *t = ngx_heap_table(heap);
    uint32_t          bin = ngx_heap_bin(ngx_heap_len(t[page].word));

    if (t[page].next != NGX_HEAP_NONE) {
        t[t[page].next].prev = t[page].prev;
    }

    if (t[page].prev != NGX_HEAP_NONE) {
        t[t[page].prev].next = t[page].next;

    } else {
        heap->bins[bin] = t[page].next;

        if (heap->bins[bin] == NGX_HEAP_NONE) {
            heap->bits[bin / 32] &= ~((uint32_t) 1 << bin % 32);
        }
    }
}

static uint32_t
lowest(uint32_t bits)
{
    return ngx_heap_log2(bits & (~bits + 1));
}

/* A free run of at least n pages.  Runs in the bin of n may be too short. */
static uint32_t
find(ngx_heap_t *heap, uint32_t n)
{
    uint32_t          i, w, page, bits, bin;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    bin = ngx_heap_bin(n);
    if (n >= 16) {
        bin = ngx_heap_bin(n + ((uint32_t) 1 << (ngx_heap_log2(n) - 3)) - 1);
    }

    bits = bin < NGX_HEAP_BINS ? ~(uint32_t) 0 << bin % 32 : 0;

    for (w = bin / 32; w < NGX_HEAP_BINS / 32; w++, bits = ~(uint32_t) 0) {
        if (heap->bits[w] & bits) {
            return heap->bins[w * 32 + lowest(heap->bits[w] & bits)];
        }
    }

    page = heap->bins[ngx_heap_bin(n)];

    for (i = 0; i < 32 && page != NGX_HEAP_NONE; i++, page = t[page].next) {
        if (ngx_heap_len(t[page].word) >= n) {
            return page;
        }
    }

    return NGX_HEAP_NONE;
}

/*
 * Cut a run of n pages at `at' out of a free one.  The words inside are stored
 * first; until the free run's own word changes they have no meaning.
 */
static void
carve(ngx_heap_t *heap, uint32_t page, uint32_t at, uint32_t n, uint32_t word)
{
    uint32_t          len, rest;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    take_out(heap, page);
    len = ngx_heap_len(t[page].word);
    rest = page + len - at - n;

    if (n > 1) {
        t[at + n - 1].word = ngx_heap_word(NGX_HEAP_INNER, 0, n - 1);
    }

    if (rest != 0) {
        t[at + n].word = ngx_heap_word(NGX_HEAP_FREE, 0, rest);
    }

    t[at].word = word;

    if (at != page) {
        t[page].word = ngx_heap_word(NGX_HEAP_FREE, 0, at - page);
        ngx_heap_insert(heap, page);
    }

    if (rest != 0) {
        ngx_heap_insert(heap, at + n);
    }

    ngx_heap_pool(heap)->pfree -= n;
}

int
ngx_heap_is_low(ngx_heap_t *heap)
{
    return ngx_heap_pool(heap)->pfree < heap->npages / 16;
}

uint32_t
ngx_heap_run_take(ngx_heap_t *heap, uint32_t n, uint32_t word)
{
    uint32_t  page = find(heap, n);

    if (page != NGX_HEAP_NONE) {
        carve(heap, page, page, n, word);
    }

    return page;
}

/* align: in pages, of the address in this process. */
uint32_t
ngx_heap_run_aligned(ngx_heap_t *heap, uint32_t n, uint32_t align,
    uint32_t word)
{
    uint32_t   page;
    uintptr_t  first = (uintptr_t) ngx_heap_page(heap, 0) >> NGX_HEAP_SHIFT;
    uintptr_t  at;

    if (align > heap->npages || n > heap->npages) {
        return NGX_HEAP_NONE;
    }

    page = find(heap, n + align - 1);

    if (page == NGX_HEAP_NONE) {
        return page;
    }

    at = ngx_align(first + page, (uintptr_t) align) - first;
    carve(heap, page, (uint32_t) at, n, word);
    return (uint32_t) at;
}

/* The free run that ends before page. */
static uint32_t
left_of(ngx_heap_t *heap, uint32_t page)
{
    uint32_t          w, first;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    if (page == 0) {
        return NGX_HEAP_NONE;
    }

    w = t[page - 1].word;
    first = page - 1;

    if (ngx_heap_kind(w) == NGX_HEAP_INNER) {
        if (ngx_heap_len(w) > first) {
            return NGX_HEAP_NONE;
        }
        first -= ngx_heap_len(w);
    }

    return ngx_heap_kind(t[first].word) == NGX_HEAP_FREE
           ? first : NGX_HEAP_NONE;
}

/* The free run that begins at page; page may be beyond the end. */
static uint32_t
free_at(ngx_heap_t *heap, uint32_t page)
{
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    return page < heap->npages
           && ngx_heap_kind(t[page].word) == NGX_HEAP_FREE
           ? page : NGX_HEAP_NONE;
}

/* One store frees the run and coalesces it with its free neighbours. */
void
ngx_heap_run_give(ngx_heap_t *heap, uint32_t page)
{
    uint32_t          len, left, right, first = page;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    len = ngx_heap_len(t[page].word);
    left = left_of(heap, page);
    right = free_at(heap, page + len);

    ngx_heap_pool(heap)->pfree += len;

    if (right != NGX_HEAP_NONE) {
        take_out(heap, right);
        len += ngx_heap_len(t[right].word);
    }

    if (left != NGX_HEAP_NONE) {
        take_out(heap, left);
        len += ngx_heap_len(t[left].word);
        first = left;
    }

    t[first].word = ngx_heap_word(NGX_HEAP_FREE, 0, len);

    if (left != NGX_HEAP_NONE) {
        t[page].word = NGX_HEAP_INNER;
    }

    if (right != NGX_HEAP_NONE) {
        t[right].word = NGX_HEAP_INNER;
    }

    ngx_heap_insert(heap, first);
}

void
ngx_heap_held_give(ngx_heap_t *heap, uint32_t page, uint32_t tag)
{
    uint32_t  w = ngx_heap_table(heap)[page].word;

    /* else two threads freed it at once, or the pool is damaged */
    if (w == ngx_heap_word(NGX_HEAP_HELDRUN, tag, ngx_heap_len(w))) {
        ngx_heap_run_give(heap, page);
    } else {
        heap->doubt = 1;
    }
}

int
ngx_heap_run_resize(ngx_heap_t *heap, uint32_t page, uint32_t n)
{
    ngx_heap_page_t  *t = ngx_heap_table(heap);
    uint32_t          w = t[page].word;
    uint32_t          len = ngx_heap_len(w), rest = len, right;

    right = free_at(heap, page + len);

    if (right != NGX_HEAP_NONE) {
        rest += ngx_heap_len(t[right].word);
    }

    if (n > rest) {
        return 0;
    }

    if (right != NGX_HEAP_NONE) {
        take_out(heap, right);
    }

    rest -= n;
    if (rest != 0) {
        t[page + n].word = ngx_heap_word(NGX_HEAP_FREE, 0, rest);
    }

    t[page].word = ngx_heap_word(ngx_heap_kind(w), ngx_heap_tag(w), n);

    /* only now: until then these words may begin a run */
    if (right != NGX_HEAP_NONE && right != page + n) {
        t[right].word = NGX_HEAP_INNER;
    }
    if (n > 1) {
        t[page + n - 1].word = ngx_heap_word(NGX_HEAP_INNER, 0, n - 1);
    }
    if (rest != 0) {
        ngx_heap_insert(heap, page + n);
    }

    ngx_heap_pool(heap)->pfree += len;
    ngx_heap_pool(heap)->pfree -= n;
    return 1;
}
