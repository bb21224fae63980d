/*
 * wait.c - instead of waiting, a process lets the controller go on.
 *
 * The linker puts these in the places of the C library's (--wrap).
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <time.h>

long __real_syscall(long number, ...);
long __wrap_syscall(long number, ...);

static long
wait_here(volatile uint32_t *p, uint32_t value)
{
    pair_process_t  *self = &w->process[me];

    pair_point((unsigned char *) (uintptr_t) p, 0);
    if (*p != value) {
        errno = EAGAIN;
        return -1;
    }

    self->waits = (void *) (uintptr_t) p;
    self->woken = 0;
    self->naps++;
    pair_park(PAIR_BLOCKED);
    self->waits = NULL;
    errno = ETIMEDOUT;
    return self->woken ? 0 : -1;
}

static long
wake_here(void *p, long n)
{
    int   i;
    long  woken = 0;

    pair_point(p, 0);
    for (i = 0; i < PAIR_PROCESSES && woken < n; i++) {
        if (w->process[i].waits == p && w->process[i].state == PAIR_BLOCKED
            && !w->process[i].woken)
        {
            w->process[i].woken = 1;
            woken++;
        }
    }

    return woken;
}

long
__wrap_syscall(long number, ...)
{
    va_list  ap;
    long     a[6];
    int      i;

    va_start(ap, number);
    for (i = 0; i < 6; i++) {
        a[i] = va_arg(ap, long);
    }
    va_end(ap);

    if (number == SYS_futex && pair_on) {
        switch (a[1] & FUTEX_CMD_MASK) {
        case FUTEX_WAIT:
        case FUTEX_WAIT_BITSET:
            return wait_here((volatile uint32_t *) a[0], (uint32_t) a[2]);
        case FUTEX_WAKE:
            return wake_here((void *) a[0], a[2]);
        default:
            break;
        }
    }

    return __real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static int
nap(void)
{
    if (pair_on) {
        w->process[me].naps++;
        pair_park(PAIR_BLOCKED);
    }
    return 0;
}

int __wrap_nanosleep(const struct timespec *ts, struct timespec *left);
int __wrap_sched_yield(void);

int
__wrap_nanosleep(const struct timespec *ts, struct timespec *left)
{
    (void) ts;
    (void) left;
    return nap();
}

int
__wrap_sched_yield(void)
{
    return nap();
}

/*
 * The clock goes on by being asked, and so the same way each time; but not the
 * one that tells when a process began.
 */
int __real_clock_gettime(clockid_t id, struct timespec *ts);
int __wrap_clock_gettime(clockid_t id, struct timespec *ts);

int
__wrap_clock_gettime(clockid_t id, struct timespec *ts)
{
    int  n = 0;

    if (id == CLOCK_BOOTTIME) {
        return __real_clock_gettime(id, ts);
    }

    n = w != NULL ? w->now.calls++ : 0;
    ts->tv_sec = 1000 + n / 25;
    ts->tv_nsec = n % 25 * 40000000;
    return 0;
}

/* Mutexes in the pool are the C library's: points are around them. */
int __real_pthread_mutex_trylock(pthread_mutex_t *m);
int __real_pthread_mutex_lock(pthread_mutex_t *m);
int __real_pthread_mutex_unlock(pthread_mutex_t *m);
int __wrap_pthread_mutex_trylock(pthread_mutex_t *m);
int __wrap_pthread_mutex_lock(pthread_mutex_t *m);
int __wrap_pthread_mutex_timedlock(pthread_mutex_t *m,
    const struct timespec *ts);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *m);

static int
is_shared(pthread_mutex_t *m)
{
    return pair_on
           && (size_t) ((unsigned char *) m - w->base) < w->size;
}

int
__wrap_pthread_mutex_trylock(pthread_mutex_t *m)
{
    pair_point((unsigned char *) m, 1);
    return __real_pthread_mutex_trylock(m);
}

int
__wrap_pthread_mutex_lock(pthread_mutex_t *m)
{
    int  rc;

    if (!is_shared(m)) {
        return __real_pthread_mutex_lock(m);
    }

    for ( ;; ) {
        pair_point((unsigned char *) m, 1);
        rc = __real_pthread_mutex_trylock(m);
        if (rc != EBUSY) {
            return rc;
        }
        (void) nap();
    }
}

int
__wrap_pthread_mutex_timedlock(pthread_mutex_t *m, const struct timespec *ts)
{
    int  i, rc = EBUSY;

    (void) ts;
    for (i = 0; i < 2 && rc == EBUSY; i++) {
        pair_point((unsigned char *) m, 1);
        rc = __real_pthread_mutex_trylock(m);
        if (rc == EBUSY) {
            (void) nap();
        }
    }
    return rc == EBUSY ? ETIMEDOUT : rc;
}

int
__wrap_pthread_mutex_unlock(pthread_mutex_t *m)
{
    pair_point((unsigned char *) m, 1);
    return __real_pthread_mutex_unlock(m);
}
