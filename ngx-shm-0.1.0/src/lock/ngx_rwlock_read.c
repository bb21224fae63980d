/*
 * ngx_rwlock_read.c - the robust read-write lock: the reader's call.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock_slot.h"

#if NGX_LOCK_HAVE_WORD

#define store  ngx_rwlock_store
#define load   ngx_rwlock_load

/* How often to look before sleeping, and the first sleep, in microseconds. */
#define LOOKS  200
#define FIRST  125

/*
 * Wait for the writer.  EOWNERDEAD: it died, and the caller has its lock, so
 * that it can repair the data.  0: try again.
 */
static int
behind_writer(ngx_rwlock_t *rw, int64_t us, const ngx_lock_watch_t *w)
{
    int  rc;

    if (w->stuck || us == 0 || ngx_lock_read(&rw->writer.word) == 0) {
        rc = ngx_lock_take(&rw->writer, 0, 0);

        if (rc == 0) {
            /* the writer left meanwhile; it did not die */
            ngx_rwlock_writer_leave(rw);
        }

        if (rc != EAGAIN) {
            return rc;
        }
    }

    if (us != 0) {
        if (ngx_lock_now() - w->start > NGX_LOCK_PATIENCE) {
            store(&rw->starving, NGX_RWLOCK_LET_IN);

        } else if (!load(&rw->starving)) {
            store(&rw->starving, NGX_RWLOCK_WAKE);
        }

        ngx_lock_barrier();
        (void) ngx_lock_park(&rw->writing, 1, us);
    }

    return 0;
}

/*
 * No slot is free.  Who reads already must not wait for one: it may have them
 * all, or wait for readers that wait for it.  Its own slot serves once more.
 */
static int
read_again(ngx_rwlock_t *rw)
{
    ngx_rwlock_slot_t  *s = ngx_rwlock_slot_mine(rw);

    if (s == NULL) {
        return ngx_rwlock_is_writer(rw) ? EDEADLK : ENOSPC;
    }

    if (load(&rw->writing)) {
        return EDEADLK;
    }

    s->more++;
    return 0;
}

/* Take a slot; EBUSY if there is a writer. */
static int
enter_reader(ngx_rwlock_t *rw)
{
    ngx_rwlock_slot_t  *s = ngx_rwlock_slot_take(rw);

    if (s == NULL) {
        return read_again(rw);
    }

    if (!load(&rw->writing)) {
        ngx_lock_acquired();    /* else reads may come before the last write */
        return 0;
    }

    ngx_rwlock_slot_leave(rw, s);

    return ngx_rwlock_slot_mine(rw) != NULL || ngx_rwlock_is_writer(rw)
           ? EDEADLK : EBUSY;
}

/* No slot is free: free those of dead readers. */
static void
want_slot(ngx_rwlock_t *rw, int64_t us, int64_t *look)
{
    if (ngx_lock_now() >= *look) {
        *look = ngx_lock_now() + us;

        if (ngx_rwlock_slot_sweep(rw) < rw->slots) {
            return;
        }
    }

    ngx_lock_nap(us < 1000 ? us : 1000);
}

static ngx_int_t
wait_reader(ngx_rwlock_t *rw, int rc, int64_t start, ngx_int_t timeout_ms)
{
    int               i;
    int64_t           us, look = 0;
    ngx_lock_watch_t  w;

    /* allow the writer one time slice first */
    ngx_lock_watch(&w, start, timeout_ms, FIRST, rw->writer.acquired - 1);

    do {
        us = ngx_lock_next(&w, rw->writer.acquired);

        if (rc == ENOSPC) {
            want_slot(rw, us, &look);
            rc = ngx_lock_abroad(rw->writer.ns) ? EXDEV : 0;

        } else if (rc == EBUSY) {
            rc = behind_writer(rw, us, &w);
        }

        if (rc == EOWNERDEAD) {
            return ngx_rwlock_writer_enter(rw, start, timeout_ms);
        }

        if (rc != 0) {
            return ngx_rwlock_failed(rc);
        }

        for (i = 0; i < LOOKS && load(&rw->writing); i++) {
            ngx_lock_pause();
        }

        rc = enter_reader(rw);

        if (rc == 0) {
            return NGX_OK;
        }

    } while (us != 0);

    return NGX_AGAIN;
}

ngx_int_t
ngx_rwlock_rlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms)
{
    int      rc;
    int64_t  start = timeout_ms > 0 ? ngx_lock_now() : 0;

    if (!ngx_rwlock_is_made(rw)) {
        return ngx_rwlock_failed(EINVAL);
    }

    if (ngx_lock_abroad(rw->writer.ns)) {
        return ngx_rwlock_failed(EXDEV);
    }

    rc = enter_reader(rw);

    return rc == 0 ? NGX_OK : wait_reader(rw, rc, start, timeout_ms);
}

#endif
