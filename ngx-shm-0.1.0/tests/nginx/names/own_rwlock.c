/*
 * own_rwlock.c - a module's lock for readers and writers, beside nginx's: nchan
 * has one of these names; the module of njs takes nginx's for its dictionaries.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "names.h"
#include "ngx_rwlock.h"

typedef struct {
    ngx_rwlock_t  own;
    ngx_atomic_t  nginx;
} names_rwlocks_t;


void
ngx_rwlock_init(ngx_rwlock_t *lock)
{
    ngx_memzero(lock, sizeof(ngx_rwlock_t));
}


void
ngx_rwlock_reserve_read(ngx_rwlock_t *lock)
{
    (void) ngx_atomic_fetch_add(&lock->lock, 1);
}


void
ngx_rwlock_release_read(ngx_rwlock_t *lock)
{
    (void) ngx_atomic_fetch_add(&lock->lock, -1);
}


void
ngx_rwlock_reserve_write(ngx_rwlock_t *lock)
{
    while (!ngx_atomic_cmp_set(&lock->mutex, 0, 1)) {
        ngx_sched_yield();
    }
    lock->write_pid = ngx_pid;
}


void
ngx_rwlock_release_write(ngx_rwlock_t *lock)
{
    lock->write_pid = 0;
    (void) ngx_atomic_cmp_set(&lock->mutex, 1, 0);
}


ngx_uint_t
names_own_rwlock(ngx_slab_pool_t *pool)
{
    ngx_uint_t        right;
    names_rwlocks_t  *locks = ngx_slab_calloc(pool, sizeof(names_rwlocks_t));

    if (locks == NULL) {
        return 0;
    }

    ngx_rwlock_init(&locks->own);
    ngx_rwlock_reserve_write(&locks->own);
    right = locks->own.write_pid == ngx_pid;
    ngx_rwlock_release_write(&locks->own);
    ngx_rwlock_reserve_read(&locks->own);
    ngx_rwlock_release_read(&locks->own);
    right = right && locks->own.lock == 0 && locks->own.mutex == 0;

    ngx_rwlock_wlock(&locks->nginx);
    right = right && locks->nginx != 0;
    ngx_rwlock_downgrade(&locks->nginx);
    ngx_rwlock_rlock(&locks->nginx);
    ngx_rwlock_unlock(&locks->nginx);
    ngx_rwlock_unlock(&locks->nginx);
    right = right && locks->nginx == 0;

    ngx_slab_free(pool, locks);
    return right;
}
