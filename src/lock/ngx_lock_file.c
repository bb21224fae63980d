/*
 * ngx_lock_file.c - the lock files that this process has open.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_file.h"
#include "ngx_lock_fork.h"

#if NGX_HAVE_FCNTL_LOCK

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * Read without the guard, even by a signal handler: an entry never goes away,
 * and lock is set last.
 */
static ngx_lock_file_t  *files;

/* A child does not hold the mutexes that its parent's threads held. */
static void
in_child(void)
{
    ngx_lock_file_t  *p;

    for (p = files; p != NULL; p = p->next) {
        (void) ngx_lock_mutex(&p->threads, 0);
    }
}

static ngx_lock_heir_t  heir = { .child = in_child };

ngx_lock_file_t *
ngx_lock_file_of(ngx_lock_t *lock)
{
    ngx_lock_file_t  *p;

    for (p = files; p != NULL && p->lock != lock; p = p->next) {
        /* void */
    }

    return p;
}

static int
open_file(const char *name)
{
    int    fd;
    FILE  *file;

    if (name != NULL && name[0] != '\0') {
        return open(name, O_RDWR|O_CREAT|O_CLOEXEC, 0600);
    }

    file = tmpfile();
    if (file == NULL) {
        return -1;
    }

    fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
    (void) fclose(file);

    return fd;
}

/* An unused entry, or a new one. */
static ngx_lock_file_t *
entry(void)
{
    ngx_lock_file_t  *p = ngx_lock_file_of(NULL);

    if (p != NULL) {
        return p;
    }

    p = calloc(1, sizeof(ngx_lock_file_t));

    if (p != NULL) {
        p->next = files;
        ngx_lock_barrier();
        files = p;
    }

    return p;
}

static int
fill(ngx_lock_file_t *p, ngx_lock_t *lock, const char *name)
{
    int  err;

    p->fd = open_file(name);

    if (p->fd == -1) {
        return errno;
    }

    err = ngx_lock_mutex(&p->threads, 0);

    if (err != 0) {
        (void) close(p->fd);
        return err;
    }

    ngx_lock_barrier();
    p->lock = lock;
    return 0;
}

int
ngx_lock_file_open(ngx_lock_t *lock, const char *name)
{
    int               err = 0;
    ngx_lock_file_t  *p;

    ngx_lock_guard(&heir);

    if (ngx_lock_file_of(lock) == NULL) {
        p = entry();
        err = p != NULL ? fill(p, lock, name) : ENOMEM;
    }

    ngx_lock_unguard();
    return err;
}

void
ngx_lock_file_close(ngx_lock_t *lock)
{
    ngx_lock_file_t  *p;

    ngx_lock_guard(&heir);
    p = ngx_lock_file_of(lock);

    if (p != NULL) {
        p->lock = NULL;
        (void) close(p->fd);
    }

    ngx_lock_unguard();
}

#endif
