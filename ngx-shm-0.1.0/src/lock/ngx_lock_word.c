/*
 * ngx_lock_word.c - the lock whose word is its owner: wait, take, leave.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_LOCK_HAVE_WORD

/* trylock examines the owner no more often than this, in microseconds. */
#define GLANCE  1000

/* The first sleep, with and without a spin before it, in microseconds. */
#define AFTER_SPIN  500
#define NO_SPIN     125

/* Read first: a read shares the cache line, a failed swap takes it away. */
static int
try_word(ngx_lock_t *lock)
{
    return *(volatile uint64_t *) &lock->word == 0
           && ngx_lock_swap(&lock->word, 0);
}

/* Try again and again for a short while; the pauses double. */
static int
spin_for(ngx_lock_t *lock, ngx_uint_t spin)
{
    ngx_uint_t  n, i;

    for (n = 1; n < spin; n <<= 1) {
        for (i = 0; i < n; i++) {
            ngx_lock_pause();
        }

        if (try_word(lock)) {
            return 1;
        }
    }

    return 0;
}

/* The kernel saw the owner die. */
static int
marked(ngx_lock_t *lock)
{
    return (ngx_lock_read(&lock->word) & NGX_LOCK_DIED) != 0;
}

/* Take the lock if its owner is dead. */
static int
inherit(ngx_lock_t *lock)
{
    uint64_t  word = ngx_lock_read(&lock->word);

    return ngx_lock_owner_dead(lock->ns, word)
           && ngx_lock_swap(&lock->word, word);
}

static int
done(ngx_lock_t *lock, int died)
{
    lock->contended++;
    return ngx_lock_taken(lock, ngx_lock_self.pid, died);
}

/*
 * A killed sleeper leaves the count too high: spurious wakes, each of which
 * decrements it.  A count too low is a missed wake, which costs a slice.
 */
static void
fewer(ngx_lock_t *lock, uint32_t by)
{
    uint32_t  n;

    do {
        n = *(volatile uint32_t *) &lock->waiting;
    } while (n != 0
             && !ngx_lock_cas(&lock->waiting, n, n > by ? n - by : 0));
}

/* One slice of sleep: the cost of a wake that is lost by a death. */
static void
sleep_once(ngx_lock_t *lock, int64_t us, const ngx_lock_sleep_t *how)
{
    uint64_t  word;

    (void) __sync_add_and_fetch(&lock->waiting, 1);
    word = ngx_lock_read(&lock->word);

    if (word == 0 || !how->sleep(lock, word, us)) {
        fewer(lock, 1);
    }
}

/* How waiters sleep, by the kind; only for kinds whose word is the lock. */
static const ngx_lock_sleep_t *
how_of(const ngx_lock_t *lock)
{
#if NGX_HAVE_POSIX_SEM
    if (*(const volatile uint32_t *) &lock->made.of.magic
        == NGX_LOCK_MAGIC + NGX_LOCK_SEM)
    {
        return &ngx_lock_by_sem;
    }
#endif

#if NGX_HAVE_FUTEX
    return &ngx_lock_by_futex;
#else
    return NULL;
#endif
}

void
ngx_lock_word_wake(ngx_lock_t *lock)
{
    int  n, err = errno, starving = ngx_lock_starving(lock);

    n = how_of(lock)->wake(lock);
    fewer(lock, n > 0 ? (uint32_t) n : 1);

    /* else this thread may take the lock again before any waiter is up */
    if (starving) {
        ngx_lock_nap(NGX_LOCK_YIELD);
    }

    errno = err;
}

/*
 * trylock's rate-limited check whether the owner is alive: tries come in loops,
 * and a check costs more than a hundred of them.
 */
static int
glance(ngx_lock_t *lock)
{
    uint32_t  now = (uint32_t) ngx_lock_now();

    if (now - lock->looked < GLANCE && !marked(lock)) {
        return 0;
    }

    lock->looked = now;
    return inherit(lock);
}

static uint64_t
turns(ngx_lock_t *lock)
{
    return *(volatile uint64_t *) &lock->acquired;
}

int
ngx_lock_word_wait(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms,
    const ngx_lock_sleep_t *how)
{
    int64_t           us;
    uint64_t          me = ngx_lock_me();
    uint32_t          ns = ngx_lock_self.ns;
    ngx_lock_watch_t  w;

    if (try_word(lock)) {
        return ngx_lock_taken(lock, ngx_lock_self.pid, 0);
    }

    if (ngx_lock_read(&lock->word) == me) {
        return EDEADLK;
    }

    if (timeout_ms == 0) {
        return glance(lock) ? done(lock, 1) : EAGAIN;
    }

    /* without a spin, allow the owner one time slice first */
    ngx_lock_watch(&w, 0, timeout_ms, spin != 0 ? AFTER_SPIN : NO_SPIN,
                   turns(lock) - (spin == 0));

    for ( ;; ) {

        /* spin only while the owner makes progress */
        if (!w.stuck && spin_for(lock, spin)) {
            return done(lock, 0);
        }

        us = ngx_lock_next(&w, turns(lock));

        if ((w.stuck || us == 0 || marked(lock)) && inherit(lock)) {
            return done(lock, 1);
        }

        /* the judge may find that this process has left its namespaces */
        if (ngx_lock_self.ns != ns) {
            return EXDEV;
        }

        if (us == 0) {
            return EAGAIN;
        }

        if (!w.stuck && ngx_lock_now() - w.start > NGX_LOCK_PATIENCE) {
            lock->starving = 1;
        }

        ngx_lock_note(lock);
        sleep_once(lock, us, how);

        if (try_word(lock)) {
            return done(lock, 0);
        }
    }
}

int
ngx_lock_word_leave(ngx_lock_t *lock)
{
    if (ngx_lock_word_drop(lock)) {
        return 0;
    }

    if (ngx_lock_read(&lock->word) != ngx_lock_me()) {
        return EPERM;
    }

    lock->depth--;
    return 0;
}

int
ngx_lock_word_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    return ngx_lock_word_wait(lock, spin, timeout_ms, how_of(lock));
}

int
ngx_lock_word_release(ngx_lock_t *lock)
{
    return ngx_lock_leave_at_once(lock) ? 0 : ngx_lock_word_leave(lock);
}

/* Is pid the owner itself, or the process of an owner that is dead? */
static int
has(ngx_lock_t *lock, uint64_t word, ngx_pid_t pid)
{
    return (word & NGX_LOCK_TID) == (uint64_t) pid
           || (lock->pid == (uint32_t) pid
               && ngx_lock_owner_dead(lock->ns, word));
}

int
ngx_lock_word_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    uint64_t  me = ngx_lock_me();
    uint64_t  word = ngx_lock_read(&lock->word);

    if (word == 0 || !has(lock, word, pid)) {
        return 0;
    }

    if (word != me && !ngx_lock_swap(&lock->word, word)) {
        return 0;
    }

    /* the caller has it now; the next owner is told, also if it dies here */
    lock->depth = 0;
    lock->death_pending = 1;

    return ngx_lock_word_release(lock) == 0;
}

int
ngx_lock_word_held(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead)
{
    uint64_t  word = *(volatile uint64_t *) &lock->word;

    /* a plain read, as the memory may be mapped read-only */
    *tid = (ngx_pid_t) (word & NGX_LOCK_TID);
    *dead = (ngx_uint_t) ngx_lock_owner_dead(lock->ns, word);

    return word != 0;
}

#endif
