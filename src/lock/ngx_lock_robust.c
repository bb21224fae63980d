/*
 * ngx_lock_robust.c - the lock that is one of pthread's robust mutexes.
 *
 * The kernel marks it when its owner dies, and pthread tells the next locker.
 * The kernel does not mark a mutex in a copied file or in a file of an earlier
 * boot, nor beyond the 2,048 mutexes of a thread that it walks, nor under
 * qemu-user: then ngx_lock_repair.c marks it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_HAVE_PTHREAD_ROBUST

#include <unistd.h>

typedef char  mutex_fits[sizeof(pthread_mutex_t)
                         <= sizeof(((ngx_lock_t *) 0)->more) ? 1 : -1];

static pthread_mutex_t *
mutex_of(ngx_lock_t *lock)
{
    return (pthread_mutex_t *) (void *) lock->more;
}

static int
robust_init(ngx_lock_t *lock)
{
    ngx_memzero(lock->more, sizeof(lock->more));
    return ngx_lock_mutex(mutex_of(lock), 1);
}

/* The word only tells stat and waiters who has the mutex. */
static void
show(ngx_lock_t *lock)
{
#if NGX_LOCK_HAVE_WORD
    *(volatile uint64_t *) &lock->word = ngx_lock_me();
#else
    *(volatile uint64_t *) &lock->word = 1;
#endif
}

/*
 * The lock that this thread is acquiring or releasing, for signal handlers: its
 * word may not name the thread, though the thread has the mutex.
 */
static __thread ngx_lock_t *volatile  busy;

/*
 * pthread knows owners by tid alone.  EDEADLK for a lock that the caller does
 * not have means that its owner is dead and had the same tid.
 */
static int
judge(ngx_lock_t *lock, int rc, ngx_lock_t *outer)
{
#if NGX_LOCK_HAVE_WORD
    if (rc == EDEADLK && outer != lock
        && ngx_lock_read(&lock->word) != ngx_lock_me()
        && ngx_lock_repair_own(mutex_of(lock)))
    {
        return pthread_mutex_trylock(mutex_of(lock));
    }
#else
    (void) lock;
    (void) outer;
#endif

    return rc;
}

/* 1: the owner is dead, and the mutex is marked now. */
static int
repair(ngx_lock_t *lock)
{
#if NGX_LOCK_HAVE_WORD
    return ngx_lock_repair(mutex_of(lock), lock->ns,
                           ngx_lock_read(&lock->word));
#else
    (void) lock;
    return 0;
#endif
}

/* rc of the mutex: on success note the owner; errors pass through. */
static int
got(ngx_lock_t *lock, int rc, int waited)
{
    if (rc != 0 && rc != EOWNERDEAD) {
        return rc;
    }

    /*
     * Consistent at once, so that the mutex stays usable if the caller releases
     * it without a repair; death_pending tells the next owner.
     */
    if (rc == EOWNERDEAD) {
        (void) pthread_mutex_consistent(mutex_of(lock));
    }

    show(lock);
    ngx_lock_mutex_note(mutex_of(lock), &lock->waiting);
    lock->contended += (uint64_t) waited;

#if NGX_LOCK_HAVE_WORD
    return ngx_lock_taken(lock, ngx_lock_self.pid, rc != 0);
#else
    return ngx_lock_taken(lock, (uint32_t) getpid(), rc != 0);
#endif
}

static int
spin_for(ngx_lock_t *lock, ngx_uint_t spin)
{
    int         rc;
    ngx_uint_t  n, i;

    for (n = 1; n < spin; n <<= 1) {
        for (i = 0; i < n; i++) {
            ngx_lock_pause();
        }

        if (*(volatile uint64_t *) &lock->word == 0) {
            rc = pthread_mutex_trylock(mutex_of(lock));
            if (rc != EBUSY) {
                return rc;
            }
        }
    }

    return EBUSY;
}

/* trylock examines the owner no more often than this, in microseconds. */
#define GLANCE  1000

static int
may_look(ngx_lock_t *lock, int64_t us)
{
    uint32_t  now = (uint32_t) ngx_lock_now();

    if (us == 0 && now - lock->looked < GLANCE) {
        return 0;
    }

    lock->looked = now;
    return 1;
}

/*
 * Sleep in slices: if a wake is lost because the woken thread was killed, the
 * next slice finds the mutex free.
 */
static int
acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms,
    ngx_lock_t *outer)
{
    int               rc;
    int64_t           us;
    ngx_lock_watch_t  w;

    rc = judge(lock, pthread_mutex_trylock(mutex_of(lock)), outer);

    if (rc == 0 || rc == EOWNERDEAD) {
        return got(lock, rc, 0);
    }

    if (timeout_ms != 0) {
        rc = spin_for(lock, spin);
    }

    ngx_lock_watch(&w, 0, timeout_ms, NGX_LOCK_PATIENCE, lock->acquired);

    while (rc == EBUSY || rc == ETIMEDOUT) {
        ngx_lock_note(lock);
        us = ngx_lock_next(&w, *(volatile uint64_t *) &lock->acquired);

        if (!w.stuck) {
            lock->starving = 1;
        }

        rc = judge(lock, ngx_lock_mutex_timed(mutex_of(lock), us), outer);

        if (rc == ETIMEDOUT && (w.stuck || us == 0) && may_look(lock, us)
            && repair(lock))
        {
            rc = pthread_mutex_trylock(mutex_of(lock));
        }

        if (us == 0 && (rc == ETIMEDOUT || rc == EBUSY)) {
            return EAGAIN;
        }
    }

    return got(lock, rc, 1);
}

static int
robust_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    int          rc;
    ngx_lock_t  *outer = busy;

#if NGX_LOCK_HAVE_WORD
    (void) ngx_lock_me();

    if (ngx_lock_self.unknown) {
        return ENOTSUP;
    }
#endif

    busy = lock;
    rc = acquire(lock, spin, timeout_ms, outer);
    busy = outer;

    return rc;
}

static int
mine(ngx_lock_t *lock)
{
#if NGX_LOCK_HAVE_WORD
    return ngx_lock_read(&lock->word) == ngx_lock_me();
#else
    int  rc = ngx_lock_mutex_timed(mutex_of(lock), 0);

    if (rc == 0 || rc == EOWNERDEAD) {
        (void) got(lock, rc, 0);
        lock->word = 0;
        (void) pthread_mutex_unlock(mutex_of(lock));
    }

    return rc == EDEADLK;
#endif
}

static int
robust_release(ngx_lock_t *lock)
{
    int          rc, starving;
    ngx_lock_t  *outer = busy;

    if (!mine(lock)) {
        return EPERM;
    }

    if (lock->depth != 0) {
        lock->depth--;
        return 0;
    }

    busy = lock;
    *(volatile uint64_t *) &lock->word = 0;
    starving = ngx_lock_starving(lock);
    rc = pthread_mutex_unlock(ngx_lock_mutex_noted(mutex_of(lock),
                                                   lock->waiting));
    busy = outer;

    if (starving) {
        ngx_lock_nap(NGX_LOCK_YIELD);
    }

    return rc;
}

static int
robust_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    int          rc;
    ngx_lock_t  *outer = busy;

    if (lock->pid != (uint32_t) pid) {
        return 0;
    }

    busy = lock;
    rc = judge(lock, pthread_mutex_trylock(mutex_of(lock)), outer);

    if (rc == EBUSY && repair(lock)) {
        rc = pthread_mutex_trylock(mutex_of(lock));
    }

    if (rc == 0 || rc == EOWNERDEAD) {
        (void) got(lock, rc, 0);
        (void) robust_release(lock);
    }

    busy = outer;
    return rc == EOWNERDEAD;
}

static int
robust_held(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead)
{
#if NGX_LOCK_HAVE_WORD
    return ngx_lock_word_held(lock, tid, dead);
#else
    *tid = 0;
    *dead = 0;
    return lock->word != 0;
#endif
}

const ngx_lock_kind_t  ngx_lock_robust = {
    .name = "robust",
    .init = robust_init,
    .acquire = robust_acquire,
    .release = robust_release,
    .force = robust_force,
    .held = robust_held,
    .ns = 1
};

#endif
