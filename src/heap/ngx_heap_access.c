/*
 * ngx_heap_access.c - may this process write to the pool?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_shm_log.h"

/* Asked each time: the same pool may be mapped again, otherwise. */
int
ngx_heap_can_write(ngx_heap_t *heap)
{
    return ngx_lock_can_write(ngx_heap_pool(heap));
}

static int
must_write(ngx_heap_t *heap)
{
    if (ngx_heap_can_write(heap)) {
        return 1;
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), EACCES,
                  "ngx_slab: the pool is mapped for reading only");
    errno = EACCES;
    return 0;
}

int
ngx_heap_is_home(ngx_heap_t *heap)
{
#if NGX_LOCK_HAVE_WORD
    if (heap->flags & NGX_HEAP_NO_SLOTS) {
        return 1;
    }

    (void) ngx_lock_me();
    return heap->ns == ngx_lock_self.ns;
#else
    (void) heap;
    return 1;
#endif
}

int
ngx_heap_admits(ngx_heap_t *heap)
{
    if (!must_write(heap)) {
        return 0;
    }

    if (ngx_heap_is_home(heap)) {
        return 1;
    }

    ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), EXDEV,
                  "ngx_slab: the pool is from another pid namespace");
    errno = EXDEV;
    return 0;
}
