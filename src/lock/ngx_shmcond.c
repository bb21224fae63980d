/*
 * ngx_shmcond.c - sleep until a count of wakes changes.
 *
 * Who is killed, and why no wake is lost:
 *
 *   the waker, before it has counted    it had the lock: a look finds that the
 *   the wake                            turns of the lock have changed
 *   the waker, after that               a look finds the count changed
 *   a sleeper whom the kernel chose     the count has changed for all sleepers
 *   to wake                             of before
 *   one that was woken, with the lock   its turn is one more
 *
 * A turn that ends in a wait is no reason to look: who waits has changed
 * nothing since it called wake.  So sleepers do not keep each other awake.  It
 * is counted as ended before the lock is released, by its owner.
 *
 * All is as well where the kernel has no futex; the sleep is polling then.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_shmcond.h"
#include "ngx_lock_kind.h"
#include "ngx_lock_word.h"

#include <limits.h>

/* The time before the first look, and between the last ones, in us. */
#define FIRST  10000
#define LAST   (NGX_SHMCOND_LOOK_MS * 1000)

typedef char  cond_has_one_size[sizeof(ngx_shmcond_t) == 32 ? 1 : -1];

typedef struct {
    ngx_lock_t  *lock;      /* NULL: none */
    uint32_t     seq;       /* wakes, when the wait began */
    uint32_t     turns;     /* of the lock, likewise */
    int64_t      end;       /* -1: never */
    int64_t      pause;     /* until the next look */
    int          counted;   /* 1: a sleeper, and nobody has woken it */
} wait_t;

#define load(word)  (*(volatile uint32_t *) &(word))

static void
add(uint32_t *word, uint32_t n)
{
#if NGX_HAVE_ATOMIC_OPS
    (void) __sync_fetch_and_add(word, n);
#else
    *(volatile uint32_t *) word += n;
#endif
}

/*
 * How many turns others have had.  The ended ones are read first: the lock
 * counts a turn before it ends, so none is hidden.
 */
static uint32_t
turns(ngx_shmcond_t *cond, ngx_lock_t *lock)
{
    uint32_t  entered = load(cond->entered);

    ngx_lock_acquired();
    return (uint32_t) *(volatile uint64_t *) &lock->acquired - entered;
}

static int64_t
longer(int64_t pause)
{
    return pause < LAST / 2 ? pause * 2 : LAST;
}

/* 1: others may have changed the state since the wait began. */
static int
look(ngx_shmcond_t *cond, wait_t *w)
{
    if (w->lock == NULL || turns(cond, w->lock) != w->turns) {
        return 1;
    }

    w->pause = longer(w->pause);
    return 0;
}

/* NGX_OK or NGX_AGAIN, as of the wait. */
static ngx_int_t
sleep_on(ngx_shmcond_t *cond, wait_t *w)
{
    int64_t  us, now = ngx_lock_now(), next = now + w->pause;

    for ( ;; ) {
        us = w->end != -1 && w->end < next ? w->end - now : next - now;

        if (us > 0 && ngx_lock_park(&cond->seq, w->seq, us)) {
            w->counted = 0;
            return NGX_OK;
        }

        if (load(cond->seq) != w->seq) {
            return NGX_OK;
        }

        now = ngx_lock_now();

        if (w->end != -1 && now >= w->end) {
            return NGX_AGAIN;
        }

        if (now >= next) {
            if (look(cond, w)) {
                return NGX_OK;
            }

            next = now + w->pause;
        }
    }
}

/* The lock is the caller's until this returns 0; else an errno value. */
static int
leave(ngx_lock_t *lock)
{
    int       rc;
    uint16_t  depth = lock->depth;

#if NGX_LOCK_HAVE_WORD
    /* what is half done must not be seen */
    if (lock->use & NGX_LOCK_OPEN && ngx_lock_read(&lock->word) == ngx_lock_me())
    {
        return EDEADLK;
    }
#endif

    rc = ngx_lock_release(lock);

    if (rc == 0 && depth != 0) {
        lock->depth++;
        return EDEADLK;
    }

    return rc;
}

/* Count the caller as a sleeper, and release the lock.  0 or errno. */
static int
begin(ngx_shmcond_t *cond, wait_t *w, ngx_int_t timeout_ms)
{
    int  rc = 0;

    w->seq = load(cond->seq);
    w->pause = load(cond->pause);
    w->counted = 1;
    w->end = timeout_ms < 0 || timeout_ms > INT_MAX
             ? -1 : ngx_lock_now() + (int64_t) timeout_ms * 1000;

    if (w->pause < FIRST || w->pause > LAST) {
        w->pause = FIRST;
    }

    add(&cond->waiting, 1);

    if (w->lock != NULL) {
        add(&cond->entered, 1);
        w->turns = turns(cond, w->lock);
        rc = leave(w->lock);
    }

    if (rc != 0) {
        add(&cond->entered, (uint32_t) -1);
        add(&cond->waiting, (uint32_t) -1);
    }

    return rc;
}

/*
 * Sleepers that come back without a wake, as long as others have the lock all
 * the time, do so less and less often; after a wake, soon again.
 */
static void
finish(ngx_shmcond_t *cond, const wait_t *w, ngx_int_t rc)
{
    if (w->counted) {
        add(&cond->waiting, (uint32_t) -1);
    }

    if (rc == NGX_OK) {
        *(volatile uint32_t *) &cond->pause =
            (uint32_t) (w->counted ? longer(w->pause) : FIRST);
    }
}

static ngx_int_t
refused(int err)
{
    errno = err;
    return NGX_ERROR;
}

ngx_int_t
ngx_shmcond_wait(ngx_shmcond_t *cond, ngx_shmtx_t *mtx, ngx_int_t timeout_ms)
{
    int        err = errno;
    wait_t     w;
    ngx_int_t  rc, locked;

    if (cond == NULL || ((uintptr_t) cond & 7) != 0
        || (mtx != NULL && mtx->lock == NULL))
    {
        return refused(EINVAL);
    }

    ngx_memzero(&w, sizeof(wait_t));

    if (mtx != NULL) {
        w.lock = (ngx_lock_t *) (uintptr_t) mtx->lock;
    }

    rc = begin(cond, &w, timeout_ms);
    if (rc != 0) {
        return refused((int) rc);
    }

    rc = sleep_on(cond, &w);
    finish(cond, &w, rc);
    errno = err;

    locked = mtx != NULL ? ngx_shmtx_lock_ex(mtx, -1) : NGX_OK;

    if (locked == NGX_SHMTX_OWNER_DIED && mtx->recover != NULL) {
        mtx->recover(mtx, mtx->data);
    }

    return locked != NGX_OK ? locked : rc;
}

#if NGX_HAVE_FUTEX

/* A sleeper that was woken is not counted any more. */
static void
wake_some(ngx_shmcond_t *cond, ngx_uint_t n)
{
    int  err = errno, woken;

    woken = ngx_lock_unpark(&cond->seq,
                            n == NGX_SHMCOND_ALL || n > INT_MAX ? INT_MAX
                                                                : (int) n);
    add(&cond->waiting, (uint32_t) -woken);
    errno = err;
}

#endif

void
ngx_shmcond_wake(ngx_shmcond_t *cond, ngx_uint_t n)
{
    add(&cond->seq, 1);

#if NGX_HAVE_FUTEX
    /* without atomic operations the count may be too low */
    if (!NGX_HAVE_ATOMIC_OPS || load(cond->waiting) != 0) {
        wake_some(cond, n);
    }
#else
    (void) n;
#endif
}
