/*
 * ngx_heap_class.c - size classes of chunks, and the layout of their slabs.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

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

/* Small pools have no classes that need long slabs. */
uint32_t
ngx_heap_nclasses(ngx_uint_t flags, uint32_t min_shift, uint32_t npages)
{
    if (flags & NGX_SLAB_COMPAT) {
        return NGX_HEAP_SHIFT - min_shift;
    }

    return npages < 512 ? 48 : npages < 4096 ? 56 : NGX_HEAP_CLASSES;
}

/* The fewest pages that waste little; mostly one for up to 2048 bytes. */
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

/* A magazine takes no more than a 256th of the pool. */
uint32_t
ngx_heap_cap(const ngx_heap_t *heap, size_t size)
{
    uint32_t  most = heap->npages < 512 ? 16 : heap->npages < 4096 ? 32 : 64;
    size_t    cap = (size_t) heap->npages * (NGX_HEAP_PAGE / 256) / size;

    return cap > most ? most : cap < 4 ? 4 : (uint32_t) cap;
}

void
ngx_heap_classes_init(ngx_heap_t *heap, ngx_heap_class_t *c)
{
    int       compat = (heap->flags & NGX_SLAB_COMPAT) != 0;
    size_t    mags;
    uint32_t  i, stat, entries = 0;

    for (i = 0; i < heap->nclasses; i++, c++) {
        memset(c, 0, sizeof(*c));
        c->size = size_of(heap->flags, heap->min_shift, i);
        c->inverse = (uint32_t) ((((uint64_t) 1 << 32) + c->size - 1)
                                 / c->size);
        c->pages = compat ? 1 : (uint8_t) slab_pages(c->size, heap->npages);
        c->n = ((uint32_t) c->pages << NGX_HEAP_SHIFT) / c->size;
        c->first = c->size < NGX_HEAP_SMALL ? (c->n + c->size - 1) / c->size
                                            : 0;
        c->bytes = c->first != 0 ? heap->pages : heap->map;
        c->stride = c->first != 0 ? NGX_HEAP_SHIFT : NGX_HEAP_MAPSHIFT;
        entries += ngx_heap_cap(heap, c->size);

        stat = ngx_heap_log2(c->size);
        stat += (c->size & (c->size - 1)) != 0;
        c->stat = stat <= heap->min_shift
                  ? 0 : (uint8_t) (stat - heap->min_shift);
        c->list = NGX_HEAP_NONE;
        heap->nstats = c->stat + 1;
    }

    heap->max = c[-1].size;
    heap->nruns = heap->npages < 512 ? 0 : NGX_HEAP_RUNS;

    for (i = 1; i <= heap->nruns; i++) {
        entries += ngx_heap_cap(heap, (size_t) i << NGX_HEAP_SHIFT);
    }

    mags = offsetof(ngx_heap_mags_t, mag)
           + (heap->nclasses + heap->nruns) * sizeof(ngx_heap_mag_t)
           + entries * sizeof(ngx_heap_entry_t);
    heap->mags = (uint32_t) ((mags + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT);
}
