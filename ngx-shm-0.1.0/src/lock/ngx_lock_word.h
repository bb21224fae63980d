/*
 * ngx_lock_word.h - a lock whose word is the identity of its owner.
 *
 * 0: the lock is free.  When an owner dies, the kernel leaves a word whose tid
 * is 0 and which has NGX_LOCK_DIED.  One compare-and-swap takes a lock from a
 * dead owner, and never from a living one, see ngx_lock_owner.h.  A thread of
 * another boot or pid namespace is refused when it creates or joins the lock.
 *
 * Who writes and who reads each field of a ngx_lock_t; "owner" has the lock:
 *
 *                   written by                    read by
 *   word            CAS from 0 or from a dead     waiters; the owner, to know
 *                   owner's word: a thread that   that it is
 *                   acquires; plain 0: the
 *                   owner; DIED: the kernel;
 *                   CAS to 0: ngx_lock_make.c
 *   made            ngx_lock_make.c, by CAS;      each call: which kind
 *                   last its maker, which has
 *                   the word
 *   ns              the first maker, by CAS from  each call: may it judge the
 *                   0; CAS to 0: ngx_lock_make.c  owner?  a maker: may it take
 *                                                 the word?
 *   depth           the owner                     the owner
 *   death_pending   the owner: 1 if the one       the owner
 *                   before died, 0 when its
 *                   caller is told
 *   waiting         sleepers, atomically: + 1     the owner after it left:
 *                   before the sleep, - 1 after   wake some
 *                   it; the waker, likewise
 *   starving        a waiter after                the owner after it left:
 *                   NGX_LOCK_PATIENCE; 0 by the   yield
 *                   owner that leaves
 *   acquired        the owner                     waiters: do others progress?
 *   seen, since     a waiter before it sleeps     stat
 *   looked          a try that fails              tries
 *   pid             the owner                     force, stat
 *   contended, recovered: the owner; misused: any thread, atomically; read by
 *                   stat
 *
 * Correctness depends on word, made and ns; depth and death_pending are the
 * owner's alone.  Of the others a stale value costs a slice of sleep, a look
 * or a count.
 *
 * No other thread changes the word of a living owner, so a plain store releases
 * the lock.  The owner reads waiting after that store, a sleeper reads the word
 * after it has counted itself.  Processors may reorder the owner's two steps,
 * as a barrier there would cost as much as all the rest: the sleeper then
 * sleeps for one slice in vain.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_WORD_H_INCLUDED
#define NGX_LOCK_WORD_H_INCLUDED

#include "ngx_lock_kind.h"
#include "ngx_lock_owner.h"

#if NGX_LOCK_HAVE_WORD

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

/* Order for the compiler alone: a kill may come at any instruction. */
#if defined(__GNUC__)
#define ngx_lock_in_order()  __asm__ volatile ("" : : : "memory")
#else
#define ngx_lock_in_order()  ngx_lock_barrier()
#endif

/*
 * Ask the kernel to mark the word if this thread dies; and withdraw that.  It
 * is withdrawn by the call that releases the lock at the latest, as the memory
 * may be unmapped after it.
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

/* Entries in the tables of the kinds whose lock is the word. */
int ngx_lock_word_acquire(ngx_lock_t *lock, ngx_uint_t spin,
    ngx_int_t timeout_ms);
int ngx_lock_word_release(ngx_lock_t *lock);

/* Wake sleepers: the caller has just released the lock. */
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

/* The common case: the lock is free.  1: taken. */
static ngx_inline int
ngx_lock_word_try(ngx_lock_t *lock)
{
    return ngx_lock_known() && lock->ns == ngx_lock_self.ns
           && ngx_lock_swap(&lock->word, 0);
}

/* The caller has the word; set it to 0. */
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

/* The common case: the owner releases the lock.  1: released. */
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

/* Acquire at once, any kind: 0 or EOWNERDEAD; -1: use the slow path. */
static ngx_inline int
ngx_lock_at_once(ngx_lock_t *lock)
{
    if (!ngx_lock_by_word(lock) || !ngx_lock_word_try(lock)) {
        return -1;
    }

    return ngx_lock_taken(lock, ngx_lock_self.pid, 0);
}

/* Release the lock that this very call acquired by ngx_lock_at_once(). */
static ngx_inline void
ngx_lock_leave_taken(ngx_lock_t *lock)
{
    ngx_lock_word_clear(lock);

    if (*(volatile uint32_t *) &lock->waiting != 0) {
        ngx_lock_word_wake(lock);
    }
}

/* Release at once, any kind: 1; 0: use the slow path. */
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
