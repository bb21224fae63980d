/*
 * ngx_shmtx.c - nginx's mutex, over a lock of any kind.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_shmtx.h"
#include "ngx_lock_word.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* death_pending: the death was logged, and not yet reported to an owner. */
#define LOGGED  2

/*
 * Slow paths are functions of their own, called last: so the common case saves
 * no registers, and is a fifth faster.
 */
#if defined(__GNUC__)
#define APART  __attribute__((noinline))
#else
#define APART
#endif

static ngx_lock_t *
lock_of(ngx_shmtx_t *mtx)
{
    return (ngx_lock_t *) (uintptr_t) mtx->lock;
}

/* 1: the handle has a lock; a create that failed gives it none. */
static ngx_inline int
has_lock(const ngx_shmtx_t *mtx)
{
    return mtx->lock != NULL;
}

/* The common case; -1: use the slow path. */
static ngx_inline int
at_once(ngx_shmtx_t *mtx)
{
#if NGX_LOCK_HAVE_WORD
    return has_lock(mtx) ? ngx_lock_at_once(lock_of(mtx)) : -1;
#else
    (void) mtx;
    return -1;
#endif
}

/* The slow path after at_once(). */
static int
take(ngx_shmtx_t *mtx, int rc, ngx_int_t timeout_ms)
{
    if (!has_lock(mtx)) {
        return EINVAL;
    }

    return rc != -1 ? rc : ngx_lock_take(lock_of(mtx), mtx->spin, timeout_ms);
}

static void
misused(ngx_shmtx_t *mtx, const char *what)
{
    ngx_lock_t  *lock = lock_of(mtx);

#if NGX_HAVE_ATOMIC_OPS
    (void) ngx_atomic_fetch_add(&lock->misused, 1);
#else
    lock->misused++;
#endif

    if (mtx->log != NULL) {
        ngx_log_error(NGX_LOG_ALERT, mtx->log, 0, "shmtx %p: %s", mtx->lock,
                      what);
    }
}

/* The caller has the lock; the data that it protects may be torn. */
static void
recover(ngx_shmtx_t *mtx)
{
    ngx_lock_t  *lock = lock_of(mtx);

    if (mtx->recover != NULL) {
        mtx->recover(mtx, mtx->data);
        lock->death_pending = 0;
        return;
    }

    if (lock->death_pending != LOGGED) {
        lock->death_pending = LOGGED;

        if (mtx->log != NULL) {
            ngx_log_error(NGX_LOG_ALERT, mtx->log, 0,
                          "shmtx %p: its owner died, there is no recovery"
                          " hook", mtx->lock);
        }
    }
}

/* 1: the caller has the lock. */
static ngx_uint_t
settle(ngx_shmtx_t *mtx, int rc)
{
    switch (rc) {

    case 0:
        return 1;

    case EOWNERDEAD:
        recover(mtx);
        return 1;

    case EAGAIN:
        return 0;

    case EDEADLK:
        misused(mtx, "locked again by its owner");
        return 0;

    default:
        if (mtx->log != NULL) {
            ngx_log_error(NGX_LOG_EMERG, mtx->log, rc, "shmtx %p: not locked",
                          mtx->lock);
        }
        return 0;
    }
}

/*
 * ngx_shmtx_lock() cannot return an error, and its caller would go on without
 * the lock.  The line is for stderr, as most programs set no log.
 */
static void
refused(ngx_shmtx_t *mtx, int err)
{
    int               n;
    char              line[256];
    ngx_shmtx_stat_t  st;

    ngx_shmtx_stat(mtx, &st);

    n = snprintf(line, sizeof(line), "ngx-shm: emerg: ngx_shmtx_lock(), kind"
                 " \"%s\", is refused: %s (%d); call ngx_shmtx_lock_ex(),"
                 " which returns the error\n", st.kind, strerror(err), err);

    if (n > 0 && n < (int) sizeof(line)) {
        n = (int) write(STDERR_FILENO, line, (size_t) n);
    }

    (void) n;
    abort();
}

ngx_int_t
ngx_shmtx_create_kind(ngx_shmtx_t *mtx, ngx_shmtx_sh_t *addr,
    unsigned char *name, const char *kind)
{
    int  err;

    err = ngx_lock_init((ngx_lock_t *) (void *) addr, kind,
                        (const char *) name);

    mtx->lock = err == 0 ? &addr->lock : NULL;
    mtx->log = NULL;
    mtx->recover = NULL;
    mtx->data = NULL;

    if (err != 0) {
        errno = err;
        return NGX_ERROR;
    }

    if (mtx->spin != (ngx_uint_t) -1) {
        mtx->spin = ngx_lock_spin();
    }

    return NGX_OK;
}

ngx_int_t
ngx_shmtx_create(ngx_shmtx_t *mtx, ngx_shmtx_sh_t *addr, unsigned char *name)
{
    return ngx_shmtx_create_kind(mtx, addr, name, NULL);
}

void
ngx_shmtx_destroy(ngx_shmtx_t *mtx)
{
    if (has_lock(mtx)) {
        ngx_lock_forget(lock_of(mtx));
    }
}

APART static ngx_uint_t
try_on(ngx_shmtx_t *mtx, int rc)
{
    rc = take(mtx, rc, 0);

    return rc == EDEADLK ? 0 : settle(mtx, rc);
}

ngx_uint_t
ngx_shmtx_trylock(ngx_shmtx_t *mtx)
{
    int  rc = at_once(mtx);

    return rc == 0 ? 1 : try_on(mtx, rc);
}

APART static void
lock_on(ngx_shmtx_t *mtx, int rc)
{
    rc = take(mtx, rc, -1);

    if (settle(mtx, rc)) {
        return;
    }

    if (rc == EDEADLK && lock_of(mtx)->depth == UINT16_MAX) {
        rc = EAGAIN;        /* as POSIX has it for a recursive mutex */
    }

    if (rc != EDEADLK) {
        refused(mtx, rc);
    }

    lock_of(mtx)->depth++;
}

void
ngx_shmtx_lock(ngx_shmtx_t *mtx)
{
    int  rc = at_once(mtx);

    if (rc != 0) {
        lock_on(mtx, rc);
    }
}

ngx_int_t
ngx_shmtx_lock_ex(ngx_shmtx_t *mtx, ngx_int_t timeout_ms)
{
    int  rc = take(mtx, at_once(mtx), timeout_ms);

    switch (rc) {

    case 0:
        return NGX_OK;

    case EOWNERDEAD:
        lock_of(mtx)->death_pending = 0;
        return NGX_SHMTX_OWNER_DIED;

    case EAGAIN:
        return NGX_AGAIN;

    case EDEADLK:
        misused(mtx, "locked again by its owner");
        break;
    }

    errno = rc;
    return NGX_ERROR;
}

APART static void
unlock_on(ngx_shmtx_t *mtx)
{
    if (has_lock(mtx) && ngx_lock_release(lock_of(mtx)) == EPERM) {
        misused(mtx, "unlocked by a thread that is not its owner");
    }
}

void
ngx_shmtx_unlock(ngx_shmtx_t *mtx)
{
#if NGX_LOCK_HAVE_WORD
    if (has_lock(mtx) && ngx_lock_leave_at_once(lock_of(mtx))) {
        return;
    }
#endif

    unlock_on(mtx);
}

ngx_uint_t
ngx_shmtx_force_unlock(ngx_shmtx_t *mtx, ngx_pid_t pid)
{
    return has_lock(mtx) ? (ngx_uint_t) ngx_lock_force(lock_of(mtx), pid) : 0;
}

void
ngx_shmtx_stat(ngx_shmtx_t *mtx, ngx_shmtx_stat_t *st)
{
    if (has_lock(mtx)) {
        ngx_lock_stat(lock_of(mtx), st);
        return;
    }

    ngx_memzero(st, sizeof(ngx_shmtx_stat_t));
    st->kind = "none";
}
