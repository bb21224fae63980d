/*
 * zero.c - memory that is read before it is written: the traffic status module
 * (vts) takes a field for a pointer that it has not set, unless it is NULL.
 *
 * Nothing of this zone is ever freed, so all that it gives is zero with nginx's
 * slab, however often nginx is reloaded.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"

typedef struct names_node_s  names_node_t;

struct names_node_s {
    names_node_t  *next;
    ngx_uint_t    *counter;     /* read, and not set */
    u_char         rest[600];
};

typedef struct {
    names_node_t  *nodes;
    ngx_uint_t     dirty;
} names_zero_t;


ngx_int_t
names_zero_init(ngx_shm_zone_t *zone, void *old)
{
    ngx_slab_pool_t  *pool = (ngx_slab_pool_t *) zone->shm.addr;

    if (old == NULL) {
        old = ngx_slab_calloc(pool, sizeof(names_zero_t));
        if (old == NULL) {
            return NGX_ERROR;
        }

        pool->data = old;
        pool->log_nomem = 0;
    }

    zone->data = old;
    return NGX_OK;
}


static ngx_uint_t
is_zero(u_char *p, size_t size)
{
    while (size-- > 0) {
        if (*p++ != 0) {
            return 0;
        }
    }

    return 1;
}


/* Some nodes more, as for requests of new hosts. */
ngx_uint_t
names_zero(ngx_slab_pool_t *pool)
{
    ngx_uint_t     i;
    names_zero_t  *zero = pool->data;
    names_node_t  *node;

    ngx_shmtx_lock(&pool->mutex);

    for (i = 0; i < 3; i++) {
        node = ngx_slab_alloc_locked(pool, sizeof(names_node_t));
        if (node == NULL) {
            break;
        }

        if (node->counter != NULL || !is_zero(node->rest, sizeof(node->rest)))
        {
            zero->dirty++;
        }

        node->next = zero->nodes;
        zero->nodes = node;
    }

    ngx_shmtx_unlock(&pool->mutex);
    return zero->dirty == 0;
}


/* All that is left, from many pages down to small chunks. */
ngx_uint_t
names_zero_to_the_end(ngx_slab_pool_t *pool)
{
    u_char        *p;
    size_t         size;
    names_zero_t  *zero = pool->data;

    ngx_shmtx_lock(&pool->mutex);

    for (size = 4 * ngx_pagesize; size >= 64; size /= 2) {
        while ((p = ngx_slab_alloc_locked(pool, size)) != NULL) {
            zero->dirty += !is_zero(p, size);
        }
    }

    ngx_shmtx_unlock(&pool->mutex);
    return zero->dirty == 0;
}
