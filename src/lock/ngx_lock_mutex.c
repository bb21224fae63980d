/*
 * ngx_lock_mutex.c - pthread mutexes with the attributes that locks need.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#include <time.h>

int
ngx_lock_mutex(pthread_mutex_t *mutex, int shared)
{
    int                  err;
    pthread_mutexattr_t  attr;

    err = pthread_mutexattr_init(&attr);
    if (err != 0) {
        return err;
    }

    err = pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);

    if (err == 0 && shared) {
        err = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    }

#if NGX_HAVE_PTHREAD_ROBUST
    if (err == 0) {
        err = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    }
#endif

    if (err == 0) {
        err = pthread_mutex_init(mutex, &attr);
    }

    (void) pthread_mutexattr_destroy(&attr);
    return err;
}

/*
 * By the monotonic clock only, as the time of day may be set: poll where
 * pthread has no call for that clock.
 */
int
ngx_lock_mutex_timed(pthread_mutex_t *mutex, int64_t us)
{
#if NGX_HAVE_PTHREAD_CLOCKLOCK

    struct timespec  ts = { 0, 0 };

    if (us > 0) {
        ngx_lock_until(&ts, us);
    }

    return pthread_mutex_clocklock(mutex, CLOCK_MONOTONIC, &ts);

#else

    int              rc;
    int64_t          left, end = ngx_lock_now() + us;
    struct timespec  past = { 0, 0 };

    for ( ;; ) {
        /* not by trylock, which need not return EDEADLK */
        rc = pthread_mutex_timedlock(mutex, &past);

        if (rc != ETIMEDOUT) {
            return rc;
        }

        left = end - ngx_lock_now();

        if (left <= 0) {
            return ETIMEDOUT;
        }

        ngx_lock_nap(left < NGX_LOCK_SOON ? left : NGX_LOCK_SOON);
    }

#endif
}

void
ngx_lock_mutex_note(pthread_mutex_t *mutex, uint32_t *place)
{
#if NGX_PTR_SIZE == 4
    *place = (uint32_t) (uintptr_t) mutex;
#else
    (void) mutex;
    (void) place;
#endif
}

pthread_mutex_t *
ngx_lock_mutex_noted(pthread_mutex_t *mutex, uint32_t place)
{
#if NGX_PTR_SIZE == 4
    return place != 0 ? (pthread_mutex_t *) (uintptr_t) place : mutex;
#else
    (void) place;
    return mutex;
#endif
}

#if NGX_HAVE_PTHREAD_ROBUST && NGX_LOCK_HAVE_WORD

int
ngx_lock_mutex_word(uint32_t tid)
{
#if NGX_HAVE_FUTEX
    int              i = -1, words = NGX_LOCK_MUTEX_WORDS;
    pthread_mutex_t  mutex;

    if (ngx_lock_mutex(&mutex, 1) != 0) {
        return -1;
    }

    if (pthread_mutex_lock(&mutex) == 0) {

        for (i = 0; i < words; i++) {
            if (((volatile uint32_t *) (void *) &mutex)[i] == tid) {
                break;
            }
        }

        (void) pthread_mutex_unlock(&mutex);

        if (i < words && ((volatile uint32_t *) (void *) &mutex)[i] != 0) {
            i = -1;
        }
    }

    (void) pthread_mutex_destroy(&mutex);
    return i;
#else
    (void) tid;
    return -1;
#endif
}

#endif
