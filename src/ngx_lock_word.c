#include "ngx_auto_config.h"

#include "ngx_lock_word.h"

#if NGX_LOCK_HAVE_WORD

/* Look first: a look shares the cache line, a failed swap takes it away. */
static int
try_word(ngx_lock_t *lock, uint64_t mine)
{
    return *(volatile uint64_t *) &lock->word == 0
           && ngx_lock_cas(&lock->word, 0, mine);
}

/* Try again and again for a short while; the pauses double. */
static int
spin_for(ngx_lock_t *lock, ngx_uint_t spin, uint64_t mine)
{
    ngx_uint_t  n, i;

    for (n = 1; n < spin; n <<= 1) {
        for (i = 0; i < n; i++) {
            ngx_lock_pause();
        }

        if (try_word(lock, mine)) {
            return 1;
        }
    }

    return 0;
}

/* Take the lock if its owner is dead. */
static int
inherit(ngx_lock_t *lock, uint64_t mine)
{
    uint64_t  word = ngx_lock_read(&lock->word);

    return ngx_lock_owner_dead(lock->ns, word)
           && ngx_lock_cas(&lock->word, word,
                           mine | (word & NGX_LOCK_SLEEPER));
}

static int
done(ngx_lock_t *lock, int died)
{
    lock->contended++;
    return ngx_lock_taken(lock, ngx_lock_self.pid, died);
}

/*
 * One sleep.  Whoever slept takes the lock with the sleeper's mark, as others
 * may sleep on.  A wake that is lost, because the thread that was to wake or
 * the one that was woken died, costs one slice.
 */
static void
sleep_once(ngx_lock_t *lock, ngx_int_t ms, const ngx_lock_sleep_t *how)
{
    uint64_t  word = ngx_lock_read(&lock->word);

    if (word == 0) {
        return;
    }

    if (!(word & NGX_LOCK_SLEEPER)
        && !ngx_lock_cas(&lock->word, word, word | NGX_LOCK_SLEEPER))
    {
        return;
    }

    how->sleep(lock, word | NGX_LOCK_SLEEPER, ms);
}

/*
 * The look at an owner that a try does not get past.  Tries come in loops, and
 * a look costs more than a hundred of them: one in a while will do.
 */
static int
glance(ngx_lock_t *lock, uint64_t mine)
{
    uint32_t  now = (uint32_t) ngx_lock_now();

    if (now - lock->looked < NGX_LOCK_LOOK) {
        return 0;
    }

    lock->looked = now;
    return inherit(lock, mine);
}

int
ngx_lock_word_wait(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms,
    const ngx_lock_sleep_t *how)
{
    int64_t    start, look;
    uint64_t   me = ngx_lock_me(), mine = me;
    ngx_int_t  ms;

    if (try_word(lock, me)) {
        return ngx_lock_taken(lock, ngx_lock_self.pid, 0);
    }

    if (ngx_lock_who(ngx_lock_read(&lock->word)) == me) {
        return EDEADLK;
    }

    if (timeout_ms == 0) {
        return glance(lock, me) ? done(lock, 1) : EAGAIN;
    }

    start = ngx_lock_now();
    look = start + NGX_LOCK_LOOK;

    for ( ;; ) {

        if (try_word(lock, mine)
            || spin_for(lock, spin, mine))
        {
            return done(lock, 0);
        }

        ms = ngx_lock_left(start, timeout_ms, NGX_LOCK_LOOK);

        if (ms > 0) {
            ngx_lock_note(lock);
            sleep_once(lock, ms, how);
            mine = me | NGX_LOCK_SLEEPER;
        }

        if (ms == 0 || ngx_lock_now() >= look) {
            if (inherit(lock, mine)) {
                return done(lock, 1);
            }

            look = ngx_lock_now() + NGX_LOCK_LOOK;
        }

        if (ms == 0) {
            return EAGAIN;
        }
    }
}

int
ngx_lock_word_leave(ngx_lock_t *lock, const ngx_lock_sleep_t *how)
{
    uint64_t  word;

    do {
        word = ngx_lock_read(&lock->word);

        if (ngx_lock_who(word) != ngx_lock_me()) {
            return EPERM;
        }

        if (lock->depth != 0) {
            lock->depth--;
            return 0;
        }

    } while (!ngx_lock_cas(&lock->word, word, 0));

    if (word & NGX_LOCK_SLEEPER) {
        how->wake(lock);
    }

    return 0;
}

int
ngx_lock_word_force(ngx_lock_t *lock, ngx_pid_t pid,
    const ngx_lock_sleep_t *how)
{
    uint64_t  me = ngx_lock_me();
    uint64_t  word = ngx_lock_read(&lock->word);

    if (word == 0
        || ((word & NGX_LOCK_TID) != (uint64_t) pid
            && lock->pid != (uint32_t) pid))
    {
        return 0;
    }

    if (ngx_lock_who(word) != me
        && !ngx_lock_cas(&lock->word, word, me | (word & NGX_LOCK_SLEEPER)))
    {
        return 0;
    }

    /* now it is the caller's, and told of if the caller dies here */
    lock->depth = 0;
    lock->unheard = 1;

    return ngx_lock_word_leave(lock, how) == 0;
}

int
ngx_lock_word_held(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead)
{
    uint64_t  word = *(volatile uint64_t *) &lock->word;

    /* a plain read: the memory may be mapped for reading only */
    *tid = (ngx_pid_t) (word & NGX_LOCK_TID);
    *dead = (ngx_uint_t) ngx_lock_owner_dead(lock->ns, word);

    return word != 0;
}

#endif
