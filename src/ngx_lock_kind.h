/*
 * ngx_lock_kind.h - what the kinds of lock are to the one interface.
 *
 * A kind is one file that exports one table entry.  Its number is written into
 * the lock and means the same in every build.
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

/* A waiter looks this often whether the owner still lives, in ms. */
#define NGX_LOCK_LOOK    20

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

    /* 1: judges by tid, which is right within one pid namespace */
    int          by_tid;
} ngx_lock_kind_t;

extern const ngx_lock_kind_t  ngx_lock_futex;
extern const ngx_lock_kind_t  ngx_lock_robust;
extern const ngx_lock_kind_t  ngx_lock_sem;
extern const ngx_lock_kind_t  ngx_lock_fcntl;

/* NULL: not built, or no lock. */
const ngx_lock_kind_t *ngx_lock_kind_of(const ngx_lock_t *lock);

/* ngx_lock_acquire() that leaves unheard as it is: who was told, clears it. */
int ngx_lock_take(ngx_lock_t *lock, ngx_uint_t spin, ngx_int_t timeout_ms);

/* Milliseconds of the monotonic clock. */
int64_t ngx_lock_now(void);

/* Somebody else looks at the owner: start the clock if it is a new one. */
void ngx_lock_note(ngx_lock_t *lock);

/*
 * What a wait may still last: at most slice ms, 0 if the time is over.  start
 * is where the wait began.
 */
ngx_int_t ngx_lock_left(int64_t start, ngx_int_t timeout_ms, ngx_int_t slice);

/*
 * Sleep for at most ms while the word at p is value, and wake n who sleep so.
 * Without futexes the sleep is short and nobody is woken.
 */
void ngx_lock_park(void *p, uint32_t value, ngx_int_t ms);
void ngx_lock_unpark(void *p, int n);

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

#if NGX_HAVE_ATOMIC_OPS
#define ngx_lock_barrier()  __sync_synchronize()
#else
#define ngx_lock_barrier()
#endif

#if defined(__GNUC__) && (defined(__x86_64__) || defined(__i386__))
#define ngx_lock_pause()  __asm__ volatile ("pause")
#elif defined(__GNUC__) && defined(__aarch64__)
#define ngx_lock_pause()  __asm__ volatile ("isb")
#else
#define ngx_lock_pause()
#endif

#endif
