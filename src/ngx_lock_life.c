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

int
ngx_lock_mutex_timed(pthread_mutex_t *mutex, int64_t us)
{
    struct timespec  ts = { 0, 0 };

    if (us > 0) {
        ngx_lock_until(&ts, us);
    }

    return pthread_mutex_timedlock(mutex, &ts);
}

#if NGX_HAVE_PTHREAD_ROBUST

int
ngx_lock_life_init(ngx_lock_life_t *life)
{
    return ngx_lock_mutex(&life->mutex, 1);
}

int
ngx_lock_life_hold(ngx_lock_life_t *life)
{
    int  rc = pthread_mutex_trylock(&life->mutex);

    /* consistent now, and not after the repair: see ngx_lock_robust.c */
    if (rc == EOWNERDEAD) {
        (void) pthread_mutex_consistent(&life->mutex);
    }

    return rc == EDEADLK ? EBUSY : rc;
}

void
ngx_lock_life_drop(ngx_lock_life_t *life)
{
    (void) pthread_mutex_unlock(&life->mutex);
}

#elif NGX_LOCK_HAVE_WORD

/* After the word: the namespaces in which it is meant. */
static uint32_t *
ns_of(ngx_lock_life_t *life)
{
    return (uint32_t *) (void *) (life->opaque + sizeof(uint64_t));
}

int
ngx_lock_life_init(ngx_lock_life_t *life)
{
    (void) ngx_lock_me();

    life->word = 0;
    *ns_of(life) = ngx_lock_self.ns;

    return 0;
}

int
ngx_lock_life_hold(ngx_lock_life_t *life)
{
    uint64_t  me = ngx_lock_me();
    uint64_t  word = ngx_lock_read(&life->word);

    if (word == 0) {
        return ngx_lock_cas(&life->word, 0, me) ? 0 : EBUSY;
    }

    if (ngx_lock_owner_dead(*ns_of(life), word)
        && ngx_lock_cas(&life->word, word, me))
    {
        return EOWNERDEAD;
    }

    return EBUSY;
}

void
ngx_lock_life_drop(ngx_lock_life_t *life)
{
    (void) ngx_lock_cas(&life->word, ngx_lock_me(), 0);
}

#else

int
ngx_lock_life_init(ngx_lock_life_t *life)
{
    (void) life;
    return ENOSYS;
}

int
ngx_lock_life_hold(ngx_lock_life_t *life)
{
    (void) life;
    return ENOSYS;
}

void
ngx_lock_life_drop(ngx_lock_life_t *life)
{
    (void) life;
}

#endif

int
ngx_lock_life_dead(ngx_lock_life_t *life)
{
    int  rc = ngx_lock_life_hold(life);

    if (rc == 0) {
        ngx_lock_life_drop(life);
    }

    return rc == EOWNERDEAD;
}
