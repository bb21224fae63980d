/*
 * ngx_named_name.c - names: their kinds, info and unlink.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const ngx_named_kind_t  *kinds[] = {
    &ngx_named_kind_posix,
    &ngx_named_kind_file,
    &ngx_named_kind_sysv,
    &ngx_named_kind_memfd
};

#define COUNT  (sizeof(kinds) / sizeof(kinds[0]))

/* POSIX leaves other names than "/NAME" to the system; refuse them. */
static int
is_posix_name(const char *rest)
{
    return rest[0] == '/' && rest[1] != '\0' && strchr(rest + 1, '/') == NULL
           && strcmp(rest, "/.") != 0 && strcmp(rest, "/..") != 0;
}

const ngx_named_kind_t *
ngx_named_kind_of(const char *name, const char **rest)
{
    size_t       i;
    const char  *after;

    for (i = 0; i < COUNT; i++) {
        if (strncmp(name, kinds[i]->prefix, strlen(kinds[i]->prefix)) != 0) {
            continue;
        }

        after = name + strlen(kinds[i]->prefix);

        if (kinds[i] == &ngx_named_kind_posix ? !is_posix_name(after)
            : kinds[i]->unlink != NULL && *after == '\0')
        {
            return NULL;
        }

        *rest = after;
        return kinds[i];
    }

    return NULL;
}

/* The kind of a valid name, or NULL with *why. */
static const ngx_named_kind_t *
named_kind(const char *name, const char **rest, ngx_shmem_refusal_t *why)
{
    const ngx_named_kind_t  *kind = ngx_named_kind_of(name, rest);

    if (kind == NULL || kind == &ngx_named_kind_memfd) {
        (void) ngx_named_object(why, EINVAL, kind == NULL
                                ? ngx_named_name_fault(name)
                                : "a memfd cannot be found by a name", "");
        return NULL;
    }

    if (kind->open == NULL) {
        (void) ngx_named_object(why, ENOSYS, "this kind is not compiled in",
                                "");
        return NULL;
    }

    return kind;
}

static ngx_err_t
peek(const ngx_named_kind_t *kind, int fd, ngx_named_header_t *head,
    uint64_t *total, ngx_shmem_refusal_t *why)
{
    ngx_err_t  err;

    memset(head, 0, sizeof(*head));
    err = kind->peek(fd, head, total);

    if (err == 0 && memcmp(head->magic, NGX_NAMED_MAGIC,
                           sizeof(head->magic)) != 0)
    {
        err = EBADMSG;
    }

    if (err == EBADMSG) {
        return ngx_named_object(why, err, "it is not a segment of ours", "");
    }

    if (err == EXDEV) {
        return ngx_named_object(why, err, NGX_NAMED_ABROAD, "");
    }

    if (err != 0 && err != ENODATA) {
        return ngx_shmem_refuse(why, err, 0, NULL, "reading its header");
    }

    return err;
}

static int
open_to_look(const ngx_named_kind_t *kind, const char *rest, int flags,
    ngx_shmem_refusal_t *why)
{
    int  fd = ngx_named_open_plain(kind, rest, O_RDONLY|flags, 0);

    if (fd != -1) {
        return fd;
    }

    if (errno == EBADMSG || (errno == ELOOP && flags != 0)) {
        (void) ngx_named_object(why, EBADMSG, "it is not a plain file, so not"
                                " a segment of ours", "");
    } else {
        (void) ngx_named_refuse_name(why, errno, kind, rest, "open()");
    }

    return -1;
}

/* 1: the name leads to the file of fd. */
static int
leads_to(const ngx_named_kind_t *kind, const char *rest, int fd)
{
    int          other = ngx_named_open_plain(kind, rest, O_RDONLY|O_NOFOLLOW,
                                              0);
    int          same;
    struct stat  a, b;

    same = other != -1 && fstat(fd, &a) == 0 && fstat(other, &b) == 0
           && a.st_dev == b.st_dev && a.st_ino == b.st_ino;

    if (other != -1) {
        (void) close(other);
    }

    return same;
}

/* Read the header, whether it is a file or a key file. */
static ngx_err_t
remove_opened(const ngx_named_kind_t *kind, const char *rest, int fd,
    ngx_shmem_refusal_t *why)
{
    uint64_t            total = 0;
    ngx_err_t           err;
    ngx_named_header_t  head;

    err = peek(kind, fd, &head, &total, why);

    /* its namespace may be gone; who uses it there would never free it */
    if (err == EXDEV && ngx_named_lock_query(fd, NGX_NAMED_USERS, F_WRLCK)
                        == F_UNLCK)
    {
        err = 0;

    } else if ((err == 0 || err == ENODATA) && kind->release != NULL) {
        err = kind->release(fd);

        if (err != 0) {
            (void) ngx_named_refuse_name(why, err, kind, rest,
                                         "shmctl(IPC_RMID)");
        }
    }

    if (err != 0 && err != ENODATA) {
        return err;
    }

    return kind->unlink(rest) == -1
           ? ngx_named_refuse_name(why, errno, kind, rest, "unlink()") : 0;
}

/* EAGAIN: another process is making or removing it. */
static ngx_err_t
remove_once(const ngx_named_kind_t *kind, const char *rest,
    ngx_shmem_refusal_t *why)
{
    int        fd = open_to_look(kind, rest, O_NOFOLLOW, why);
    ngx_err_t  err;

    if (fd == -1) {
        return why->err;
    }

    err = ngx_named_lock_name(fd);

    if (err == 0) {
        err = leads_to(kind, rest, fd) ? remove_opened(kind, rest, fd, why)
                                       : EAGAIN;
    }

    (void) close(fd);
    return err;
}

static ngx_err_t
remove_in_time(const ngx_named_kind_t *kind, const char *rest,
    ngx_shmem_refusal_t *why)
{
    int64_t     end = ngx_named_now_us() + 1000 * NGX_NAMED_TIMEOUT_MS;
    ngx_err_t   err;
    ngx_uint_t  round = 0;

    while ((err = remove_once(kind, rest, why)) == EAGAIN) {
        if (ngx_named_now_us() >= end) {
            return ngx_named_object(why, ETIMEDOUT, "other processes keep"
                                    " making or removing it", "");
        }

        ngx_named_pause(round++);
    }

    return err;
}

ngx_int_t
ngx_shm_unlink(const char *name, ngx_log_t *log)
{
    const char              *rest;
    ngx_shmem_refusal_t      why;
    const ngx_named_kind_t  *kind;

    if (name == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    kind = named_kind(name, &rest, &why);

    if (kind == NULL || remove_in_time(kind, rest, &why) != 0) {
        return ngx_named_deny(log, "ngx_shm_unlink", name, &why);
    }

    return NGX_OK;
}

static ngx_uint_t
state_of(int fd, const ngx_named_header_t *head)
{
    if (head->state == NGX_SHM_READY) {
        return NGX_SHM_READY;
    }

    if (ngx_named_lock_query(fd, NGX_NAMED_BUILDER, F_RDLCK) == F_WRLCK) {
        return NGX_SHM_BUILDING;
    }

    return head->state == NGX_SHM_BUILDING ? NGX_SHM_DEAD : NGX_SHM_EMPTY;
}

static void
fill_info(ngx_shm_info_t *info, int fd, const ngx_named_header_t *head)
{
    memset(info, 0, sizeof(*info));
    info->state = state_of(fd, head);
    info->size = (size_t) (head->size - head->offset);
    info->offset = (size_t) head->offset;
    info->generation = head->generation;
    info->id = head->id;
    info->word_size = head->word_size;
    info->version = head->version;
    info->creator = (ngx_pid_t) head->creator;
    info->created = (int64_t) head->created;
    info->attached = ngx_named_lock_query(fd, NGX_NAMED_USERS, F_WRLCK)
                     != F_UNLCK;
}

ngx_int_t
ngx_shm_info(ngx_shm_info_t *info, const char *name, ngx_log_t *log)
{
    int                      fd;
    uint64_t                 total = 0;
    ngx_err_t                err;
    const char              *rest;
    ngx_named_header_t       head;
    ngx_shmem_refusal_t      why;
    const ngx_named_kind_t  *kind;

    if (info == NULL || name == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    kind = named_kind(name, &rest, &why);

    if (kind == NULL) {
        return ngx_named_deny(log, "ngx_shm_info", name, &why);
    }

    fd = open_to_look(kind, rest, 0, &why);

    if (fd == -1) {
        return ngx_named_deny(log, "ngx_shm_info", name, &why);
    }

    err = peek(kind, fd, &head, &total, &why);

    if (err == 0) {
        err = ngx_named_header_check(&head, total, &why);
    }

    if (err == 0 || err == ENODATA) {
        fill_info(info, fd, &head);
    }

    (void) close(fd);

    return err == 0 || err == ENODATA
           ? NGX_OK : ngx_named_deny(log, "ngx_shm_info", name, &why);
}
