/*
 * ngx_heap_sanitizer.c - poison chunks for AddressSanitizer and Valgrind.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sanitizer.h"

#if NGX_HEAP_SHADOW

#if NGX_HEAP_ASAN
#include <sanitizer/asan_interface.h>
#endif
#if NGX_HEAP_MEMCHECK
#include <valgrind/memcheck.h>
#endif

static size_t
size_of(ngx_heap_t *heap, uint32_t class)
{
    return class < heap->nclasses
           ? ngx_heap_classes(heap)[class].size
           : (size_t) (class - heap->nclasses + 1) << NGX_HEAP_SHIFT;
}

static void
show(const void *p, size_t size)
{
#if NGX_HEAP_ASAN
    ASAN_UNPOISON_MEMORY_REGION(p, size);
#endif
#if NGX_HEAP_MEMCHECK
    (void) VALGRIND_MAKE_MEM_DEFINED(p, size);
#endif
}

void
ngx_heap_hide(ngx_heap_t *heap, uint32_t class, ngx_heap_entry_t e)
{
    void    *p = ngx_heap_at(heap, (size_t) e.chunk * 8);
    size_t   size = size_of(heap, class);

    if (!(heap->flags & NGX_SLAB_DEBUG)) {
        return;
    }

#if NGX_HEAP_ASAN
    ASAN_POISON_MEMORY_REGION(p, size);
#endif
#if NGX_HEAP_MEMCHECK
    (void) VALGRIND_MAKE_MEM_NOACCESS(p, size);
#endif
}

void
ngx_heap_show(ngx_heap_t *heap, uint32_t class, ngx_heap_entry_t e)
{
    if (heap->flags & NGX_SLAB_DEBUG) {
        show(ngx_heap_at(heap, (size_t) e.chunk * 8), size_of(heap, class));
    }
}

/* Threads on the fast path poison nothing, nor do those without magazines. */
void
ngx_heap_show_all(const ngx_heap_self_t *self)
{
    if (self->heap != NULL && self->key == NULL && self->mags != NULL) {
        show(ngx_heap_pool(self->heap), self->size);
    }
}

#endif
