/*
 * names.h - each file here does with nginx's shared memory what some module in
 * wide use does, with the same names and the same fields.  The calls return 1
 * if they find what nginx's own slab gives them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMES_H_INCLUDED
#define NAMES_H_INCLUDED

#include <ngx_config.h>
#include <ngx_core.h>

/* again.c: a pool that the module makes a second time */
ngx_int_t names_again_init(ngx_shm_zone_t *zone, void *old);

/* dict.c: log_ctx, log_nomem, pfree, and room made by freeing the oldest */
ngx_uint_t names_dict(ngx_slab_pool_t *pool);

/* own_lock.c: locks in the module's own structure in the zone */
ngx_uint_t names_own_lock(ngx_slab_pool_t *pool);

/* own_rwlock.c: a type that is called ngx_rwlock_t */
ngx_uint_t names_own_rwlock(ngx_slab_pool_t *pool);

/* pages.c: the list of free pages, the page table, and the counts of slots */
ngx_uint_t names_free_list(ngx_slab_pool_t *pool);
ngx_uint_t names_used_pages(ngx_slab_pool_t *pool);
ngx_uint_t names_max_pages(ngx_slab_pool_t *pool);
ngx_uint_t names_slots(ngx_slab_pool_t *pool);

/* zero.c: memory that is read before it is written */
ngx_int_t names_zero_init(ngx_shm_zone_t *zone, void *old);
ngx_uint_t names_zero(ngx_slab_pool_t *pool);
ngx_uint_t names_zero_to_the_end(ngx_slab_pool_t *pool);

#endif
