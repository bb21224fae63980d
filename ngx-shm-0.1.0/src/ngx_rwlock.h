/*
 * ngx_rwlock.h - locks that many threads may hold to read, or one to write.
 *
 * There are two locks.  nginx's lock is one word that names no owner: a thread
 * that dies with it blocks all others.  The robust lock has a slot for each
 * reader, survives the death of readers and writers, and lets no writer starve.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Before the guard: inside nginx, ngx_core.h includes this file. */
#include "ngx_core.h"

#ifndef NGX_RWLOCK_H_INCLUDED
#define NGX_RWLOCK_H_INCLUDED

#include "ngx_shmtx.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * nginx's lock.  The word is 0 at first.  Waiters poll, and sleep in between.
 * Only where the system has atomic operations.  downgrade turns the writer
 * into a reader and lets other readers in.
 */
void ngx_rwlock_wlock(ngx_atomic_t *lock);
void ngx_rwlock_rlock(ngx_atomic_t *lock);
void ngx_rwlock_unlock(ngx_atomic_t *lock);
void ngx_rwlock_downgrade(ngx_atomic_t *lock);

/*
 * The robust lock.  It lies in shared memory, at any address, zeroed at first
 * and aligned to 8 bytes (64 is faster).  The rules of ngx_shmtx.h hold: the
 * owners are threads, a child does not hold its parent's locks, and a call that
 * fails sets errno.
 */
typedef struct ngx_rwlock_s  ngx_rwlock_t;

/* Bytes of a lock for this many readers at one time; each takes 64. */
size_t ngx_rwlock_size(ngx_uint_t readers);

/*
 * Make the lock, or join it if it is made; processes may do so at once.
 *
 * EINVAL   no readers, a bad address, or the memory holds something else
 * EEXIST   it was made for another number of readers
 * EXDEV    it was made in another pid or time namespace
 *
 * A lock of an earlier boot, in a file, is joined as after a writer's death.
 */
ngx_int_t ngx_rwlock_create(ngx_rwlock_t *rw, ngx_uint_t readers);

/*
 * Acquire the lock within timeout_ms; 0 does not wait, a negative number waits
 * for ever.  Readers that find no free slot wait for one.
 *
 * NGX_OK                 taken
 * NGX_SHMTX_OWNER_DIED   taken FOR WRITING, by either call: a writer died and
 *                        its data may be half written.  Repair the data; then
 *                        ngx_rwlock_downgrade_ex() to read, or unlock.
 * NGX_AGAIN              not taken in time
 * NGX_ERROR              not taken: EDEADLK, the caller holds it already and
 *                        would wait for itself.  A reader may read again (and
 *                        unlock as often) as long as no writer waits; it needs
 *                        no further slot.  A reader that asks to write is
 *                        refused at once, also while another writer waits.
 *                        EXDEV: the caller is in another pid namespace.
 *                        EINVAL: rw is NULL, or no lock that create made.
 */
ngx_int_t ngx_rwlock_wlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms);
ngx_int_t ngx_rwlock_rlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms);

/* Release the lock.  NGX_ERROR: EPERM, the caller does not hold it; EINVAL. */
ngx_int_t ngx_rwlock_unlock_ex(ngx_rwlock_t *rw);

/* Turn the writer into a reader.  NGX_ERROR: EPERM, not the writer; EINVAL. */
ngx_int_t ngx_rwlock_downgrade_ex(ngx_rwlock_t *rw);

/* The state, read without the lock; writes nothing.  No lock: 0 slots. */
typedef struct {
    ngx_shmtx_stat_t  writer;
    ngx_uint_t        slots;
    ngx_uint_t        readers;      /* slots in use */
    ngx_uint_t        reclaimed;    /* slots taken back from the dead */
} ngx_rwlock_stat_t;

void ngx_rwlock_stat(ngx_rwlock_t *rw, ngx_rwlock_stat_t *st);

#ifdef __cplusplus
}
#endif

#endif
