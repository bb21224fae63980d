#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD

/* The futex is the half that holds the tid and the sleeper's mark. */
static void *
futex_half(ngx_lock_t *lock)
{
    return (char *) &lock->word + (NGX_HAVE_LITTLE_ENDIAN ? 0 : 4);
}

static void
futex_sleep(ngx_lock_t *lock, uint64_t word, ngx_int_t ms)
{
    ngx_lock_park(futex_half(lock), (uint32_t) word, ms);
}

/*
 * One would do.  With more processes than processors the one that is woken
 * often comes too late, and the others would sleep for a whole slice.
 */
static void
futex_wake(ngx_lock_t *lock)
{
    ngx_lock_unpark(futex_half(lock), 2);
}

static const ngx_lock_sleep_t  by_futex = { futex_sleep, futex_wake };

static int
futex_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    return ngx_lock_word_wait(lock, spin, timeout_ms, &by_futex);
}

static int
futex_release(ngx_lock_t *lock)
{
    return ngx_lock_word_leave(lock, &by_futex);
}

static int
futex_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    return ngx_lock_word_force(lock, pid, &by_futex);
}

const ngx_lock_kind_t  ngx_lock_futex = {
    "futex", NULL, NULL, NULL,
    futex_acquire, futex_release, futex_force, ngx_lock_word_held, 1
};

#endif
