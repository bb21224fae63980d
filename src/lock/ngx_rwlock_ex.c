/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "ngx_rwlock_slot.h"

#if NGX_LOCK_HAVE_WORD

#include <limits.h>

#define store  ngx_rwlock_store
#define load   ngx_rwlock_load

/* How often to look before sleeping, and the first sleep, in microseconds. */
#define LOOKS  200
#define FIRST  125

static ngx_int_t
failed(int err)
{
    if (err == EAGAIN) {
        return NGX_AGAIN;
    }

    errno = err;
    return NGX_ERROR;
}

static int
is_writer(ngx_rwlock_t *rw)
{
    return ngx_lock_read(&rw->writer.word) == ngx_lock_me();
}

/* The writer goes.  Torn data keeps the readers out until one is told. */
static void
leave_writer(ngx_rwlock_t *rw)
{
    uint32_t  hungry;

    if (!rw->writer.unheard) {
        ngx_lock_barrier();
        store(&rw->writing, 0);
        ngx_lock_barrier();
        hungry = load(&rw->hungry);

        if (hungry) {
            store(&rw->polite, hungry == NGX_RWLOCK_LET_IN);
            store(&rw->hungry, 0);
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

/* The caller is the writer; wait until no reader is left. */
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

/* The caller has the writer's lock: on to the data. */
static ngx_int_t
enter_writer(ngx_rwlock_t *rw, int64_t start, ngx_int_t timeout_ms)
{
    int  rc;

    /* writers in a row leave moments between them that no sleeper meets */
    if (load(&rw->polite)) {
        store(&rw->polite, 0);

        if (!load(&rw->writing) && timeout_ms != 0) {
            ngx_lock_nap(NGX_LOCK_POLITE);
        }
    }

    store(&rw->writing, 1);
    ngx_lock_barrier();

    rc = drain(rw, start, timeout_ms);

    if (rc != 0) {
        leave_writer(rw);
        return failed(rc);
    }

    if (rw->writer.unheard) {
        rw->writer.unheard = 0;
        return NGX_SHMTX_OWNER_DIED;
    }

    return NGX_OK;
}

ngx_int_t
ngx_rwlock_wlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms)
{
    int      rc;
    int64_t  start = timeout_ms > 0 ? ngx_lock_now() : 0;

    if (ngx_lock_abroad(rw->writer.ns)) {
        return failed(EXDEV);
    }

    rc = ngx_lock_take(&rw->writer, ngx_lock_spin(), timeout_ms);

    if (rc != 0 && rc != EOWNERDEAD) {
        return failed(rc);
    }

    return enter_writer(rw, start, timeout_ms);
}

/*
 * A writer keeps the reader out.  If it is dead, or was and nobody was told,
 * the reader gets its place.  0: look again.
 */
static int
behind_writer(ngx_rwlock_t *rw, int64_t us, const ngx_lock_watch_t *w)
{
    int  rc;

    if (w->stuck || us == 0 || ngx_lock_read(&rw->writer.word) == 0) {
        rc = ngx_lock_take(&rw->writer, 0, 0);

        if (rc == 0) {
            /* one left, or a new one came and died, while this one looked */
            leave_writer(rw);
        }

        if (rc != EAGAIN) {
            return rc;
        }
    }

    if (us != 0) {
        if (ngx_lock_now() - w->start > NGX_LOCK_PATIENCE) {
            store(&rw->hungry, NGX_RWLOCK_LET_IN);

        } else if (!load(&rw->hungry)) {
            store(&rw->hungry, NGX_RWLOCK_WAKE);
        }

        ngx_lock_barrier();
        (void) ngx_lock_park(&rw->writing, 1, us);
    }

    return 0;
}

/* A slot, and no writer: EBUSY if there is one. */
static int
enter_reader(ngx_rwlock_t *rw)
{
    ngx_rwlock_slot_t  *s = ngx_rwlock_slot_take(rw);

    if (s == NULL) {
        return ENOSPC;
    }

    if (!load(&rw->writing)) {
        ngx_lock_acquired();    /* or it reads what the last writer changed */
        return 0;
    }

    ngx_rwlock_slot_leave(rw, s);

    return ngx_rwlock_slot_mine(rw) != NULL || is_writer(rw) ? EDEADLK : EBUSY;
}

/* No slot is free: those of the dead will do. */
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

    /* the writer has not had its time yet */
    ngx_lock_watch(&w, start, timeout_ms, FIRST, rw->writer.acquired - 1);

    do {
        us = ngx_lock_next(&w, rw->writer.acquired);

        if (rc == ENOSPC) {
            want_slot(rw, us, &look);
            rc = 0;

        } else if (rc == EBUSY) {
            rc = behind_writer(rw, us, &w);
        }

        if (rc == EOWNERDEAD) {
            return enter_writer(rw, start, timeout_ms);
        }

        if (rc != 0) {
            return failed(rc);
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

    if (ngx_lock_abroad(rw->writer.ns)) {
        return failed(EXDEV);
    }

    rc = enter_reader(rw);

    return rc == 0 ? NGX_OK : wait_reader(rw, rc, start, timeout_ms);
}

ngx_int_t
ngx_rwlock_unlock_ex(ngx_rwlock_t *rw)
{
    ngx_rwlock_slot_t  *s;

    if (is_writer(rw)) {
        leave_writer(rw);
        return NGX_OK;
    }

    s = ngx_rwlock_slot_mine(rw);

    if (s == NULL) {
        (void) ngx_atomic_fetch_add(&rw->writer.misused, 1);
        return failed(EPERM);
    }

    ngx_rwlock_slot_leave(rw, s);
    return NGX_OK;
}

ngx_int_t
ngx_rwlock_downgrade_ex(ngx_rwlock_t *rw)
{
    if (!is_writer(rw)) {
        return failed(EPERM);
    }

    /* only those who are about to leave, or dead, are in the way */
    while (ngx_rwlock_slot_take(rw) == NULL) {
        (void) ngx_rwlock_slot_sweep(rw);
    }

    leave_writer(rw);
    return NGX_OK;
}

#endif
