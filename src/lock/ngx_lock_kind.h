/*
 * ngx_lock_kind.h - the interface that each kind of lock implements.
 *
 * A kind is one table entry.  Its number is written into the lock and means the
 * same in every build.  The kinds whose lock is the word differ only in how
 * their waiters sleep.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_KIND_H_INCLUDED
#define NGX_LOCK_KIND_H_INCLUDED

#include "ngx_lock.h"

#define NGX_LOCK_MAGIC   0x6c6f6300u

#define NGX_LOCK_FUTEX   1
#define NGX_LOCK_ROBUST  2
#define NGX_LOCK_SEM     3
#define NGX_LOCK_FCNTL   4
#define NGX_LOCK_KINDS   5

/* The longest sleep of a waiter between two looks at the owner, in us. */
#define NGX_LOCK_LOOK    20000

/* The sleep between two looks where no call sleeps with a time limit, in us. */
#define NGX_LOCK_SOON    500

/* Back-off factor of sleeps; the longest sleep while others progress, in us. */
#define NGX_LOCK_GROW      4
#define NGX_LOCK_PATIENCE  1000

/* Sleep after a release, so that a starving waiter gets the lock, in us. */
#define NGX_LOCK_YIELD    50

/*
 * How waiters of a kind sleep.  sleep: for at most us microseconds while the
 * lock's word is word; 1: woken.  wake: wake some waiters; how many.
 */
typedef struct {
    int  (*sleep)(ngx_lock_t *lock, uint64_t word, int64_t us);
    int  (*wake)(ngx_lock_t *lock);
} ngx_lock_sleep_t;

typedef struct {
    const char  *name;

    /* fill in the lock, once, while no other thread can use it; may be NULL */
    int        (*init)(ngx_lock_t *lock);

    /* open and close the descriptors of this process; may be NULL */
    int        (*join)(ngx_lock_t *lock, const char *name);
    void       (*forget)(ngx_lock_t *lock);

    /* as in ngx_lock.h; death_pending is set on a death, and not cleared */
    int        (*acquire)(ngx_lock_t *lock, ngx_uint_t spin,
                          ngx_int_t timeout_ms);
    int        (*release)(ngx_lock_t *lock);

    /* release the lock if its owner is of process pid; 1: done */
    int        (*force)(ngx_lock_t *lock, ngx_pid_t pid);

    /* 1: the lock is held, by *tid; *dead is 1 if the owner is dead */
    int        (*held)(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead);

    /* 1: it names owners by tid, which is valid in one pid namespace only */
    int          ns;
} ngx_lock_kind_t;

extern const ngx_lock_sleep_t  ngx_lock_by_futex;
extern const ngx_lock_sleep_t  ngx_lock_by_sem;
int ngx_lock_sem_init(ngx_lock_t *lock);

extern const ngx_lock_kind_t  ngx_lock_futex;
extern const ngx_lock_kind_t  ngx_lock_robust;
extern const ngx_lock_kind_t  ngx_lock_sem;
extern const ngx_lock_kind_t  ngx_lock_fcntl;

/* NULL: not built, or no lock. */
const ngx_lock_kind_t *ngx_lock_kind_of(const ngx_lock_t *lock);
const ngx_lock_kind_t *ngx_lock_kind_by(uint32_t magic);

/* By its name, and the magic of its locks.  NULL: not built. */
const ngx_lock_kind_t *ngx_lock_kind_named(const char *name, uint32_t *magic);

/* Make the lock unless it is made in this boot.  0 or errno. */
int ngx_lock_make(ngx_lock_t *lock, ngx_uint_t use,
    const ngx_lock_kind_t *kind, uint32_t magic);

/* ngx_lock_acquire(), but the caller reports the death and clears the flag. */
int ngx_lock_take(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms);

/* Microseconds of the monotonic clock. */
int64_t ngx_lock_now(void);

/* The moment of that clock in us microseconds. */
struct timespec;
void ngx_lock_until(struct timespec *ts, int64_t us);

void ngx_lock_nap(int64_t us);

/* Note when the present owner was first seen, for ngx_shmtx_stat(). */
void ngx_lock_note(ngx_lock_t *lock);

/* One wait: its time limit, its back-off, and whether others progress. */
typedef struct {
    int64_t   start;
    int64_t   end;          /* -1: never */
    int64_t   slice;        /* the last sleep */
    uint64_t  turns;        /* the count before it */
    int       stuck;        /* 1: the count has not changed since */
} ngx_lock_watch_t;

/* start: when it began, 0: now.  first: the first sleep, in microseconds. */
void ngx_lock_watch(ngx_lock_watch_t *w, int64_t start, ngx_int_t timeout_ms,
    int64_t first, uint64_t turns);

/*
 * The next sleep in microseconds; 0: the time is over.  turns counts the
 * progress of others; while it does not change, they may be dead: w->stuck is
 * 1, and sleeps grow to NGX_LOCK_LOOK.
 */
int64_t ngx_lock_next(ngx_lock_watch_t *w, uint64_t turns);

/*
 * Sleep for at most us microseconds while the word at p is value; 1: woken.
 * Wake at most n such sleepers; how many.  Without futexes the sleep is short,
 * and there are no wakes.
 */
int ngx_lock_park(void *p, uint32_t value, int64_t us);
int ngx_lock_unpark(void *p, int n);

/*
 * Initialize a robust mutex, where there are such, that reports misuse by
 * EDEADLK and EPERM.  shared: for the threads of all processes.  0 or errno.
 */
int ngx_lock_mutex(pthread_mutex_t *mutex, int shared);

/*
 * A robust mutex is in a list of its owner's, by its address.  On 32 bits the C
 * library seeks it there, for ever if it was locked at another address.  So its
 * owner notes the address, and unlocks the mutex there; place is shared.
 */
void ngx_lock_mutex_note(pthread_mutex_t *mutex, uint32_t *place);
pthread_mutex_t *ngx_lock_mutex_noted(pthread_mutex_t *mutex, uint32_t place);

/* Lock it within us microseconds, or ETIMEDOUT. */
int ngx_lock_mutex_timed(pthread_mutex_t *mutex, int64_t us);

/* Count, as the caller has just acquired the lock.  0 or EOWNERDEAD. */
static ngx_inline int
ngx_lock_taken(ngx_lock_t *lock, uint32_t pid, int died)
{
    lock->pid = pid;
    lock->acquired++;

    if (died) {
        lock->depth = 0;
        lock->death_pending = 1;
        lock->recovered++;
    }

    return lock->death_pending ? EOWNERDEAD : 0;
}

/* 1: a waiter starves; the caller sleeps for NGX_LOCK_YIELD after release. */
static ngx_inline int
ngx_lock_starving(ngx_lock_t *lock)
{
    if (*(volatile uint32_t *) &lock->starving == 0) {
        return 0;
    }

    lock->starving = 0;
    return 1;
}

#if NGX_HAVE_ATOMIC_OPS
#define ngx_lock_barrier()  __sync_synchronize()
#else
#define ngx_lock_barrier()
#endif

/*
 * acquired: reads before it come before all accesses after it.  publish: all
 * accesses before it come before the stores after it.  On x86 both order the
 * compiler only.  tests/model/weak.pml proves where they are needed.
 */
#if NGX_HAVE_ATOMIC_OPS && defined(__ATOMIC_ACQUIRE)
#define ngx_lock_acquired()   __atomic_thread_fence(__ATOMIC_ACQUIRE)
#define ngx_lock_publish()    __atomic_thread_fence(__ATOMIC_RELEASE)
#else
#define ngx_lock_acquired()   ngx_lock_barrier()
#define ngx_lock_publish()    ngx_lock_barrier()
#endif

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define ngx_lock_pause()  __asm__ volatile ("pause")
#elif defined(__GNUC__) && defined(__aarch64__)
#define ngx_lock_pause()  __asm__ volatile ("isb")
#else
#define ngx_lock_pause()
#endif

#endif
