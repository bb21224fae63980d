/*
 * ngx_lock_repair.c - mark a robust mutex whose owner died unnoticed.
 *
 * One word of a mutex, the futex, is its owner's tid.  Each process finds the
 * place of that word once, by a mutex of its own; if it does not find it,
 * nothing is repaired.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_HAVE_PTHREAD_ROBUST && NGX_LOCK_HAVE_WORD

#include <unistd.h>

static pthread_once_t  once = PTHREAD_ONCE_INIT;
static size_t          place = NGX_LOCK_MUTEX_WORDS;    /* not known */

static void
find(void)
{
    int  i;

    (void) ngx_lock_me();
    i = ngx_lock_mutex_word((uint32_t) ngx_lock_self.word & NGX_LOCK_TID);

    if (i >= 0) {
        place = (size_t) i;
    }
}

/* NULL: not known. */
static volatile uint32_t *
futex_of(pthread_mutex_t *mutex)
{
    (void) pthread_once(&once, find);

    return place < NGX_LOCK_MUTEX_WORDS
           ? (volatile uint32_t *) (void *) mutex + place : NULL;
}

/* No wake is needed: waiters sleep in slices. */
static int
mark(volatile uint32_t *futex, uint32_t seen)
{
    return ngx_lock_cas(futex, seen, (seen & ~NGX_LOCK_TID) | NGX_LOCK_DIED);
}

int
ngx_lock_repair(pthread_mutex_t *mutex, uint32_t ns, uint64_t word)
{
    uint32_t            seen, tid;
    volatile uint32_t  *futex = futex_of(mutex);

    if (futex == NULL) {
        return 0;
    }

    seen = *futex;
    tid = seen & NGX_LOCK_TID;

    if (tid == 0 || (seen & NGX_LOCK_DIED) || ngx_lock_abroad(ns)) {
        return 0;
    }

    /* word may name an earlier owner, if the last one died before it stored */
    if ((uint32_t) (word & NGX_LOCK_TID) == tid
        ? !ngx_lock_owner_dead(ns, word) : !ngx_lock_nobody_has(tid))
    {
        return 0;
    }

    return mark(futex, seen);
}

int
ngx_lock_repair_own(pthread_mutex_t *mutex)
{
    uint32_t            seen;
    volatile uint32_t  *futex = futex_of(mutex);

    if (futex == NULL) {
        return 0;
    }

    seen = *futex;

    return (seen & NGX_LOCK_TID) == ((uint32_t) ngx_lock_me() & NGX_LOCK_TID)
           && mark(futex, seen);
}

#endif
