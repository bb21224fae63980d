/*
 * again.c - a pool that the module makes a second time when nginx gives it the
 * zone: nchan calls ngx_slab_init() again; others clear the fields before.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"


ngx_int_t
names_again_init(ngx_shm_zone_t *zone, void *old)
{
    ngx_slab_pool_t  *pool = (ngx_slab_pool_t *) zone->shm.addr;

    if (old != NULL) {
        zone->data = old;
        return NGX_OK;
    }

    ngx_slab_init(pool);

    pool->min_size = 0;
    pool->start = pool->data = NULL;
    pool->last = NULL;
    pool->pages = NULL;
    ngx_memzero(&pool->free, sizeof(ngx_slab_page_t));
    ngx_slab_init(pool);

    pool->data = ngx_slab_calloc(pool, 1000);
    zone->data = pool->data;
    return pool->data != NULL ? NGX_OK : NGX_ERROR;
}
