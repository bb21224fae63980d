/*
 * ngx_lock_word.h - a lock word that names its owner.
 *
 *     63..32  when the owner's thread made its identity: the low bits of the
 *             moment, of CLOCK_BOOTTIME in units of 2^17 nanoseconds
 *      30     NGX_LOCK_DIED: the kernel saw the owner die, and took the tid away
 *      29..0  the owner's tid, as the kernel's robust lists have it; 0: nobody
 *
 * Two owners never have the same word within one boot and one pid namespace,
 * not even when a tid is used again, so one compare-and-swap takes a lock from
 * a dead owner and from nobody else.  Others are refused where they come in.
 * And nobody else changes the word of a living owner, so a plain store leaves
 * the lock.  Who sleeps is counted beside it: the owner looks there after its
 * store, the sleeper looks at the word after its count.  The owner's two steps
 * may be seen in the other order, as a barrier between them would cost as much
 * as all the rest: the sleeper then sleeps for one slice in vain.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_WORD_H_INCLUDED
#define NGX_LOCK_WORD_H_INCLUDED

#include "ngx_lock_kind.h"

/*
 * Zeroed memory for this process alone, aligned to 64 bytes, which a child
 * finds zeroed again, however it was forked: also by _Fork(), and by the bare
 * system call.  Where the kernel has no MADV_WIPEONFORK, only a child of
 * fork() does.  NULL: there is no memory.  Not for signal handlers.
 */
void *ngx_lock_wiped(size_t size);

/* size: as it was asked for.  A child may free what its parent got. */
void ngx_lock_wiped_free(void *memory, size_t size);

/* A number of this boot of the machine; 0: not known, with errno. */
uint32_t ngx_lock_boot(void);

#if NGX_LOCK_HAVE_WORD

#define NGX_LOCK_TID   0x3fffffffu
#define NGX_LOCK_DIED  0x40000000u

/* A unit of the moment in an identity: so many bits of nanoseconds. */
#define NGX_LOCK_MOMENT  17

/* As the kernel wants it: see get_robust_list(2). */
typedef struct {
    void  *next;
    long   offset;      /* from an entry to its word */
    void  *pending;     /* the entry of an operation in progress */
} ngx_lock_robust_list_t;

typedef struct {
    uint64_t       word;        /* the thread's identity */
    unsigned long  born;        /* right while it is *ngx_lock_born */
    uint32_t       pid;
    uint32_t       ns;          /* which namespaces */
    ngx_lock_robust_list_t  *list;
    long           offset;      /* from a word to its entry */
    int            unknown;     /* 1: pthread takes it for its parent */
} ngx_lock_self_t;

/* Without a detour through the table of what the library exports. */
#if defined(__GNUC__) && defined(__ELF__)
#define NGX_LOCK_HIDDEN  __attribute__((visibility("hidden")))
#else
#define NGX_LOCK_HIDDEN
#endif

/* initial-exec: one instruction instead of a call, for each lock operation */
extern __thread ngx_lock_self_t  ngx_lock_self
    __attribute__((tls_model("initial-exec"))) NGX_LOCK_HIDDEN;

/* When this process began to use locks; 0 in a child until it does. */
extern volatile unsigned long  *ngx_lock_born NGX_LOCK_HIDDEN;

/* 1: what ngx_lock_self says is of this thread, and not of its parent. */
#define ngx_lock_known()  (ngx_lock_self.born == *ngx_lock_born)

/* Fill ngx_lock_self in; then what the kernel's mark needs. */
void ngx_lock_self_init(void);
void ngx_lock_mark_init(ngx_lock_self_t *self);

/* Now, in the units of an identity, with all bits. */
uint64_t ngx_lock_moment(void);

/*
 * 1: the thread named by word is surely dead.  ns: the namespaces in which the
 * word is meant; 0 if they are not this thread's.
 */
int ngx_lock_owner_dead(uint32_t ns, uint64_t word);

/*
 * 1: the process that had this pid when one of its threads made the identity
 * word is surely gone: all of its threads.
 */
int ngx_lock_process_dead(uint32_t ns, pid_t pid, uint64_t word);

/* 1: no thread has this number, in the caller's pid namespace. */
int ngx_lock_nobody_has(uint32_t tid);

#if NGX_HAVE_PTHREAD_ROBUST

/*
 * Which of its 32-bit words is the number of the owner of a mutex: that which
 * is this thread's tid while it has one, and 0 after that.
 * NGX_LOCK_MUTEX_WORDS: none, so that pthread does not know which thread this
 * is: it was forked by the bare system call, and its mutexes would name the
 * parent.  -1: there is no mutex, or no way to know.
 */
#define NGX_LOCK_MUTEX_WORDS  (sizeof(pthread_mutex_t) / sizeof(uint32_t))
int ngx_lock_mutex_word(uint32_t tid);

/*
 * Let a mutex tell of its owner's death, which nobody told it: 1, it does now.
 * word: the identity that is shown for its owner.  And the same for a mutex
 * that has the caller's tid, and is not the caller's.
 */
int ngx_lock_repair(pthread_mutex_t *mutex, uint32_t ns, uint64_t word);
int ngx_lock_repair_own(pthread_mutex_t *mutex);

#endif

/* 1: this process is not in those namespaces and cannot judge. */
int ngx_lock_abroad(uint32_t ns);

/*
 * exec keeps tid and start time.  Which program this process runs, 0: not
 * known; and 1: the thread with that tid surely runs another one than that.
 */
uint64_t ngx_lock_image(void);
int ngx_lock_image_gone(uint32_t tid, uint64_t image);

#define ngx_lock_cas(p, old, set)  __sync_bool_compare_and_swap(p, old, set)

/* One atomic read: on 32 bits a plain one would be two. */
static ngx_inline uint64_t
ngx_lock_read(const volatile uint64_t *p)
{
#if NGX_PTR_SIZE == 8
    return *p;
#else
    return __sync_val_compare_and_swap((volatile uint64_t *) (uintptr_t) p,
                                       0, 0);
#endif
}

static ngx_inline uint64_t
ngx_lock_me(void)
{
    if (!ngx_lock_known()) {
        ngx_lock_self_init();
    }

    return ngx_lock_self.word;
}

/* The compiler keeps the order: the kernel looks at any instruction. */
#if defined(__GNUC__)
#define ngx_lock_in_order()  __asm__ volatile ("" : : : "memory")
#else
#define ngx_lock_in_order()  ngx_lock_barrier()
#endif

/*
 * Let the kernel mark the word, or no longer.  The address must be gone before
 * the memory may be: not later than the call that leaves the lock.
 */
static ngx_inline void
ngx_lock_mark(volatile uint64_t *word)
{
    void *volatile  *pending = &ngx_lock_self.list->pending;

    if (*pending == NULL) {
        *pending = (char *) (uintptr_t) word + ngx_lock_self.offset;
        ngx_lock_in_order();
    }
}

static ngx_inline void
ngx_lock_unmark(volatile uint64_t *word)
{
    void *volatile  *pending = &ngx_lock_self.list->pending;

    ngx_lock_in_order();

    if (*pending == (char *) (uintptr_t) word + ngx_lock_self.offset) {
        *pending = NULL;
    }
}

/* Put the caller's identity in the place of old.  1: done. */
static ngx_inline int
ngx_lock_swap(uint64_t *word, uint64_t old)
{
    ngx_lock_mark(word);

    if (ngx_lock_cas(word, old, ngx_lock_self.word)) {
        return 1;
    }

    ngx_lock_unmark(word);
    return 0;
}

/* What a kind whose word is the lock has in its table. */
int ngx_lock_word_acquire(ngx_lock_t *lock, ngx_uint_t spin,
    ngx_int_t timeout_ms);
int ngx_lock_word_release(ngx_lock_t *lock);

/* Wake those who sleep: the caller has just left. */
void ngx_lock_word_wake(ngx_lock_t *lock);
int ngx_lock_word_force(ngx_lock_t *lock, ngx_pid_t pid);
int ngx_lock_word_held(ngx_lock_t *lock, ngx_pid_t *tid, ngx_uint_t *dead);

/* The same for a lock that has no kind yet. */
int ngx_lock_word_wait(ngx_lock_t *lock, ngx_uint_t spin,
    ngx_int_t timeout_ms, const ngx_lock_sleep_t *how);
int ngx_lock_word_leave(ngx_lock_t *lock);

/* 1: of a kind whose word is the lock. */
static ngx_inline int
ngx_lock_by_word(const ngx_lock_t *lock)
{
    return lock->made.of.magic == NGX_LOCK_MAGIC + NGX_LOCK_FUTEX
           || lock->made.of.magic == NGX_LOCK_MAGIC + NGX_LOCK_SEM;
}

/* The common case: nobody has it.  1: taken. */
static ngx_inline int
ngx_lock_word_try(ngx_lock_t *lock)
{
    return ngx_lock_known() && lock->ns == ngx_lock_self.ns
           && ngx_lock_swap(&lock->word, 0);
}

/* The caller has the word, and gives it up. */
static ngx_inline void
ngx_lock_word_clear(ngx_lock_t *lock)
{
#if NGX_PTR_SIZE == 8 && defined(__ATOMIC_RELEASE)
    __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
#else
    (void) ngx_lock_cas(&lock->word, ngx_lock_self.word, 0);
#endif

    ngx_lock_unmark(&lock->word);
}

/* The common case: the owner leaves.  1: left. */
static ngx_inline int
ngx_lock_word_drop(ngx_lock_t *lock)
{
    uint64_t  me = ngx_lock_self.word;

    if (*(volatile uint64_t *) &lock->word != me || !ngx_lock_known()
        || lock->depth != 0)
    {
        return 0;
    }

    ngx_lock_word_clear(lock);
    return 1;
}

/* Taken, for any kind, and what is to be said; -1: not, do it the long way. */
static ngx_inline int
ngx_lock_at_once(ngx_lock_t *lock)
{
    if (!ngx_lock_by_word(lock) || !ngx_lock_word_try(lock)) {
        return -1;
    }

    return ngx_lock_taken(lock, ngx_lock_self.pid, 0);
}

/* Leave what this very call took by ngx_lock_at_once(). */
static ngx_inline void
ngx_lock_leave_taken(ngx_lock_t *lock)
{
    ngx_lock_word_clear(lock);

    if (*(volatile uint32_t *) &lock->waiting != 0) {
        ngx_lock_word_wake(lock);
    }
}

/* The same for leaving it; 0: not. */
static ngx_inline int
ngx_lock_leave_at_once(ngx_lock_t *lock)
{
    if (!ngx_lock_by_word(lock) || !ngx_lock_word_drop(lock)) {
        return 0;
    }

    if (*(volatile uint32_t *) &lock->waiting != 0) {
        ngx_lock_word_wake(lock);
    }

    return 1;
}

#endif
#endif
