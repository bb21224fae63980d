/*
 * slab_libfuzzer.c - libFuzzer damages a pool, and looks into it
 *
 * The input is the way the pool was made (a byte), then damages: a place (3
 * bytes) and what stands there now (a byte).  Nobody may crash, hang, or read
 * outside of the pool, whose neighbours are pages that nobody may touch.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#define EDGE  ((size_t) 1 << 20)

typedef struct {
    size_t            size;
    ngx_uint_t        flags;
    ngx_slab_pool_t  *pool;
    unsigned char    *image;
    size_t            head;
    size_t            pages;
    size_t            len;
} way_t;

static way_t  ways[] = {
    { 256 << 10, 0, NULL, NULL, 0, 0, 0 },
    { 256 << 10, NGX_SLAB_COMPAT, NULL, NULL, 0, 0, 0 },
    { 1 << 20, 0, NULL, NULL, 0, 0, 0 },
    { 512 << 10, NGX_SLAB_DEBUG, NULL, NULL, 0, 0, 0 },
};

#define WAYS  (sizeof(ways) / sizeof(ways[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The tables and the pages; what lies between may be a guard. */
static void
copy(way_t *way, void *to, const void *from)
{
    memcpy(to, from, way->head);
    memcpy((char *) to + way->pages, (const char *) from + way->pages,
           way->len);
}

static void
make(way_t *way)
{
    int             i;
    void           *p[100];
    ngx_heap_t     *heap;
    unsigned char  *all;

    all = mmap(NULL, way->size + 2 * EDGE, PROT_NONE, MAP_PRIVATE|MAP_ANON,
               -1, 0);
    if (all == MAP_FAILED
        || mmap(all + EDGE, way->size, PROT_READ|PROT_WRITE,
                MAP_SHARED|MAP_ANON|MAP_FIXED, -1, 0) == MAP_FAILED)
    {
        abort();
    }

    way->pool = ngx_slab_create(all + EDGE, way->size, way->flags);
    if (way->pool == NULL) {
        abort();
    }

    heap = ngx_heap_of(way->pool);
    way->head = ngx_heap_readable(heap, 0);
    way->pages = heap->pages;
    way->len = ngx_heap_readable(heap, heap->pages);

    for (i = 0; i < 100; i++) {
        p[i] = ngx_slab_alloc(way->pool, (size_t) i * i * 2);
    }
    for (i = 0; i < 100; i += 3) {
        if (p[i] != NULL) {
            ngx_slab_free(way->pool, p[i]);
        }
    }

    way->image = malloc(way->pages + way->len);
    copy(way, way->image, way->pool);
}

static void
see(void *data, void *p, size_t n, ngx_pid_t owner)
{
    (void) owner;
    *(size_t *) data += n + (p == NULL);
}

static void
damage(way_t *way, size_t at, uint8_t value)
{
    unsigned char  *p = (unsigned char *) way->pool + at % way->head;
    unsigned char  *lock = (unsigned char *) &ngx_heap_of(way->pool)->lock;

    /* what nginx's structure holds is its user's; the lock is waited for */
    if (p >= (unsigned char *) way->pool + sizeof(ngx_slab_pool_t)
        && (p < lock || p >= lock + sizeof(ngx_lock_t)))
    {
        *p = value;
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    way_t             *way;
    size_t             n = 0;
    ngx_slab_usage_t   u;

    if (size < 5) {
        return 0;
    }

    way = &ways[*data % WAYS];
    if (way->pool == NULL) {
        make(way);
    }

    for (data++, size--; size >= 4; data += 4, size -= 4) {
        damage(way, (size_t) data[0] | (size_t) data[1] << 8
                    | (size_t) data[2] << 16, data[3]);
    }

    (void) ngx_slab_attach(way->pool, way->size);
    (void) ngx_slab_check(way->pool);
    (void) ngx_slab_usage(way->pool, &u);
    (void) ngx_slab_walk(way->pool, see, &n);

    copy(way, way->pool, way->image);
    return 0;
}
