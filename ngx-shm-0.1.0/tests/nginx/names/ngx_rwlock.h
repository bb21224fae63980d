/*
 * A module's own file of this name, type of this name and calls that begin as
 * nginx's do: nchan has them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMES_RWLOCK_H_INCLUDED
#define NAMES_RWLOCK_H_INCLUDED

typedef struct {
    ngx_atomic_t  lock;
    ngx_atomic_t  mutex;
    ngx_int_t     write_pid;
} ngx_rwlock_t;

void ngx_rwlock_init(ngx_rwlock_t *lock);
void ngx_rwlock_reserve_read(ngx_rwlock_t *lock);
void ngx_rwlock_release_read(ngx_rwlock_t *lock);
void ngx_rwlock_reserve_write(ngx_rwlock_t *lock);
void ngx_rwlock_release_write(ngx_rwlock_t *lock);

#endif
