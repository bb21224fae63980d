/*
 * ngx_tx.h - changes in a pool that happen wholly or not at all.
 *
 * A transaction is what a thread changes in a pool between ngx_tx_begin(),
 * which takes a lock, and ngx_tx_commit(), which releases it.  Wherever the
 * thread is killed, SIGKILL included, the next owner of the lock that takes it
 * by ngx_tx_begin() finds all of the changes or none of them:
 *
 *     ngx_tx_begin(pool, &mtx);
 *     node = ngx_tx_alloc(pool, sizeof(node_t));
 *     node->next = list->head;
 *     ngx_tx_set(pool, &list->head, ngx_slab_offset(pool, node));
 *     ngx_tx_commit(pool);
 *
 * The old bytes of what is about to change are kept in a journal: one page of
 * the pool for each thread that uses transactions, as long as it lives, and
 * more during a long transaction.  What
 * ngx_tx_alloc() gave out needs no save until the transaction has ended.
 *
 * The lock lies in the pool, such as pool->lock or one in a chunk, and is the
 * same for all that change the same data.  Who only reads under it takes it by
 * ngx_tx_begin() too, or calls ngx_tx_recover() when ngx_shmtx_lock_ex() tells
 * of a death, or sets the hook ngx_tx_recovery().
 *
 * A thread has at most one transaction in each pool at a time; several pools
 * may each have one, and they end one by one.  A forked child is not in the
 * transaction of its parent: its calls fail with EPERM.  The end of the thread
 * or process, and exec, end a transaction like a kill: it is taken back.  Who
 * leaves by longjmp must call ngx_tx_abort() before anything else.
 *
 * A lock in a chunk is freed, or made anew, only by who has it and has recovered:
 * an open transaction names the lock by its place.  exec in a process that has
 * two locks, and the end of a thread with a lock of the kind "fcntl", are
 * noticed when the process ends.  In a destructor of thread data a transaction
 * is over, and cannot be begun.
 *
 * Do not release the lock inside of a transaction, nor wait with it
 * (ngx_shmcond_wait() refuses), nor call ngx_slab_reap() for a process whose
 * chunks are in data that others use: it frees what was committed, too.
 *
 * Not covered: readers without the lock; words that others change without it,
 * such as locks and counters, which must not be saved; memory outside of the
 * pool; what ngx_slab_alloc(), _free() and the like do meanwhile.
 *
 * Calls that fail set errno and change nothing.  Threads may call them, signal
 * handlers may not.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TX_H_INCLUDED
#define NGX_TX_H_INCLUDED

#include "ngx_slab.h"
#include "ngx_shmtx.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Take the lock, waiting for it, recover if its owner died, and begin.  mtx
 * must stay until the end of the transaction.
 *
 * NGX_OK                 begun
 * NGX_SHMTX_OWNER_DIED   begun; an owner of the lock had died, its transaction
 *                        is taken back or finished, and mtx->recover, if set,
 *                        was called after that.  Also if another one was told
 *                        of the death, and did not recover.  Nothing is left to do, unless
 *                        somebody changes the data outside of transactions.
 * NGX_ERROR              not begun, and the lock is not taken:
 *   EALREADY  this thread has begun one in the pool already
 *   EDEADLK   the caller has the lock already
 *   EINVAL    mtx is NULL, has no lock, or its lock is not in the pool
 *   ENOMEM    no page is free for the journal, which each thread gets at its
 *             first transaction: begin one before the pool is full
 *   EAGAIN    all slots of the pool are taken by threads that live, or by the
 *             dead whose transactions, by other locks, are not settled, asked
 *             for 20 ms; or who settled a transaction of the dead died in it,
 *             and is not known to be dead yet
 *   ENOTSUP   the pool has no slots: it is for several pid namespaces
 *   EACCES    the pool is mapped for reading only
 *   EXDEV     the pool or the lock is from another pid namespace
 *   other     as of ngx_shmtx_lock_ex()
 */
ngx_int_t ngx_tx_begin(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx);

/*
 * The same within timeout_ms milliseconds; 0 does not wait for the lock, a
 * negative number waits for ever.  NGX_AGAIN: not begun, the lock is not taken.
 */
ngx_int_t ngx_tx_begin_ex(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx,
    ngx_int_t timeout_ms);

/*
 * Keep the size bytes at addr, which the caller is about to change.  The same
 * bytes may be kept twice.  Of the journal a save takes the size, rounded up to
 * 8, and 16 bytes: 160 words or so fit in its first page.
 *
 * EPERM    this thread has no transaction in the pool
 * EINVAL   they are not all in the pages of the pool, from pool->start on
 * ENOSPC   the journal is full, and has 1 MiB, or there are no pages for a
 *          larger one.  Do not change them.  The transaction cannot be
 *          committed any more.
 */
ngx_int_t ngx_tx_save(ngx_slab_pool_t *pool, void *addr, size_t size);

/*
 * Save the word, which must be aligned, and store value in it.  Errors are
 * those of ngx_tx_save(), and the word is as it was then.
 */
ngx_int_t ngx_tx_set(ngx_slab_pool_t *pool, volatile uintptr_t *word,
    uintptr_t value);

/*
 * Get size bytes, not cleared; they go back if the transaction does not
 * commit.  NULL: EPERM; ENOSPC; ENOMEM, no memory, and the transaction goes on.
 */
void *ngx_tx_alloc(ngx_slab_pool_t *pool, size_t size);

/*
 * Free a chunk if and when the transaction commits; until then its bytes stay,
 * and nobody else gets its memory.
 *
 * EPERM, ENOSPC; EINVAL: p is no live chunk, or freed in here already
 */
ngx_int_t ngx_tx_free(ngx_slab_pool_t *pool, void *p);

/*
 * End the transaction and release the lock: with all that it changed, or
 * (abort) with nothing.  The changes are for good when commit has begun its
 * one store, not before.
 *
 * EPERM      this thread has no transaction in the pool
 * ECANCELED  commit: a call of it had failed, other than ngx_tx_alloc() with
 *            ENOMEM.  The transaction is aborted.
 * ENOLCK     the caller does not have the lock any more, since it was unlocked
 *            meanwhile.  The transaction ends; its stores and what it allocated
 *            stay, as others may have built on them, and nothing is freed.
 */
ngx_int_t ngx_tx_commit(ngx_slab_pool_t *pool);
ngx_int_t ngx_tx_abort(ngx_slab_pool_t *pool);

/*
 * With the lock, and before anything that it protects is read: take back, or
 * finish, the transactions that the dead had begun with this lock.  If the
 * caller dies in here, the next owner of the lock does it again.
 *
 * NGX_OK         the data are as before the transaction, or as after it
 * NGX_DECLINED   there was none: the data are as the dead owner left them
 * NGX_ERROR      EPERM, the caller does not have the lock; EINVAL, as above;
 *                or the lock of the heap cannot be had: recover again
 */
ngx_int_t ngx_tx_recover(ngx_slab_pool_t *pool, ngx_shmtx_t *mtx);

/*
 * The same as a hook, for readers that call ngx_shmtx_lock() or _trylock():
 * mtx->recover = ngx_tx_recovery, mtx->data = pool.
 */
void ngx_tx_recovery(ngx_shmtx_t *mtx, void *pool);

#ifdef __cplusplus
}
#endif

#endif
