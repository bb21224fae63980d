/*
 * ngx_heap_look.c - read a pool consistently: with the lock, or again until
 * nobody changed it meanwhile.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_lock_kind.h"
#include "ngx_shm_log.h"

/* A check must not wait for a stopped owner for ever; ms. */
#define PATIENCE  500
#define TIMES     10
#define AT_MOST   120       /* times, while others get it */

/* Give up only if one owner keeps the lock: others may take turns for long. */
static int
lock_patiently(ngx_heap_t *heap)
{
    int       i, rc, same = 0;
    uint64_t  n, last = 0;

    for (i = 0; i < AT_MOST && same < TIMES; i++) {
        rc = ngx_heap_lock_within(heap, PATIENCE);
        if (rc != EAGAIN) {
            return rc;
        }

        n = *(volatile uint64_t *) &heap->lock.acquired;
        same = n == last ? same + 1 : 1;
        last = n;
    }

    return EAGAIN;
}

static int
is_fit(ngx_slab_pool_t *pool, ngx_heap_t *heap)
{
    int          err;
    const char  *why = ngx_heap_unfit(pool, heap->size > SIZE_MAX
                                            ? SIZE_MAX : (size_t) heap->size,
                                      &err);
    if (why != NULL) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), 0,
                      "ngx_slab: %s", why);
        errno = err;
    }

    return why == NULL;
}

static int
not_had(int err)
{
    ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), err,
                  "ngx_slab: the lock of the heap cannot be had");
    errno = err;
    return 0;
}

/* Then sweep, not reclaim: reclaiming relies on derived data. */
static int
has_dead(ngx_heap_t *heap)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 1; i < heap->nslots; i++) {
        if (slot[i].owner != 0 && !slot[i].dead
            && ngx_heap_is_dead(&slot[i]))
        {
            return 1;
        }
    }

    return 0;
}

ngx_heap_t *
ngx_heap_open(ngx_slab_pool_t *pool)
{
    int          rc;
    ngx_heap_t  *heap = ngx_heap_of(pool);

    if (!is_fit(pool, heap) || !ngx_heap_admits(heap)) {
        return NULL;
    }

    rc = lock_patiently(heap);
    if (rc != 0) {
        (void) not_had(rc);
        return NULL;
    }

    if (has_dead(heap)) {
        ngx_heap_sweep(heap, 0, 0, NULL);
    }

    return heap;
}

/* Without the right to write: wait until the lock is free. */
static int
wait_for_peace(ngx_heap_look_t *look)
{
    ngx_pid_t         tid;
    ngx_uint_t        dead;
    ngx_lock_t       *lock = &look->heap->lock;

    for ( ; look->tries < TIMES * PATIENCE; look->tries++) {
        look->acquired = *(volatile uint64_t *) &lock->acquired;
        ngx_lock_acquired();

        if (!ngx_lock_kind_of(lock)->held(lock, &tid, &dead)) {
            ngx_lock_acquired();
            return 1;
        }

        /* only a process that can write can recover */
        if (dead) {
            return not_had(EOWNERDEAD);
        }

        ngx_lock_nap(1000);
    }

    return not_had(EAGAIN);
}

int
ngx_heap_look_begin(ngx_heap_look_t *look, ngx_slab_pool_t *pool)
{
    look->heap = ngx_heap_of(pool);

    if (look->tries++ == 0) {
        if (!is_fit(pool, look->heap)) {
            return 0;
        }
        look->locked = ngx_heap_can_write(look->heap);
    }

    return look->locked ? ngx_heap_open(pool) != NULL : wait_for_peace(look);
}

int
ngx_heap_look_end(ngx_heap_look_t *look)
{
    ngx_pid_t    tid;
    ngx_uint_t   dead;
    ngx_lock_t  *lock = &look->heap->lock;

    if (look->locked) {
        ngx_heap_unlock(look->heap);
        return 1;
    }

    /* the reads of the pool come before those of the owner and the count */
    ngx_lock_barrier();

    if (ngx_lock_kind_of(lock)->held(lock, &tid, &dead)) {
        return 0;
    }

    ngx_lock_acquired();
    return *(volatile uint64_t *) &lock->acquired == look->acquired;
}
