/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_shm_log.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

/* Offsets in a magazine are 32 bits wide: what is above 4 GiB stays unused. */
#define MOST  (((uint64_t) 1 << 32) - NGX_HEAP_PAGE)

#define FORMAT  ((uint32_t) sizeof(void *) << 24 | 0x010203)

/* Where 64 bits need not be aligned, the lock still must be. */
typedef char  heap_lock_is_aligned[offsetof(ngx_heap_t, lock) % 8 == 0
                                   ? 1 : -1];
/* Else two processes would write to the same. */
typedef char  heap_slot_is_a_line[sizeof(ngx_heap_slot_t) % 64 == 0 ? 1 : -1];

/* So many pages size bytes lie in, at the most. */
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

    /* so few pages have no magazines, and slot 0 no lock of its own */
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

static uint64_t
new_id(const void *addr)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    return ((uint64_t) ts.tv_sec << 30 ^ (uint64_t) ts.tv_nsec
            ^ (uint64_t) getpid() << 44 ^ (uint64_t) (uintptr_t) addr << 8) | 1;
}

/* What modules of nginx find: see ngx_slab_page_t in ngx_slab.h. */
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

/* All of it is 0 so far, or was a pool before; the magic comes last. */
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
