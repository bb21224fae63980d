/*
 * ngx_heap_layout.c - compute the layout of a pool from its size and flags, and
 * check a header against it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* Offsets in a magazine have 32 bits: memory above 4 GiB stays unused. */
#define MOST  (((uint64_t) 1 << 32) - NGX_HEAP_PAGE)

#define FORMAT  ((uint32_t) sizeof(void *) << 24 | 0x010203)

/* Where 64 bits need not be aligned, the lock still must be. */
typedef char  heap_lock_is_aligned[offsetof(ngx_heap_t, lock) % 8 == 0
                                   ? 1 : -1];
/* Else two processes would write to the same cache line. */
typedef char  heap_slot_is_a_line[sizeof(ngx_heap_slot_t) % 64 == 0 ? 1 : -1];

/* The most pages that size bytes can touch. */
static size_t
spots(uint64_t size)
{
    return (size_t) (size >> NGX_HEAP_SHIFT) + 2;
}

static uint64_t
table_end(ngx_heap_t *heap, uint32_t npages)
{
    heap->npages = npages;
    heap->nclasses = ngx_heap_nclasses(heap->flags, heap->min_shift, npages);
    heap->nslots = npages / 8;
    heap->nslots = heap->nslots < 4 ? 4
                   : heap->nslots > NGX_HEAP_SLOTS ? NGX_HEAP_SLOTS
                   : heap->nslots;

    if (heap->flags & NGX_HEAP_NO_SLOTS) {
        heap->nslots = 1;
    }

    /* so small a pool has no magazines, and slot 0 no lock of its own */
    heap->classes = (uint32_t) (NGX_HEAP_AT + (npages < 16
                    ? offsetof(ngx_heap_t, common) : sizeof(ngx_heap_t)));
    heap->stats = (uint32_t) ngx_align(heap->classes + heap->nclasses
                                       * sizeof(ngx_heap_class_t), 64);
    heap->slots = (uint32_t) ngx_align(heap->stats
                                       + 16 * sizeof(ngx_slab_stat_t), 64);
    heap->table = (uint32_t) ngx_align(heap->slots + heap->nslots
                                       * sizeof(ngx_heap_slot_t), 64);
    heap->spots = heap->table + npages * (uint32_t) sizeof(ngx_heap_page_t);
    heap->map = (uint32_t) ngx_align(heap->spots + spots(heap->size)
                                     * sizeof(ngx_heap_spot_t), 64);

    return heap->map + (uint64_t) npages * NGX_HEAP_MAP;
}

ngx_int_t
ngx_heap_layout(ngx_heap_t *heap, ngx_heap_class_t *classes, const void *addr,
    uint64_t size, ngx_uint_t flags, size_t min_shift)
{
    size_t    room = ngx_heap_guard_room(flags);
    uint32_t  n;
    uint64_t  end;

    memset(heap, 0, sizeof(*heap));
    size = size > MOST ? MOST : size;

    heap->magic = NGX_HEAP_MAGIC;
    heap->version = NGX_HEAP_VERSION;
    heap->format = FORMAT;
    heap->size = size;
    heap->flags = (uint32_t) flags;
    heap->min_shift = (uint32_t) min_shift;
    heap->align = (uint32_t) ((uintptr_t) addr & (NGX_HEAP_PAGE - 1));

    for (n = (uint32_t) (size / (NGX_HEAP_PAGE + NGX_HEAP_MAP
                                 + sizeof(ngx_heap_page_t)
                                 + sizeof(ngx_heap_spot_t)));
         n > 0; n--)
    {
        end = table_end(heap, n);
        end = ngx_align(end + heap->align, (uint64_t) NGX_HEAP_PAGE)
              - heap->align + room;

        if (end + ((uint64_t) n << NGX_HEAP_SHIFT) + room <= size) {
            heap->pages = (uint32_t) end;
            ngx_heap_classes_init(heap, classes);

            if (flags & (NGX_SLAB_UNCACHED|NGX_HEAP_NO_SLOTS)
                || heap->npages < 16 * heap->mags)
            {
                heap->mags = 0;
            }
            return NGX_OK;
        }
    }

    return NGX_ERROR;
}

static int
same_classes(const ngx_heap_class_t *a, const ngx_heap_class_t *b, uint32_t n)
{
    for ( ; n > 0; n--, a++, b++) {
        if (memcmp(a, b, offsetof(ngx_heap_class_t, list)) != 0) {
            return 0;
        }
    }

    return 1;
}

/* A guard is as large as a page of the system that the pool was made on. */
static int
are_flags(uint32_t flags)
{
    uint32_t  guard = flags >> NGX_HEAP_GUARD_SHIFT;

    if (guard != 0 && (guard < NGX_HEAP_SHIFT || guard > NGX_HEAP_GUARD_MOST
                       || !(flags & NGX_SLAB_DEBUG)))
    {
        return 0;
    }

    return (flags & ((1u << NGX_HEAP_GUARD_SHIFT) - 1))
           <= (NGX_HEAP_FLAGS|NGX_HEAP_NO_SLOTS);
}

const char *
ngx_heap_unfit(const void *addr, size_t size, int *err)
{
    ngx_heap_t         want;
    ngx_heap_class_t   classes[NGX_HEAP_CLASSES];
    ngx_heap_t        *heap = ngx_heap_of((uintptr_t) addr);

    *err = EINVAL;

    if (size < NGX_HEAP_AT + sizeof(ngx_heap_t)
        || heap->magic != NGX_HEAP_MAGIC)
    {
        return "there is no pool";
    }

    if (heap->version != NGX_HEAP_VERSION || heap->format != FORMAT) {
        *err = EXDEV;
        return "the pool is from another version or machine";
    }

    if (heap->size > size || heap->min_shift < 3 || heap->min_shift > 11
        || !are_flags(heap->flags)
        || ngx_heap_layout(&want, classes, addr, heap->size, heap->flags,
                           heap->min_shift) != NGX_OK)
    {
        return "the pool's header is damaged";
    }

    want.id = heap->id;

    if (memcmp(heap, &want, offsetof(ngx_heap_t, epoch)) != 0
        || !same_classes(classes, ngx_heap_classes(heap),
                         want.nclasses))
    {
        return "the pool's header is damaged, or it is mapped at an address"
               " that is aligned in another way";
    }

    return NULL;
}
