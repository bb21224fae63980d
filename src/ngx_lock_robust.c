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

/* The word only shows who has the mutex. */
static void
show(ngx_lock_t *lock)
{
#if NGX_LOCK_HAVE_WORD
    *(volatile uint64_t *) &lock->word = ngx_lock_me();
#else
    *(volatile uint64_t *) &lock->word = 1;
#endif
}

/* A good rc of the mutex becomes ours; the others pass. */
static int
got(ngx_lock_t *lock, int rc, int waited)
{
    if (rc != 0 && rc != EOWNERDEAD) {
        return rc;
    }

    /*
     * Consistent at once: the mutex serves on if the caller leaves it without
     * repair, and tells the next one again if the caller dies.
     */
    if (rc == EOWNERDEAD) {
        (void) pthread_mutex_consistent(mutex_of(lock));
    }

    show(lock);
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

/*
 * Sleep in slices: should a system lose a wake because the one that was woken
 * was killed, the next slice finds the mutex free.
 */
static int
robust_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    int               rc;
    int64_t           us;
    ngx_lock_watch_t  w;

    rc = pthread_mutex_trylock(mutex_of(lock));

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
            lock->hungry = 1;
        }

        rc = ngx_lock_mutex_timed(mutex_of(lock), us);

        if (us == 0 && rc == ETIMEDOUT) {
            return EAGAIN;
        }
    }

    return got(lock, rc, 1);
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
    int  rc, hungry;

    if (!mine(lock)) {
        return EPERM;
    }

    if (lock->depth != 0) {
        lock->depth--;
        return 0;
    }

    *(volatile uint64_t *) &lock->word = 0;
    hungry = ngx_lock_hungry(lock);
    rc = pthread_mutex_unlock(mutex_of(lock));

    if (hungry) {
        ngx_lock_nap(NGX_LOCK_POLITE);
    }

    return rc;
}

static int
robust_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    int  rc;

    if (lock->pid != (uint32_t) pid) {
        return 0;
    }

    rc = pthread_mutex_trylock(mutex_of(lock));

    if (rc != 0 && rc != EOWNERDEAD) {
        return 0;
    }

    (void) got(lock, rc, 0);
    (void) robust_release(lock);

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
    "robust", robust_init, NULL, NULL,
    robust_acquire, robust_release, robust_force, robust_held, NULL
};

#endif
