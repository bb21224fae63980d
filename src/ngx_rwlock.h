/*
 * ngx_rwlock.h - locks that many may hold to read, or one to write.
 *
 * Two of them.  nginx's is one word and knows no owners: whoever dies with it
 * blocks the others.  The second has a slot for each reader, survives the
 * death of readers and writers, and lets no writer starve.
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
 * nginx's.  The word is 0 at first.  A waiter sleeps in between its looks.
 * Only where the system has atomic operations.  downgrade turns the writer
 * into a reader and lets other readers in.
 */
void ngx_rwlock_wlock(ngx_atomic_t *lock);
void ngx_rwlock_rlock(ngx_atomic_t *lock);
void ngx_rwlock_unlock(ngx_atomic_t *lock);
void ngx_rwlock_downgrade(ngx_atomic_t *lock);

/*
 * The one that survives.  It lies in shared memory, at any address, zeroed at
 * first and aligned to 8 bytes (64 is faster).  The rules of ngx_shmtx.h hold:
 * the owners are threads, a child does not hold what its parent holds, and
 * what fails sets errno.
 */
typedef struct ngx_rwlock_s  ngx_rwlock_t;

/* The memory for so many readers at one time; each takes 64 bytes. */
size_t ngx_rwlock_size(ngx_uint_t readers);

/*
 * Make it, or join it if it is made; several may do so at once.
 *
 * EINVAL   no readers, a bad address, or the memory holds something else
 * EEXIST   it was made for another number of readers
 * EXDEV    it was made in another pid or time namespace
 *
 * One of an earlier boot, in a file, is joined as after a writer's death.
 */
ngx_int_t ngx_rwlock_create(ngx_rwlock_t *rw, ngx_uint_t readers);

/*
 * Take it within timeout_ms; 0 does not wait, a negative number waits for
 * ever.  Readers beyond the number of slots wait for one.
 *
 * NGX_OK                 taken
 * NGX_SHMTX_OWNER_DIED   taken FOR WRITING, by either call: a writer died and
 *                        what it wrote may be half done.  Repair it; then
 *                        ngx_rwlock_downgrade_ex() to read, or unlock.
 * NGX_AGAIN              not taken in time
 * NGX_ERROR              not taken: EDEADLK, the caller holds it already and
 *                        would wait for itself.  A reader may read again (and
 *                        unlock as often) as long as no writer waits.
 *                        EXDEV: the caller is in another pid namespace.
 */
ngx_int_t ngx_rwlock_wlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms);
ngx_int_t ngx_rwlock_rlock_ex(ngx_rwlock_t *rw, ngx_int_t timeout_ms);

/* Leave it.  NGX_ERROR: EPERM, the caller does not have it. */
ngx_int_t ngx_rwlock_unlock_ex(ngx_rwlock_t *rw);

/* From writer to reader.  NGX_ERROR: EPERM, the caller is no writer. */
ngx_int_t ngx_rwlock_downgrade_ex(ngx_rwlock_t *rw);

/* What is known without the lock; nothing is written. */
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
