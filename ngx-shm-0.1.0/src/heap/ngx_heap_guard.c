/*
 * ngx_heap_guard.c - pages that nobody may touch, around the pages of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <sys/mman.h>
#include <unistd.h>

/*
 * Guards of a pool of NGX_SLAB_DEBUG: pages that nobody may touch, before the
 * first page and behind the last.  They stop accesses that run out of the pages
 * or into the tables.
 *
 * There is none behind each run, as protection is per process: if others freed
 * the run and its guard and allocated them anew, the guard would be inside
 * another process's live run.
 */

size_t
ngx_heap_guard_room(ngx_uint_t flags)
{
    size_t  page = ngx_heap_guard_size(flags);

    /* wherever it begins, one whole page of the system is in it */
    return page == 0 ? 0 : 2 * page - NGX_HEAP_PAGE;
}

ngx_uint_t
ngx_heap_guard_flags(void)
{
    long        page = sysconf(_SC_PAGESIZE);
    ngx_uint_t  shift = NGX_HEAP_SHIFT;

    while (shift < NGX_HEAP_GUARD_MOST && 1L << shift < page) {
        shift++;
    }

    return shift << NGX_HEAP_GUARD_SHIFT;
}

/* Where the kernel refuses (huge pages), there are no guards. */
static void
protect(const void *addr, size_t from, size_t to, size_t page, int how)
{
    uintptr_t  first = ngx_align((uintptr_t) addr + from, page);
    uintptr_t  last = ((uintptr_t) addr + to) & ~(uintptr_t) (page - 1);

    if (first < last) {
        (void) mprotect((void *) first, last - first, how);
    }
}

static size_t
end_of_tables(const ngx_heap_t *heap)
{
    return heap->map + (size_t) heap->npages * NGX_HEAP_MAP;
}

static size_t
end_of_pages(const ngx_heap_t *heap)
{
    return heap->pages + ((size_t) heap->npages << NGX_HEAP_SHIFT);
}

void
ngx_heap_guard(ngx_heap_t *heap)
{
    void    *pool = ngx_heap_pool(heap);
    size_t   page = ngx_heap_guard_size(heap->flags);

    if (page != 0) {
        protect(pool, end_of_tables(heap), heap->pages, page, PROT_NONE);
        protect(pool, end_of_pages(heap), (size_t) heap->size, page,
                PROT_NONE);
    }
}

/* The pool that was here before may be damaged. */
void
ngx_heap_unguard(ngx_heap_t *heap, size_t size)
{
    size_t  page = ngx_heap_guard_size(heap->flags);

    if (page != 0) {
        protect(ngx_heap_pool(heap), 0, size, page, PROT_READ|PROT_WRITE);
    }
}

size_t
ngx_heap_readable(const ngx_heap_t *heap, uint64_t off)
{
    if (off < end_of_tables(heap)) {
        return end_of_tables(heap) - (size_t) off;
    }

    if (off >= heap->pages && off < end_of_pages(heap)) {
        return end_of_pages(heap) - (size_t) off;
    }

    return 0;
}
