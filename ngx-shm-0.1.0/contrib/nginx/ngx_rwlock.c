/*
 * ngx_rwlock.c - nginx's lock for readers and writers, which survives a worker
 * that is killed with it.
 *
 * It is one word, as nginx has it in its upstream zones: the lower half has the
 * number of readers, all ones for a writer; the upper half has the sum of their
 * process ids.  While one process has the lock, the sum is its id, and a waiter
 * can ask whether it lives; of several dead readers, one is left at last.
 * nginx's workers live in one pid namespace, and its master reaps them at once.
 *
 * With words of 32 bits only the writer is known.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock.h"

#include <signal.h>
#include <time.h>

#if NGX_PTR_SIZE == 8
#define HALF    32
#define READER  (((ngx_atomic_uint_t) ngx_pid << HALF) + 1)
#define WRITER  ((ngx_atomic_uint_t) ngx_pid << HALF | MASK)
#define MASK    (((ngx_atomic_uint_t) 1 << HALF) - 1)
#else
#define HALF    0
#define READER  1
#define WRITER  (WRITES | (ngx_atomic_uint_t) ngx_pid)
#define WRITES  ((ngx_atomic_uint_t) 1 << 31)
#define MASK    (~(ngx_atomic_uint_t) 0)
#endif

/* Tries before it sleeps, and before it asks whether the owner lives. */
#define PAUSES  12
#define SLEEPS  32

static int
is_written(ngx_atomic_uint_t word)
{
#if NGX_PTR_SIZE == 8
    return (word & MASK) == MASK;
#else
    return (word & WRITES) != 0;
#endif
}

/* The process that alone has the lock; 0: not known. */
static ngx_pid_t
owner(ngx_atomic_uint_t word)
{
#if NGX_PTR_SIZE == 8
    return is_written(word) || (word & MASK) == 1
           ? (ngx_pid_t) (word >> HALF) : 0;
#else
    return is_written(word) ? (ngx_pid_t) (word & ~WRITES) : 0;
#endif
}

/* word tells that the lock is held: wait, and take it from a dead owner. */
static void
wait_for(ngx_atomic_t *lock, ngx_atomic_uint_t word, ngx_uint_t *turn)
{
    ngx_pid_t        pid;
    ngx_uint_t       i;
    struct timespec  ts = { 0, 50000 };

    if (*turn < PAUSES && ngx_ncpu > 1) {
        for (i = (ngx_uint_t) 1 << (*turn)++; i > 0; i--) {
            ngx_cpu_pause();
        }
        return;
    }

    if (*turn < SLEEPS) {
        (*turn)++;
        (void) nanosleep(&ts, NULL);
        return;
    }

    pid = owner(word);

    if (pid > 0 && kill(pid, 0) == -1 && errno == ESRCH
        && ngx_atomic_cmp_set(lock, word, 0))
    {
        ngx_log_error(NGX_LOG_ALERT, ngx_cycle->log, 0,
                      "rwlock %p was held by %P, which died", lock, pid);
        return;
    }

    ts.tv_nsec = 1000000;
    (void) nanosleep(&ts, NULL);
}

void
ngx_rwlock_wlock(ngx_atomic_t *lock)
{
    ngx_uint_t         turn = 0;
    ngx_atomic_uint_t  word;

    for ( ;; ) {
        word = *lock;

        if (word == 0) {
            if (ngx_atomic_cmp_set(lock, 0, WRITER)) {
                return;
            }

        } else {
            wait_for(lock, word, &turn);
        }
    }
}

void
ngx_rwlock_rlock(ngx_atomic_t *lock)
{
    ngx_uint_t         turn = 0;
    ngx_atomic_uint_t  word;

    for ( ;; ) {
        word = *lock;

        if (!is_written(word)) {
            if (ngx_atomic_cmp_set(lock, word, word + READER)) {
                return;
            }

        } else {
            wait_for(lock, word, &turn);
        }
    }
}

void
ngx_rwlock_unlock(ngx_atomic_t *lock)
{
    if (is_written(*lock)) {
        (void) ngx_atomic_cmp_set(lock, WRITER, 0);
        return;
    }

    (void) ngx_atomic_fetch_add(lock, -READER);
}

void
ngx_rwlock_downgrade(ngx_atomic_t *lock)
{
    (void) ngx_atomic_cmp_set(lock, WRITER, READER);
}
