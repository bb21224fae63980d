/*
 * ngx_lock_park.c - the clock, back-off, and futex wait and wake.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_kind.h"

#include <limits.h>
#include <time.h>

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#include <unistd.h>
#endif

int64_t
ngx_lock_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
ngx_lock_until(struct timespec *ts, int64_t us)
{
    (void) clock_gettime(CLOCK_MONOTONIC, ts);

    ts->tv_nsec += (long) (us % 1000000) * 1000;
    ts->tv_sec += (time_t) (us / 1000000) + ts->tv_nsec / 1000000000;
    ts->tv_nsec %= 1000000000;
}

void
ngx_lock_nap(int64_t us)
{
    struct timespec  ts;

    ts.tv_sec = 0;
    ts.tv_nsec = (long) us * 1000;
    (void) nanosleep(&ts, NULL);
}

void
ngx_lock_note(ngx_lock_t *lock)
{
    uint64_t  acquired = *(volatile uint64_t *) &lock->acquired;

    if (lock->seen != acquired) {
        lock->since = ngx_lock_now();
        lock->seen = acquired;
    }
}

void
ngx_lock_watch(ngx_lock_watch_t *w, int64_t start, ngx_int_t timeout_ms,
    int64_t first, uint64_t turns)
{
    w->start = start != 0 ? start : ngx_lock_now();
    w->end = timeout_ms < 0 || timeout_ms > INT_MAX
             ? -1 : w->start + (int64_t) timeout_ms * 1000;
    w->slice = first / NGX_LOCK_GROW;
    w->turns = turns;
    w->stuck = 0;
}

int64_t
ngx_lock_next(ngx_lock_watch_t *w, uint64_t turns)
{
    int64_t  left, most;

    w->stuck = turns == w->turns;
    w->turns = turns;

    most = w->stuck ? NGX_LOCK_LOOK : NGX_LOCK_PATIENCE;
    w->slice *= NGX_LOCK_GROW;

    if (w->slice > most) {
        w->slice = most;
    }

    if (w->end == -1) {
        return w->slice;
    }

    left = w->end - ngx_lock_now();

    return left <= 0 ? 0 : left < w->slice ? left : w->slice;
}

#if NGX_HAVE_FUTEX

/* Operations of futex(2), shared between processes; musl has no header. */
#define OP_WAIT  0
#define OP_WAKE  1

/* Newer 32-bit systems only have the call with a 64-bit time. */
#ifdef SYS_futex
#define FUTEX_CALL  SYS_futex
#else
#define FUTEX_CALL  SYS_futex_time64
#endif

int
ngx_lock_park(void *p, uint32_t value, int64_t us)
{
    struct timespec  ts;

    ts.tv_sec = (time_t) (us / 1000000);
    ts.tv_nsec = (long) (us % 1000000) * 1000;

    return syscall(FUTEX_CALL, p, OP_WAIT, value, &ts, NULL, 0) == 0;
}

int
ngx_lock_unpark(void *p, int n)
{
    long  woken = syscall(FUTEX_CALL, p, OP_WAKE, n, NULL, NULL, 0);

    return woken > 0 ? (int) woken : 0;
}

#else

/* Without futexes, waiters poll: sleep for a moment. */
#define SOON  1000

int
ngx_lock_park(void *p, uint32_t value, int64_t us)
{
    if (*(volatile uint32_t *) p == value) {
        ngx_lock_nap(us < SOON ? us : SOON);
    }

    return 0;
}

int
ngx_lock_unpark(void *p, int n)
{
    (void) p;
    (void) n;
    ngx_lock_nap(SOON + SOON / 2);
    return 0;
}

#endif
