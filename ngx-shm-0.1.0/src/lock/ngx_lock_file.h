/*
 * ngx_lock_file.h - the lock files that this process has open.
 *
 * The kernel knows the owner of a file lock as a process, and drops the lock
 * when the process closes any descriptor of the file.  So a process opens each
 * file once, whatever number of handles and mappings of the lock it has, and
 * keeps a mutex beside it, which tells its threads apart.
 *
 * Locks of an open file description (F_OFD_SETLK) are no way out: a child of
 * fork() shares its parent's description, and with it the lock.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_FILE_H_INCLUDED
#define NGX_LOCK_FILE_H_INCLUDED

#include "ngx_lock_fork.h"
#include "ngx_lock_kind.h"

#include <sys/types.h>

typedef struct ngx_lock_file_s  ngx_lock_file_t;

struct ngx_lock_file_s {
    int               fd;       /* -1: not in use */
    dev_t             dev;
    ino_t             ino;
    uint64_t          id;       /* of the lock whose file has no name, or 0 */
    ngx_uint_t        users;    /* locks, by their addresses in this process */
    pthread_mutex_t   threads;
    ngx_lock_file_t  *next;
};

/* The file of a lock; NULL: none.  A signal handler may ask. */
ngx_lock_file_t *ngx_lock_file_of(ngx_lock_t *lock);

/*
 * Give the lock its file.  name NULL or "": a file without a name, the same for
 * all addresses at which this process has the lock.  0 or errno.
 */
int ngx_lock_file_open(ngx_lock_t *lock, const char *name);

void ngx_lock_file_close(ngx_lock_t *lock);

/*
 * With the guard: the file that is open already, or a new one, with one user
 * more; and one less.  name NULL: the file of the lock with this id.  0 or
 * errno.
 */
int ngx_lock_file_get(const char *name, uint64_t id, ngx_lock_file_t **file);
void ngx_lock_file_put(ngx_lock_file_t *file);

extern ngx_lock_heir_t  ngx_lock_file_heir;

/* A lock of the kind has a number by which a second mapping knows it. */
#define ngx_lock_file_id(lock)  ((lock)->more[1])

#endif
