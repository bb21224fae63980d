/*
 * ngx_lock.c - the calls of ngx_lock.h, for each kind.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <time.h>
#include <unistd.h>

typedef char  lock_fits[sizeof(ngx_lock_t) <= sizeof(ngx_shmtx_sh_t)
                        ? 1 : -1];

int64_t
ngx_lock_ms(void)
{
    struct timespec  ts;

#ifdef CLOCK_MONOTONIC_COARSE
    (void) clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
#else
    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
#endif

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

ngx_uint_t
ngx_lock_spin(void)
{
    static int  cpus;       /* the call may read a file */

    if (cpus == 0) {
        cpus = (int) sysconf(_SC_NPROCESSORS_ONLN);
    }

    return cpus > 1 ? 2048 : 0;
}

int
ngx_lock_init_for(ngx_uint_t use, ngx_lock_t *lock, const char *kind,
    const char *name)
{
    int                     err;
    uint32_t                magic = 0;
    const char             *first = ngx_shmtx_kind(0);
    const ngx_lock_kind_t  *k, *wanted = NULL;

    if (kind != NULL || first != NULL) {
        wanted = ngx_lock_kind_named(kind != NULL ? kind : first, &magic);
    }

    if (wanted == NULL) {
        return ENOSYS;
    }

    if (lock == NULL || ((uintptr_t) lock & 7) != 0) {
        return EINVAL;
    }

    err = ngx_lock_make(lock, use, wanted, magic);
    if (err != 0) {
        return err;
    }

    k = ngx_lock_kind_of(lock);

    if (k == NULL || (lock->use & ~NGX_LOCK_OPEN) != use) {
        return EINVAL;
    }

    if (kind != NULL && k != wanted) {
        return EEXIST;
    }

#if NGX_LOCK_HAVE_WORD
    if (k->ns && ngx_lock_abroad(lock->ns)) {
        return EXDEV;
    }
#endif

    return k->join != NULL ? k->join(lock, name) : 0;
}

void
ngx_lock_forget(ngx_lock_t *lock)
{
    const ngx_lock_kind_t  *k = ngx_lock_kind_of(lock);

    if (k != NULL && k->forget != NULL) {
        k->forget(lock);
    }
}

int
ngx_lock_take(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    int                     rc, err;
    const ngx_lock_kind_t  *k;

#if NGX_LOCK_HAVE_WORD
    rc = ngx_lock_at_once(lock);

    if (rc != -1) {
        return rc;
    }
#endif

    k = ngx_lock_kind_of(lock);
    err = errno;

    if (k == NULL) {
        return EINVAL;
    }

#if NGX_LOCK_HAVE_WORD
    if (k->ns && ngx_lock_abroad(lock->ns)) {
        return EXDEV;
    }
#endif

    rc = k->acquire(lock, spin == (ngx_uint_t) -1 ? 0 : spin, timeout_ms);

    errno = err;
    return rc;
}

int
ngx_lock_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    int  rc = ngx_lock_take(lock, spin, timeout_ms);

    if (rc == EOWNERDEAD) {
        lock->death_pending = 0;
    }

    return rc;
}

int
ngx_lock_release(ngx_lock_t *lock)
{
    int                     rc, err;
    const ngx_lock_kind_t  *k;

#if NGX_LOCK_HAVE_WORD
    if (ngx_lock_leave_at_once(lock)) {
        return 0;
    }
#endif

    k = ngx_lock_kind_of(lock);
    err = errno;

    if (k == NULL) {
        return EINVAL;
    }

    rc = k->release(lock);

    errno = err;
    return rc;
}

int
ngx_lock_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    int                     rc, err = errno;
    const ngx_lock_kind_t  *k = ngx_lock_kind_of(lock);

    if (k == NULL || pid <= 0) {
        return 0;
    }

#if NGX_LOCK_HAVE_WORD
    if (k->ns && ngx_lock_abroad(lock->ns)) {
        return 0;
    }
#endif

    rc = k->force(lock, pid);

    errno = err;
    return rc;
}

void
ngx_lock_stat(ngx_lock_t *lock, ngx_shmtx_stat_t *st)
{
    const ngx_lock_kind_t  *k = ngx_lock_kind_of(lock);

    ngx_memzero(st, sizeof(ngx_shmtx_stat_t));

    st->kind = k != NULL ? k->name : "none";
    st->acquired = lock->acquired;
    st->contended = lock->contended;
    st->recovered = lock->recovered;
    st->misused = lock->misused;

    if (k == NULL || !k->held(lock, &st->tid, &st->dead)) {
        st->tid = 0;
        st->dead = 0;
        return;
    }

    st->pid = (ngx_pid_t) lock->pid;

    if (lock->seen == lock->acquired) {
        st->held_ms = (ngx_lock_now() - lock->since) / 1000;
    }
}
