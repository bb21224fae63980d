/*
 * ngx_heap_create.c - make a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_shm_log.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static uint64_t
new_id(const void *addr)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    return ((uint64_t) ts.tv_sec << 30 ^ (uint64_t) ts.tv_nsec
            ^ (uint64_t) getpid() << 44 ^ (uint64_t) (uintptr_t) addr << 8) | 1;
}

/* Fields that nginx's modules read: see ngx_slab_page_t in ngx_slab.h. */
static void
set_lists(ngx_slab_pool_t *pool, void *table, size_t npages)
{
    void  *entry = &pool->pfree;

    pool->pages = table;
    pool->last = pool->pages + npages;
    pool->free.slab = 0;
    pool->free.next = entry;
    pool->free.prev = (uintptr_t) entry;
    pool->pfree_next = &pool->free;
    pool->pfree_prev = (uintptr_t) &pool->free;
}

/* The memory is zeroed or was a pool before; the magic is stored last. */
static int
build(ngx_slab_pool_t *pool, const ngx_heap_t *layout,
    const ngx_heap_class_t *classes, const char *kind, const char *file)
{
    int               rc;
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_page_t  *t;

    if (heap->id != 0) {
        ngx_heap_unguard(heap, (size_t) layout->size);
        *(volatile uint64_t *) &heap->magic = 0;
        memset(heap, 0, layout->pages - NGX_HEAP_AT);
    }

    memcpy(heap, layout, offsetof(ngx_heap_t, epoch));
    *(volatile uint64_t *) &heap->magic = 0;
    heap->id = new_id(pool);

    memcpy(ngx_heap_classes(heap), classes,
           heap->nclasses * sizeof(ngx_heap_class_t));
    memset(heap->bins, 0xff, sizeof(heap->bins));

    rc = ngx_lock_init(&heap->lock, kind, file);
    if (rc == 0 && heap->mags != 0) {
        rc = ngx_lock_init(&heap->common, NULL, NULL);
    }
    if (rc != 0) {
        return rc;
    }

#if NGX_LOCK_HAVE_WORD
    (void) ngx_lock_me();
    heap->ns = ngx_lock_self.ns;
    heap->boot = ngx_lock_boot();
#endif

    t = ngx_heap_table(heap);
    t[0].word = ngx_heap_word(NGX_HEAP_FREE, 0, heap->npages);
    ngx_heap_insert(heap, 0);

    pool->min_size = (size_t) 1 << heap->min_shift;
    set_lists(pool, t, heap->npages);
    pool->stats = ngx_heap_stats(heap);
    pool->pfree = heap->npages;
    pool->start = ngx_heap_page(heap, 0);
    pool->log_ctx = &pool->zero;
    pool->zero = '\0';
    pool->log_nomem = 1;

    ngx_heap_guard(heap);
    ngx_lock_publish();
    *(volatile uint64_t *) &heap->magic = NGX_HEAP_MAGIC;
    return 0;
}

void
ngx_slab_sizes_init(void)
{
}

void
ngx_slab_init(ngx_slab_pool_t *pool)
{
    int               rc = ENOMEM;
    size_t            size = (size_t) (pool->end - (unsigned char *) pool);
    ngx_heap_t        layout;
    ngx_heap_class_t  classes[NGX_HEAP_CLASSES];

    pool->log_ctx = &pool->zero;
    pool->log_nomem = 1;

    if (pool->min_shift < 3 || pool->min_shift > NGX_HEAP_SHIFT - 1) {
        rc = EINVAL;

    } else if (ngx_heap_layout(&layout, classes, pool, size, NGX_SLAB_COMPAT,
                               pool->min_shift) == NGX_OK)
    {
        rc = build(pool, &layout, classes, NULL, NULL);
    }

    if (rc != 0) {
        ngx_log_error(NGX_LOG_EMERG, ngx_shm_log(ngx_slab_log), rc,
                      "ngx_slab_init() failed, %uz bytes", size);
    }
}

ngx_slab_pool_t *
ngx_slab_create_kind(void *addr, size_t size, ngx_uint_t flags,
    const char *kind, const char *file)
{
    int                rc = EINVAL;
    ngx_heap_t         layout;
    ngx_heap_class_t   classes[NGX_HEAP_CLASSES];
    ngx_slab_pool_t   *pool = addr;

    if (addr == NULL || (uintptr_t) addr % 8 != 0
        || flags > NGX_HEAP_FLAGS)
    {
        goto failed;
    }

    if (flags & NGX_SLAB_DEBUG) {
        flags |= ngx_heap_guard_flags();
    }

    if (file != NULL) {
        if (kind == NULL || strcmp(kind, "fcntl") != 0) {
            goto failed;
        }
        flags |= NGX_HEAP_NO_SLOTS;
    }

    rc = EACCES;
    if (!ngx_heap_can_write(ngx_heap_of(pool))) {
        goto failed;
    }

    rc = ENOMEM;
    if (ngx_heap_layout(&layout, classes, addr, size, flags, 3) != NGX_OK) {
        goto failed;
    }

    pool->addr = addr;
    pool->end = (unsigned char *) addr + size;
    pool->min_shift = 3;

    if (!(flags & NGX_HEAP_NO_SLOTS)
        && ngx_shmtx_create_kind(&pool->mutex, &pool->lock, NULL, kind)
           != NGX_OK)
    {
        return NULL;
    }

    rc = build(pool, &layout, classes, kind, file);
    if (rc == 0) {
        return pool;
    }

failed:

    errno = rc;
    return NULL;
}

ngx_slab_pool_t *
ngx_slab_create(void *addr, size_t size, ngx_uint_t flags)
{
    return ngx_slab_create_kind(addr, size, flags, NULL, NULL);
}
