/*
 * ngx_rwlock_ex.c - the robust read-write lock: the writer's calls, and unlock
 * for both.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock_slot.h"

#if NGX_LOCK_HAVE_WORD

#include <limits.h>

#define store  ngx_rwlock_store
#define load   ngx_rwlock_load

/* How often to look before sleeping, and the first sleep, in microseconds. */
#define LOOKS  200
#define FIRST  125

/* Let the readers in, unless a death must still be reported. */
void
ngx_rwlock_writer_leave(ngx_rwlock_t *rw)
{
    uint32_t  starving;

    if (!rw->writer.death_pending) {
        ngx_lock_barrier();
        store(&rw->writing, 0);
        ngx_lock_barrier();
        starving = load(&rw->starving);

        if (starving) {
            store(&rw->yield_to_readers, starving == NGX_RWLOCK_LET_IN);
            store(&rw->starving, 0);
            (void) ngx_lock_unpark(&rw->writing, INT_MAX);
        }
    }

    (void) ngx_lock_release(&rw->writer);
}

static int
no_readers(ngx_rwlock_t *rw)
{
    int  i;

    for (i = 0; i < LOOKS; i++) {
        if (ngx_rwlock_readers(rw) == 0) {
            ngx_lock_acquired();
            return 1;
        }
        ngx_lock_pause();
    }

    return 0;
}

/* The caller has writer, and writing is 1: wait until no reader is left. */
static int
drain(ngx_rwlock_t *rw, int64_t start, ngx_int_t timeout_ms)
{
    int64_t           us;
    uint32_t          left = load(&rw->left);
    ngx_lock_watch_t  w;

    if (no_readers(rw)) {
        return 0;
    }

    if (ngx_rwlock_slot_mine(rw) != NULL) {
        return EDEADLK;
    }

    ngx_lock_watch(&w, start, timeout_ms, FIRST, left);

    for ( ;; ) {
        us = ngx_lock_next(&w, load(&rw->left));

        if ((w.stuck || us == 0) && ngx_rwlock_slot_sweep(rw) == 0) {
            ngx_lock_acquired();
            return 0;
        }

        /* the judge may find that this process has left its namespaces */
        if (ngx_lock_abroad(rw->writer.ns)) {
            return EXDEV;
        }

        if (us == 0) {
            return EAGAIN;
        }

        (void) ngx_lock_park(&rw->left, left, us);
        left = load(&rw->left);

        if (no_readers(rw)) {
            return 0;
        }
    }
}

ngx_int_t
ngx_rwlock_writer_enter(ngx_rwlock_t *rw, int64_t start, ngx_int_t timeout_ms)
{
    int  rc;

    /* a gap between two writers is too short for a reader that wakes up */
    if (load(&rw->yield_to_readers)) {
        store(&rw->yield_to_readers, 0);

        if (!load(&rw->writing) && timeout_ms != 0) {
            ngx_lock_nap(NGX_LOCK_YIELD);
        }
    }

    store(&rw->writing, 1);
    ngx_lock_barrier();

    rc = drain(rw, start, timeout_ms);

    if (rc != 0) {
        ngx_rwlock_writer_leave(rw);
        return ngx_rwlock_failed(rc);
    }

    if (rw->writer.death_pending) {
        rw->writer.death_pending = 0;
        return NGX_SHMTX_OWNER_DIED;
    }

    return NGX_OK;
}

/*
 * A reader must not wait for the lock of the writers: who has it may be waiting
 * for this reader.
 */
static int
take_writer(ngx_rwlock_t *rw, ngx_int_t timeout_ms)
{
    int  rc = ngx_lock_take(&rw->writer, 0, 0);

    if (rc != EAGAIN) {
        return rc;
    }

    if (ngx_rwlock_slot_mine(rw) != NULL) {
        return EDEADLK;
    }

    return timeout_ms == 0 ? EAGAIN
           : ngx_lock_take(&rw->writer, ngx_lock_spin(), timeout_ms);
}

ngx_int_t
ngx_rwlock_wlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms)
{
    int      rc;
    int64_t  start = timeout_ms > 0 ? ngx_lock_now() : 0;

    if (!ngx_rwlock_is_made(rw)) {
        return ngx_rwlock_failed(EINVAL);
    }

    if (ngx_lock_abroad(rw->writer.ns)) {
        return ngx_rwlock_failed(EXDEV);
    }

    rc = take_writer(rw, timeout_ms);

    if (rc != 0 && rc != EOWNERDEAD) {
        return ngx_rwlock_failed(rc);
    }

    return ngx_rwlock_writer_enter(rw, start, timeout_ms);
}

ngx_int_t
ngx_rwlock_unlock_ex(ngx_rwlock_t *rw)
{
    ngx_rwlock_slot_t  *s;

    if (!ngx_rwlock_is_made(rw)) {
        return ngx_rwlock_failed(EINVAL);
    }

    if (ngx_rwlock_is_writer(rw)) {
        ngx_rwlock_writer_leave(rw);
        return NGX_OK;
    }

    s = ngx_rwlock_slot_mine(rw);

    if (s == NULL) {
        (void) ngx_atomic_fetch_add(&rw->writer.misused, 1);
        return ngx_rwlock_failed(EPERM);
    }

    ngx_rwlock_slot_leave(rw, s);
    return NGX_OK;
}

ngx_int_t
ngx_rwlock_downgrade_ex(ngx_rwlock_t *rw)
{
    if (!ngx_rwlock_is_made(rw)) {
        return ngx_rwlock_failed(EINVAL);
    }

    if (!ngx_rwlock_is_writer(rw)) {
        return ngx_rwlock_failed(EPERM);
    }

    /* slots are taken only by readers that are about to leave, or dead */
    while (ngx_rwlock_slot_take(rw) == NULL) {
        (void) ngx_rwlock_slot_sweep(rw);
    }

    ngx_rwlock_writer_leave(rw);
    return NGX_OK;
}

#endif
