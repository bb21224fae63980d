/*
 * ngx_hits.h - how often each key was seen, in a zone that all workers share.
 *
 * The part of a module of nginx that works in shared memory, without anything
 * else of nginx: the module's init callback of the zone calls ngx_hits_init(),
 * its handler ngx_hits_count().  Compiled against ngx-shm it can be tested as
 * any other C code; nginx compiles the same file.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HITS_H_INCLUDED
#define NGX_HITS_H_INCLUDED

#include <ngx_slab.h>

typedef struct ngx_hits_s  ngx_hits_t;

/*
 * The data of the zone: made, or, where nginx reloads and the zone is kept,
 * those of before, old.  NULL: no memory.
 */
ngx_hits_t *ngx_hits_init(ngx_slab_pool_t *pool, ngx_hits_t *old);

/*
 * Count one more; *n is how often the key was seen.  The key that was not
 * seen for longest makes room when there is none.  NGX_ERROR: there is no
 * room even so.
 */
ngx_int_t ngx_hits_count(ngx_slab_pool_t *pool, ngx_hits_t *hits,
    const ngx_str_t *key, ngx_uint_t *n);

/* Forget all keys. */
void ngx_hits_clear(ngx_slab_pool_t *pool, ngx_hits_t *hits);

#endif
