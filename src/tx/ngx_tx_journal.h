/*
 * ngx_tx_journal.h - the journal of a slot, and why a kill anywhere is right.
 *
 * A killed process leaves memory as a prefix of its program order, so each
 * step below is one store, and only the compiler must keep their order.
 *
 *   begin    lock; the counts 0, the lock's offset; mark; state ACTIVE
 *   save     old bytes, offset and size; used; then the caller stores
 *   alloc    its cell 0; nops; alloc_to the cell
 *   free     its cell names the chunk; nops
 *   commit   state COMMITTED; free_from each cell of a free; state 0; unlock
 *   abort    old bytes back, last to first; used 0; free_from each cell of an
 *            alloc; state 0; unlock
 *
 * The next owner of the lock does the rest of an abort if it finds ACTIVE, the
 * rest of a commit if it finds COMMITTED.  Doing it twice is right: the bytes
 * that are put back are the same, until used is 0; and what is freed leaves its
 * cell by the same step (see ngx_heap.h).  used is 0 before the first chunk is
 * freed, as bytes may be kept of a chunk that was allocated in here, and who is
 * told to go on must not write to it when it is somebody else's.
 *
 * The lock is marked as open from before state is ACTIVE until it is 0 again:
 * so begin finds a transaction that was left by one who was told of a death,
 * and did not recover.
 *
 * Only who has the lock that the journal names changes a journal of another
 * slot.  It need not ask whether the owner of that slot lives: a transaction
 * has the lock from beginning to end, so if it is open, and the lock is mine,
 * its owner has lost the lock by death.  The page stays meanwhile: the heap
 * keeps an open journal, and the slot with it.
 *
 * A journal that is full is copied into a larger one, with the lock of the
 * heap; one store then puts it in the place of the old one.  Its thread gives
 * it back when the transaction has ended.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TX_JOURNAL_H_INCLUDED
#define NGX_TX_JOURNAL_H_INCLUDED

#include "ngx_tx.h"
#include "ngx_heap_fast.h"

#define NGX_TX_CLOSED     0u        /* the heap knows this one */
#define NGX_TX_ACTIVE     1u
#define NGX_TX_COMMITTED  2u

/* This, the records upwards, and from the end of size downwards the ops. */
typedef struct {
    volatile uint32_t  state;
    volatile uint32_t  used;        /* bytes of records */
    volatile uint32_t  nops;
    uint32_t           size;        /* bytes, of an open one */
    uint32_t           failed;      /* 1: it cannot be committed */
    uint32_t           unused;
    volatile uint64_t  lock;        /* offset of its shared part */
    uint64_t           mtx;         /* the handle, in the slot's process */
} ngx_tx_journal_t;

/* Behind the bytes of a record, which are rounded up to 8. */
typedef struct {
    uint64_t  at;                   /* offset */
    uint64_t  size;
} ngx_tx_kept_t;

typedef struct {
    volatile uintptr_t  cell;       /* offset of a chunk */
    uintptr_t           is_free;
} ngx_tx_op_t;

#define NGX_TX_MOST  ((size_t) 1 << 20)     /* bytes of a journal */

#define ngx_tx_record(j, at)                                                  \
    ((void *) ((unsigned char *) (j) + sizeof(ngx_tx_journal_t) + (at)))
#define ngx_tx_op(j, i)                                                       \
    ((ngx_tx_op_t *) (void *) ((unsigned char *) (j) + (j)->size)             \
     - 1 - (i))

/* Bytes that are left for a record or an op. */
static ngx_inline size_t
ngx_tx_room(const ngx_tx_journal_t *j)
{
    return j->size - sizeof(*j) - j->used - j->nops * sizeof(ngx_tx_op_t);
}

/* The caller's slot in the pool; NULL: it has none of its own. */
static ngx_inline ngx_heap_slot_t *
ngx_tx_slot(ngx_slab_pool_t *pool)
{
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_self_t  *self = ngx_heap_self_of(pool);

    if (!ngx_heap_likely(ngx_heap_is_short(pool, self))) {
        self = ngx_heap_self_at(heap);
        if (!ngx_heap_is_self(self, heap) || self->tag == 1) {
            return NULL;
        }
    }

    return self->slot;
}

/* The journal of the caller's open transaction; NULL: EPERM, there is none. */
static ngx_inline ngx_tx_journal_t *
ngx_tx_mine(ngx_slab_pool_t *pool)
{
    ngx_heap_slot_t   *slot = ngx_tx_slot(pool);
    ngx_tx_journal_t  *j;

    if (ngx_heap_likely(slot != NULL && slot->intent.journal != 0)) {
        j = ngx_heap_page(ngx_heap_of(pool), slot->intent.journal - 1);
        if (ngx_heap_likely(j->state == NGX_TX_ACTIVE)) {
            return j;
        }
    }

    errno = EPERM;
    return NULL;
}

/* ngx_tx_grow.c: */
/* A new journal for the slot; NULL, and errno: no page is free. */
ngx_tx_journal_t *ngx_tx_new_journal(ngx_slab_pool_t *pool,
    ngx_heap_slot_t *slot);
/* Room for so many bytes more; NULL: ENOSPC. */
ngx_tx_journal_t *ngx_tx_grow(ngx_slab_pool_t *pool, ngx_tx_journal_t *j,
    size_t need);
/* The transaction has ended: give back a large journal. */
void ngx_tx_shrink(ngx_slab_pool_t *pool);

/* Where in the pool the lock lies; 0: nowhere. */
uint64_t ngx_tx_lock_at(ngx_slab_pool_t *pool, const ngx_shmtx_t *mtx);
/* Is a transaction open with the lock, as far as is known?  For its owner. */
static ngx_inline uint8_t *
ngx_tx_use(const ngx_shmtx_t *mtx)
{
    return &((ngx_lock_t *) (uintptr_t) mtx->lock)->use;
}

#define ngx_tx_is_marked(mtx)  ((*ngx_tx_use(mtx) & NGX_LOCK_OPEN) != 0)
#define ngx_tx_mark(mtx)                                                      \
    (*(volatile uint8_t *) ngx_tx_use(mtx) = NGX_LOCK_ALONE | NGX_LOCK_OPEN)
#define ngx_tx_unmark(mtx)                                                    \
    (*(volatile uint8_t *) ngx_tx_use(mtx) = NGX_LOCK_ALONE)

/* 1: the caller has the lock. */
int ngx_tx_has_lock(const ngx_shmtx_t *mtx);

/*
 * Do the rest of a commit, or of an abort, and close the journal.  0: somebody
 * who is not known to be dead is at a chunk of it, and it stays as it is.
 */
int ngx_tx_settle(ngx_slab_pool_t *pool, ngx_tx_journal_t *j);

#endif
