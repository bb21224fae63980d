/*
 * ngx_lock_futex.c - waiters for a lock word sleep in the kernel, on the word.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD

/* The futex is the half that holds the tid. */
static void *
futex_half(ngx_lock_t *lock)
{
    return (char *) &lock->word + (NGX_HAVE_LITTLE_ENDIAN ? 0 : 4);
}

static int
futex_sleep(ngx_lock_t *lock, uint64_t word, int64_t us)
{
    return ngx_lock_park(futex_half(lock), (uint32_t) word, us);
}

/*
 * Wake two waiters, where one would do: with more processes than processors the
 * woken one often comes too late, and the others would sleep for a whole slice.
 */
static int
futex_wake(ngx_lock_t *lock)
{
    return ngx_lock_unpark(futex_half(lock), 2);
}

const ngx_lock_sleep_t  ngx_lock_by_futex = {
    .sleep = futex_sleep,
    .wake = futex_wake
};

#endif
