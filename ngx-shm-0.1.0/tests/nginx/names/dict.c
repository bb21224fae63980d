/*
 * dict.c - a dictionary that fills the zone and makes room by freeing the
 * oldest: that of the Lua module, as it treats log_ctx, log_nomem and pfree.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"

#define KEPT  4096


ngx_uint_t
names_dict(ngx_slab_pool_t *pool)
{
    void           *list[KEPT];
    u_char         *ctx, *before;
    ngx_uint_t      i, n, right;

    ctx = ngx_slab_alloc(pool, sizeof(" in a dictionary"));
    if (ctx == NULL) {
        return 0;
    }

    ngx_memcpy(ctx, " in a dictionary", sizeof(" in a dictionary"));

    ngx_shmtx_lock(&pool->mutex);

    before = pool->log_ctx;
    pool->log_ctx = ctx;
    pool->log_nomem = 0;

    for (n = 0; n < KEPT; n++) {
        list[n] = ngx_slab_alloc_locked(pool, ngx_pagesize);
        if (list[n] == NULL) {
            break;
        }
    }

    right = n > 1 && n < KEPT && pool->pfree * ngx_pagesize < ngx_pagesize;

    ngx_slab_free_locked(pool, list[0]);
    list[0] = ngx_slab_alloc_locked(pool, ngx_pagesize);
    right = right && list[0] != NULL;

    for (i = 0; i < n; i++) {
        ngx_slab_free_locked(pool, list[i]);
    }

    pool->log_ctx = before;
    pool->log_nomem = 1;

    ngx_shmtx_unlock(&pool->mutex);

    ngx_slab_free(pool, ctx);
    return right;
}
