/*
 * ngx_rwlock.c - nginx's read-write lock: one word, which names no owner.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock.h"
#include "ngx_lock_kind.h"

#include <time.h>

#if NGX_HAVE_ATOMIC_OPS

#define WRITER  ((ngx_atomic_uint_t) -1)

/* Back off: from a pause to a sleep of a millisecond. */
static void
wait_a_bit(ngx_uint_t *turn)
{
    ngx_uint_t       i;
    struct timespec  ts = { 0, 0 };

    if (*turn < 12) {
        for (i = (ngx_uint_t) 1 << (*turn)++; i > 0; i--) {
            ngx_lock_pause();
        }
        return;
    }

    ts.tv_nsec = *turn < 32 ? 50000 : 1000000;
    *turn += *turn < 32;
    (void) nanosleep(&ts, NULL);
}

void
ngx_rwlock_wlock(ngx_atomic_t *lock)
{
    int         err = errno;
    ngx_uint_t  turn = 0;

    while (*lock != 0 || !ngx_atomic_cmp_set(lock, 0, WRITER)) {
        wait_a_bit(&turn);
    }

    errno = err;
}

void
ngx_rwlock_rlock(ngx_atomic_t *lock)
{
    int                err = errno;
    ngx_uint_t         turn = 0;
    ngx_atomic_uint_t  readers;

    for ( ;; ) {
        readers = *lock;

        if (readers != WRITER
            && ngx_atomic_cmp_set(lock, readers, readers + 1))
        {
            break;
        }

        wait_a_bit(&turn);
    }

    errno = err;
}

void
ngx_rwlock_unlock(ngx_atomic_t *lock)
{
    if (*lock == WRITER) {
        (void) ngx_atomic_cmp_set(lock, WRITER, 0);
        return;
    }

    (void) ngx_atomic_fetch_add(lock, (ngx_atomic_uint_t) -1);
}

void
ngx_rwlock_downgrade(ngx_atomic_t *lock)
{
    (void) ngx_atomic_cmp_set(lock, WRITER, 1);
}

#endif
