/*
 * ngx_rwlock.h - nginx's lock for readers and writers: a word that is 0 at
 * first.  Inside nginx this file replaces src/ngx_rwlock.h, whose other lock
 * has names that modules use: nchan has an ngx_rwlock_t of its own.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Before the guard: ngx_core.h includes this file. */
#include "ngx_core.h"

#ifndef NGX_RWLOCK_H_INCLUDED
#define NGX_RWLOCK_H_INCLUDED

void ngx_rwlock_wlock(ngx_atomic_t *lock);
void ngx_rwlock_rlock(ngx_atomic_t *lock);
void ngx_rwlock_unlock(ngx_atomic_t *lock);

/* Turn the writer into a reader, and let other readers in. */
void ngx_rwlock_downgrade(ngx_atomic_t *lock);

#endif
