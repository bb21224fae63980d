/*
 * ngx_rwlock_slot.h - the robust read-write lock from inside.
 *
 * A reader writes its word into a slot and then reads writing; a writer
 * acquires writer, sets writing, and then reads the slots.  Each step is a full
 * barrier, so that at least one of two sees the other.
 *
 * Only the owner of writer sets writing, and it clears it when the data is
 * whole.  So if writing is set and the owner of writer is dead, the data may be
 * torn.  A writer that dies between acquiring and setting, or between clearing
 * and releasing, has torn nothing.
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
 *                   written by                    read by
 *   writer.word     see ngx_lock_word.h           unlock, to know a writer
 *                                                 from a reader
 *   writing         the owner of writer: 1        readers, after they have
 *                   before it looks at slots,     taken a slot: 1 sends them
 *                   0 before it leaves            back
 *   slot.word       its reader; 0 by the thread   the owner of writer, after
 *                   that sweeps the dead, by      writing is 1
 *                   compare-and-swap
 *   slot.more       its reader                    its reader
 *   left            a reader that leaves while    the owner of writer, which
 *                   writing is 1, after its slot  sleeps on it
 *                   is 0
 *   starving        a reader before it sleeps on  the owner of writer, after
 *                   writing; 0 by the owner of    writing is 0: wake them
 *                   writer
 *   yield_to_readers
 *                   the owner of writer           the next one: lets readers
 *                                                 in before writing is 1
 *   reclaimed       threads that sweep; counter   stat
 *
 * Correctness depends on writing and slot.word alone.  The others being stale
 * costs one slice of sleep.
 */
typedef struct {
    uint64_t  word;             /* a reader, 0: free */
    uint64_t  more;             /* it reads so often beyond once */
    uint64_t  apart[6];
} ngx_rwlock_slot_t;

struct ngx_rwlock_s {
    ngx_lock_t         writer;
    uint32_t           slots;
    uint32_t           magic;           /* 0 until slots is set */
    uint32_t           writing;         /* readers wait while it is 1 */
    uint32_t           left;            /* changes when a reader leaves */
    uint32_t           starving;        /* NGX_RWLOCK_WAKE or _LET_IN */
    uint32_t           reclaimed;
    uint32_t           yield_to_readers;
    uint32_t           boot;            /* slots of another boot are void */
    uint32_t           apart[8];
    ngx_rwlock_slot_t  slot[1];
};

/* Readers need a wake when the writer leaves; and have starved. */
#define NGX_RWLOCK_WAKE    1
#define NGX_RWLOCK_LET_IN  2

/* 1: the memory holds a lock that a create has made. */
#define NGX_RWLOCK_MAGIC     0x6e72776cu
#define ngx_rwlock_is_made(rw)                                                \
    ((rw) != NULL && ngx_rwlock_load(&(rw)->magic) == NGX_RWLOCK_MAGIC)

#define ngx_rwlock_store(p, v)  (*(volatile uint32_t *) (p) = (v))
#define ngx_rwlock_load(p)      (*(volatile uint32_t *) (p))

/* Slots in use. */
uint32_t ngx_rwlock_readers(ngx_rwlock_t *rw);

#if NGX_LOCK_HAVE_WORD

/* The caller's slot; or a free one, which is the caller's now.  NULL: none. */
ngx_rwlock_slot_t *ngx_rwlock_slot_mine(ngx_rwlock_t *rw);
ngx_rwlock_slot_t *ngx_rwlock_slot_take(ngx_rwlock_t *rw);

/*
 * Undo one read by the slot: the last one frees it, and a writer may be waiting
 * for that.
 */
void ngx_rwlock_slot_leave(ngx_rwlock_t *rw, ngx_rwlock_slot_t *s);

/* Free the slots of dead readers; returns how many others are in use. */
uint32_t ngx_rwlock_slot_sweep(ngx_rwlock_t *rw);

/*
 * The caller has the writer's lock: keep new readers out, and wait until the
 * others have left; returns as ngx_rwlock_wlock_ex().  And leave.
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
