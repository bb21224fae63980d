/*
 * ngx_lock_word.h - a lock word that names its owner.
 *
 *     63..32  low bits of the start time of the owner's thread
 *      29..0  the owner's tid; 0: nobody
 *
 * Two owners never have the same word, not even when a tid is used again, so
 * one compare-and-swap takes a lock from a dead owner and from nobody else.
 * And nobody else changes the word of a living owner, so a plain store leaves
 * the lock.  Who sleeps is counted beside it: the owner looks there after its
 * store, the sleeper looks at the word after its count.  The owner's two steps
 * may be seen in the other order, as a barrier between them would cost as much
 * as all the rest: the sleeper then sleeps for one slice in vain.
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

/* A number of this boot of the machine; 0: not known, there is no /proc. */
uint32_t ngx_lock_boot(void);

#if NGX_LOCK_HAVE_WORD

#define NGX_LOCK_TID      0x3fffffffu

/* in place of a start time: from another pid namespace, never known dead */
#define NGX_LOCK_FOREIGN  0xffffffffu

typedef struct {
    uint64_t  word;     /* 0: not known yet in this thread */
    uint32_t  pid;
    uint32_t  ns;       /* which namespaces; 0: not known */
    uint32_t  proc;     /* 1: /proc shows this process */
} ngx_lock_self_t;

/* initial-exec: one instruction instead of a call, for each lock operation */
extern __thread ngx_lock_self_t  ngx_lock_self
    __attribute__((tls_model("initial-exec")));

/* Fill ngx_lock_self in. */
void ngx_lock_self_init(void);

/*
 * 1: the thread named by word is surely dead.  ns: the namespaces in which the
 * word is meant.
 */
int ngx_lock_owner_dead(uint32_t ns, uint64_t word);

/* 1: this process is not in those namespaces and cannot judge. */
int ngx_lock_abroad(uint32_t ns);

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
    if (ngx_lock_self.word == 0) {
        ngx_lock_self_init();
    }

    return ngx_lock_self.word;
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
    return lock->magic == NGX_LOCK_MAGIC + NGX_LOCK_FUTEX
           || lock->magic == NGX_LOCK_MAGIC + NGX_LOCK_SEM;
}

/* The common case: nobody has it.  1: taken. */
static ngx_inline int
ngx_lock_word_try(ngx_lock_t *lock)
{
    uint64_t  me = ngx_lock_self.word;

    return me != 0 && ngx_lock_cas(&lock->word, 0, me);
}

/* The common case: the owner leaves.  1: left. */
static ngx_inline int
ngx_lock_word_drop(ngx_lock_t *lock)
{
    uint64_t  me = ngx_lock_self.word;

    if (*(volatile uint64_t *) &lock->word != me || me == 0
        || lock->depth != 0)
    {
        return 0;
    }

#if NGX_PTR_SIZE == 8 && defined(__ATOMIC_RELEASE)
    __atomic_store_n(&lock->word, 0, __ATOMIC_RELEASE);
    return 1;
#else
    return ngx_lock_cas(&lock->word, me, 0);
#endif
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
