/*
 * ngx_lock_file.h - the lock files that this process has open.
 *
 * File locks do not tell threads apart, so each process has a mutex beside each
 * file; a forked child inherits both.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_FILE_H_INCLUDED
#define NGX_LOCK_FILE_H_INCLUDED

#include "ngx_lock_kind.h"

typedef struct ngx_lock_file_s  ngx_lock_file_t;

struct ngx_lock_file_s {
    ngx_lock_t       *lock;     /* NULL: not in use */
    int               fd;
    pthread_mutex_t   threads;
    ngx_lock_file_t  *next;
};

/* The file of a lock; NULL: none.  A signal handler may ask. */
ngx_lock_file_t *ngx_lock_file_of(ngx_lock_t *lock);

/* Open the file once.  name NULL or "": a file without a name.  0 or errno. */
int ngx_lock_file_open(ngx_lock_t *lock, const char *name);

void ngx_lock_file_close(ngx_lock_t *lock);

#endif
