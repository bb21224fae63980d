/*
 * ngx_lock_sem.c - waiters for a lock word sleep on a semaphore.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_HAVE_POSIX_SEM && NGX_LOCK_HAVE_WORD

#include <semaphore.h>
#include <time.h>

typedef char  sem_fits[sizeof(sem_t) <= sizeof(((ngx_lock_t *) 0)->more)
                       ? 1 : -1];

static sem_t *
sem_of(ngx_lock_t *lock)
{
    return (sem_t *) (void *) lock->more;
}

int
ngx_lock_sem_init(ngx_lock_t *lock)
{
    return sem_init(sem_of(lock), 1, 0) == 0 ? 0 : errno;
}

/* By the monotonic clock only, as in ngx_lock_mutex.c. */
static int
sem_kind_sleep(ngx_lock_t *lock, uint64_t word, int64_t us)
{
#if NGX_HAVE_SEM_CLOCKWAIT

    struct timespec  ts;

    (void) word;
    ngx_lock_until(&ts, us);

    return sem_clockwait(sem_of(lock), CLOCK_MONOTONIC, &ts) == 0;

#else

    int64_t  left, end = ngx_lock_now() + us;

    while (sem_trywait(sem_of(lock)) != 0) {
        left = end - ngx_lock_now();

        if (left <= 0 || ngx_lock_read(&lock->word) != word) {
            return 0;
        }

        ngx_lock_nap(left < NGX_LOCK_SOON ? left : NGX_LOCK_SOON);
    }

    return 1;

#endif
}

static int
sem_kind_wake(ngx_lock_t *lock)
{
    return sem_post(sem_of(lock)) == 0;
}

const ngx_lock_sleep_t  ngx_lock_by_sem = {
    .sleep = sem_kind_sleep,
    .wake = sem_kind_wake
};

#endif
