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

static int
sem_kind_init(ngx_lock_t *lock)
{
    return sem_init(sem_of(lock), 1, 0) == 0 ? 0 : errno;
}

/*
 * A killed sleeper leaves waiting one too high: one post too many, and then it
 * is right again.  One too low, after a time-out that met a post, is a wake
 * less, which costs its sleeper one slice.
 */
static void
less_waiting(ngx_lock_t *lock)
{
    uint32_t  n;

    do {
        n = *(volatile uint32_t *) &lock->waiting;
    } while (n != 0 && !ngx_lock_cas(&lock->waiting, n, n - 1));
}

static void
sem_kind_sleep(ngx_lock_t *lock, uint64_t word, ngx_int_t ms)
{
    struct timespec  ts;

    (void) __sync_add_and_fetch(&lock->waiting, 1);

    if (ngx_lock_read(&lock->word) != word) {
        less_waiting(lock);
        return;
    }

    (void) clock_gettime(CLOCK_REALTIME, &ts);

    ts.tv_nsec += (long) (ms % 1000) * 1000000;
    ts.tv_sec += (time_t) (ms / 1000) + ts.tv_nsec / 1000000000;
    ts.tv_nsec %= 1000000000;

    if (sem_timedwait(sem_of(lock), &ts) == -1) {
        less_waiting(lock);
    }
}

static void
sem_kind_wake(ngx_lock_t *lock)
{
    if (*(volatile uint32_t *) &lock->waiting != 0) {
        less_waiting(lock);
        (void) sem_post(sem_of(lock));
    }
}

static const ngx_lock_sleep_t  by_sem = { sem_kind_sleep, sem_kind_wake };

static int
sem_kind_acquire(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms)
{
    return ngx_lock_word_wait(lock, spin, timeout_ms, &by_sem);
}

static int
sem_kind_release(ngx_lock_t *lock)
{
    return ngx_lock_word_leave(lock, &by_sem);
}

static int
sem_kind_force(ngx_lock_t *lock, ngx_pid_t pid)
{
    return ngx_lock_word_force(lock, pid, &by_sem);
}

const ngx_lock_kind_t  ngx_lock_sem = {
    "sem", sem_kind_init, NULL, NULL,
    sem_kind_acquire, sem_kind_release, sem_kind_force, ngx_lock_word_held, 1
};

#endif
