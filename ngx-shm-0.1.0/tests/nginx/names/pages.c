/*
 * pages.c - what modules that show the use of zones read of a pool: Tengine's
 * ngx_slab_stat and others walk the list of free pages; those that have the
 * interface of nginx's commercial edition subtract in the page table; nchan
 * computes how many pages there may be.  Fields they touch: pages, last, free,
 * stats, pfree, start, end, min_size, min_shift; slab and next of a page.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"


ngx_uint_t
names_free_list(ngx_slab_pool_t *pool)
{
    ngx_uint_t        n = 0, pfree;
    ngx_slab_page_t  *page;

    ngx_shmtx_lock(&pool->mutex);

    for (page = pool->free.next; page != &pool->free; page = page->next) {
        n += page->slab;
    }

    pfree = pool->pfree;

    ngx_shmtx_unlock(&pool->mutex);

    return n == pfree && n != 0
           && n <= (ngx_uint_t) (pool->end - pool->start) / ngx_pagesize;
}


ngx_uint_t
names_used_pages(ngx_slab_pool_t *pool)
{
    ngx_uint_t  all, used;

    ngx_shmtx_lock(&pool->mutex);
    all = pool->last - pool->pages;
    used = pool->last - pool->pages - pool->pfree;
    ngx_shmtx_unlock(&pool->mutex);

    return used <= all
           && all == (ngx_uint_t) (pool->end - pool->start) / ngx_pagesize;
}


ngx_uint_t
names_max_pages(ngx_slab_pool_t *pool)
{
    size_t            size;
    ngx_uint_t        max;
    ngx_slab_page_t  *slots;

    slots = (ngx_slab_page_t *) ((u_char *) pool + sizeof(ngx_slab_pool_t));
    size = pool->end - (u_char *) slots;
    max = (ngx_uint_t) (size / (ngx_pagesize + sizeof(ngx_slab_page_t)));

    return max >= pool->pfree && max - pool->pfree < max;
}


ngx_uint_t
names_slots(ngx_slab_pool_t *pool)
{
    void             *p;
    size_t            size;
    ngx_uint_t        i, n, right = 1, reqs = 0;
    ngx_slab_stat_t  *stats;

    p = ngx_slab_alloc(pool, 100);
    if (p == NULL) {
        return 0;
    }

    ngx_shmtx_lock(&pool->mutex);

    stats = pool->stats;
    n = ngx_pagesize_shift - pool->min_shift;

    for (i = 0, size = pool->min_size; size <= ngx_pagesize / 2;
         i++, size <<= 1)
    {
        right = right && stats[i].used <= stats[i].total;
        reqs += stats[i].reqs - stats[i].fails;
    }

    ngx_shmtx_unlock(&pool->mutex);

    ngx_slab_free(pool, p);
    return right && i == n && reqs != 0;
}
