/*
 * ngx_lock_file.c - the lock files that this process has open.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_file.h"

#if NGX_HAVE_FCNTL_LOCK

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

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

ngx_lock_heir_t  ngx_lock_file_heir = { .child = in_child };

static ngx_lock_file_t *
file_by_id(uint64_t id)
{
    ngx_lock_file_t  *p;

    for (p = files; p != NULL; p = p->next) {
        if (p->users != 0 && p->id == id && id != 0) {
            return p;
        }
    }

    return NULL;
}

static ngx_lock_file_t *
file_by_stat(const struct stat *st)
{
    ngx_lock_file_t  *p;

    for (p = files; p != NULL; p = p->next) {
        if (p->users != 0 && p->dev == st->st_dev && p->ino == st->st_ino) {
            return p;
        }
    }

    return NULL;
}

/* An unused entry, or a new one. */
static ngx_lock_file_t *
free_file(void)
{
    ngx_lock_file_t  *p;

    for (p = files; p != NULL; p = p->next) {
        if (p->fd == -1) {
            return p;
        }
    }

    p = calloc(1, sizeof(ngx_lock_file_t));

    if (p != NULL) {
        p->fd = -1;
        p->next = files;
        files = p;
    }

    return p;
}

static int
open_file(const char *name)
{
    int    fd;
    FILE  *file;

    if (name != NULL) {
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

/*
 * Asked before it is opened: to close a second descriptor would drop the lock.
 * If the name has come to lead to an open file meanwhile, the second one stays,
 * unused, until the file is closed.
 */
int
ngx_lock_file_get(const char *name, uint64_t id, ngx_lock_file_t **file)
{
    int               err;
    struct stat       st;
    ngx_lock_file_t  *p, *other;

    *file = name == NULL ? file_by_id(id)
            : stat(name, &st) == 0 ? file_by_stat(&st) : NULL;

    if (*file != NULL) {
        (*file)->users++;
        return 0;
    }

    p = free_file();

    if (p == NULL) {
        return ENOMEM;
    }

    p->fd = open_file(name);

    if (p->fd == -1) {
        return errno;
    }

    err = fstat(p->fd, &st) == -1 ? errno : ngx_lock_mutex(&p->threads, 0);

    if (err != 0) {
        (void) close(p->fd);
        p->fd = -1;
        return err;
    }

    other = file_by_stat(&st);

    p->dev = st.st_dev;
    p->ino = st.st_ino;
    p->id = name == NULL ? id : 0;
    *file = other != NULL ? other : p;
    (*file)->users++;
    return 0;
}

void
ngx_lock_file_put(ngx_lock_file_t *file)
{
    ngx_lock_file_t  *p;

    if (file->users > 1) {
        file->users--;
        return;
    }

    file->users = 0;

    /* the last user is gone: close all descriptors */
    for (p = files; p != NULL; p = p->next) {
        if (p->fd != -1 && p->dev == file->dev && p->ino == file->ino) {
            (void) close(p->fd);
            p->fd = -1;
        }
    }
}

#endif
