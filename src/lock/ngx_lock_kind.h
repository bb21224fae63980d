/*
 * ngx_lock_kind.h - what the kinds of lock are to the one interface.
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

/* A waiter sleeps no longer without a look at the owner, in microseconds. */
#define NGX_LOCK_LOOK    20000

/* Where there is no call to sleep with a limit: the sleep between two looks. */
#define NGX_LOCK_SOON    500

/* Sleeps grow so; and one past whom others get on is up again after so long. */
#define NGX_LOCK_GROW      4
#define NGX_LOCK_PATIENCE  1000

/* One that leaves sleeps so long to let one in that waits for long. */
#define NGX_LOCK_POLITE    50

/*
 * How a kind lets a thread sleep while *lock is word, for some microseconds,
 * 1: it was woken; and wakes some: how many.
 */
typedef struct {
    int  (*sleep)(ngx_lock_t *lock, uint64_t word, int64_t us);
    int  (*wake)(ngx_lock_t *lock);
} ngx_lock_sleep_t;

typedef struct {
    const char  *name;

    /* in the lock, once, while nobody else can use it; may be NULL */
    int        (*init)(ngx_lock_t *lock);

    /* in this process, at each create, and its contrary; may be NULL */
    int        (*join)(ngx_lock_t *lock, const char *name);
    void       (*forget)(ngx_lock_t *lock);

    /* as in ngx_lock.h; unheard is set on a death, and not cleared */
    int        (*acquire)(ngx_lock_t *lock, ngx_uint_t spin,
                          ngx_int_t timeout_ms);
    int        (*release)(ngx_lock_t *lock);

    /* take it from a process, which may live if the kind can do that */
    int        (*force)(ngx_lock_t *lock, ngx_pid_t pid);

    /* 1: somebody has it; then *dead, 1: and is dead */
    int        (*held)(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead);

    /* 1: it knows owners by tid, which is right within one pid namespace */
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

/* Make it, if nobody has in this boot.  0 or errno. */
int ngx_lock_make(ngx_lock_t *lock, const ngx_lock_kind_t *kind,
    uint32_t magic);

/* ngx_lock_acquire() that leaves unheard as it is: who was told, clears it. */
int ngx_lock_take(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms);

/* Microseconds of the monotonic clock. */
int64_t ngx_lock_now(void);

/* That clock in so many microseconds. */
struct timespec;
void ngx_lock_until(struct timespec *ts, int64_t us);

void ngx_lock_nap(int64_t us);

/* Somebody else looks at the owner: start the clock if it is a new one. */
void ngx_lock_note(ngx_lock_t *lock);

/* One wait: how long it may last, and whether others get on meanwhile. */
typedef struct {
    int64_t   start;
    int64_t   end;          /* -1: never */
    int64_t   slice;        /* the last sleep */
    uint64_t  turns;        /* as they were before it */
    int       stuck;        /* 1: and still are */
} ngx_lock_watch_t;

/* start: when it began, 0: now.  first: the first sleep, in microseconds. */
void ngx_lock_watch(ngx_lock_watch_t *w, int64_t start, ngx_int_t timeout_ms,
    int64_t first, uint64_t turns);

/*
 * The next sleep in microseconds, 0: the time is over.  turns counts how often
 * others have got on; while it stands still they may be dead: w->stuck is 1,
 * and the sleeps grow.
 */
int64_t ngx_lock_next(ngx_lock_watch_t *w, uint64_t turns);

/*
 * Sleep for at most so many microseconds while the word at p is value, 1: was
 * woken; and wake n who sleep so: how many did.  Without futexes the sleep is
 * short and nobody is woken.
 */
int ngx_lock_park(void *p, uint32_t value, int64_t us);
int ngx_lock_unpark(void *p, int n);

/*
 * A mutex that tells of a death where there are such, and of misuse: EDEADLK,
 * EPERM.  shared: for the threads of all processes.  0 or errno.
 */
int ngx_lock_mutex(pthread_mutex_t *mutex, int shared);

/* Lock it within so many microseconds.  ETIMEDOUT: not. */
int ngx_lock_mutex_timed(pthread_mutex_t *mutex, int64_t us);

/* The caller has just got the lock. */
static ngx_inline int
ngx_lock_taken(ngx_lock_t *lock, uint32_t pid, int died)
{
    lock->pid = pid;
    lock->acquired++;

    if (died) {
        lock->depth = 0;
        lock->unheard = 1;
        lock->recovered++;
    }

    return lock->unheard ? EOWNERDEAD : 0;
}

/* 1: one that waits for long is to be let in, by a nap after leaving. */
static ngx_inline int
ngx_lock_hungry(ngx_lock_t *lock)
{
    if (*(volatile uint32_t *) &lock->hungry == 0) {
        return 0;
    }

    lock->hungry = 0;
    return 1;
}

#if NGX_HAVE_ATOMIC_OPS
#define ngx_lock_barrier()  __sync_synchronize()
#else
#define ngx_lock_barrier()
#endif

/*
 * What was read before is read before all that follows; what was written
 * before is seen before all that follows.  On x86 they order the compiler only.
 * Where they are needed is proved in tests/model/weak.pml.
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
