/*
 * ngx_rwlock_slot.h - the inside of the read-write lock that survives.
 *
 * A reader writes its word into a slot and then looks whether a writer is
 * there; a writer takes a lock, says so, and then looks at the slots.  Each
 * step is a full barrier, so that one of two sees the other.
 *
 * The flag "writing" is only set by the owner of the writer's lock, and only
 * it clears the flag, when the data is whole.  So a set flag over a lock whose
 * owner is dead means that the data may be torn; and whoever dies between lock
 * and flag, or flag and unlock, has torn nothing.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_RWLOCK_SLOT_H_INCLUDED
#define NGX_RWLOCK_SLOT_H_INCLUDED

#include "ngx_rwlock.h"
#include "ngx_lock_word.h"

/*
 * Who writes and who reads what:
 *
 *              written by                          read by
 *   writer     whoever takes or leaves it, see     the same; unlock, to know
 *     .word    ngx_lock_word.h                     a writer from a reader
 *   writing    the owner of writer: 1 before it    readers, after their slot is
 *              looks at slots, 0 before it leaves  taken: 1 sends them back
 *   slot.word  its reader; 0 by whoever sweeps     the owner of writer, after
 *              the dead, by compare-and-swap       writing is 1
 *   left       a reader that leaves while          the owner of writer: it
 *              writing is 1, after its slot is 0   sleeps on it
 *   hungry     a reader before it sleeps on        the owner of writer, after
 *              writing; 0 by the owner of writer   writing is 0: wake them
 *   polite     the owner of writer                 the next one: lets readers
 *                                                  in before writing is 1
 *   reclaimed  whoever sweeps; a counter           stat
 *
 * writing and slot.word are the proof; a stale hungry, left or polite costs a
 * slice of sleep.
 */
typedef struct {
    uint64_t  word;             /* a reader, 0: free */
    uint64_t  apart[7];
} ngx_rwlock_slot_t;

struct ngx_rwlock_s {
    ngx_lock_t         writer;
    uint32_t           slots;
    uint32_t           magic;           /* 0 until slots is set */
    uint32_t           writing;         /* readers wait while it is 1 */
    uint32_t           left;            /* changes when a reader leaves */
    uint32_t           hungry;          /* readers sleep, see below */
    uint32_t           reclaimed;
    uint32_t           polite;          /* the next writer lets them in first */
    uint32_t           boot;            /* in which the slots mean something */
    uint32_t           apart[8];
    ngx_rwlock_slot_t  slot[1];
};

/* They are to be woken, by the writer that leaves; or have waited for long. */
#define NGX_RWLOCK_WAKE    1
#define NGX_RWLOCK_LET_IN  2

#define ngx_rwlock_store(p, v)  (*(volatile uint32_t *) (p) = (v))
#define ngx_rwlock_load(p)      (*(volatile uint32_t *) (p))

/* Slots in use. */
uint32_t ngx_rwlock_readers(ngx_rwlock_t *rw);

#if NGX_LOCK_HAVE_WORD

/* The caller's slot; or a free one, which is the caller's now.  NULL: none. */
ngx_rwlock_slot_t *ngx_rwlock_slot_mine(ngx_rwlock_t *rw);
ngx_rwlock_slot_t *ngx_rwlock_slot_take(ngx_rwlock_t *rw);

/* Free it.  The writer, if there is one, may wait for just that. */
void ngx_rwlock_slot_leave(ngx_rwlock_t *rw, ngx_rwlock_slot_t *s);

/* Free the slots of the dead; how many others are in use. */
uint32_t ngx_rwlock_slot_sweep(ngx_rwlock_t *rw);

/*
 * The caller has the writer's lock: keep new readers out, and wait until the
 * others have left.  The answer is that of ngx_rwlock_wlock_ex().  And leave.
 */
ngx_int_t ngx_rwlock_writer_enter(ngx_rwlock_t *rw, int64_t start,
    ngx_int_t timeout_ms);
void ngx_rwlock_writer_leave(ngx_rwlock_t *rw);

static ngx_inline int
ngx_rwlock_is_writer(ngx_rwlock_t *lock)
{
    return ngx_lock_read(&lock->writer.word) == ngx_lock_me();
}

static ngx_inline ngx_int_t
ngx_rwlock_failed(int err)
{
    if (err == EAGAIN) {
        return NGX_AGAIN;
    }

    errno = err;
    return NGX_ERROR;
}

#endif
#endif
