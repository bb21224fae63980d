/*
 * ngx_named_open.c - open a segment by name: one process creates it, the others
 * attach.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_open.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define refuse  ngx_named_open_refuse
#define object  ngx_named_open_object

/*
 * Not in one call: in a sticky folder like /dev/shm Linux refuses O_CREAT for
 * another user's file, even if the caller may write to it.
 */
static ngx_err_t
open_name(ngx_named_opening_t *o)
{
    int         flags;
    ngx_uint_t  wish = o->options.flags;

    flags = wish & NGX_SHM_RDONLY ? O_RDONLY : O_RDWR;
    flags |= wish & NGX_SHM_TRUSTED ? O_NOFOLLOW : 0;

    o->fd = ngx_named_open_plain(o->kind, o->rest, flags, 0600);

    if (o->fd == -1 && errno == ENOENT && (wish & NGX_SHM_CREATE)) {
        o->fd = ngx_named_open_plain(o->kind, o->rest, flags|O_CREAT|O_EXCL,
                                     0600);

        if (o->fd == -1 && errno == EEXIST) {
            return object(o, EAGAIN, "it is removed again and again");
        }
    }

    if (o->fd != -1) {
        return 0;
    }

    if (errno == ELOOP && (wish & NGX_SHM_TRUSTED)) {
        return object(o, EPERM, "it is a symbolic link");
    }

    if (errno == EBADMSG) {
        return object(o, EBADMSG, "it is not a plain file, so not a segment of"
                      " ours");
    }

    return ngx_named_refuse_name(&o->why, errno, o->kind, o->rest, "open()");
}

/* 1: the open file still has its name. */
static int
is_named(const ngx_named_opening_t *o)
{
    struct stat  st;

    return fstat(o->fd, &st) == 0 && st.st_nlink != 0;
}

/* 0: ready; ENODATA: there is no memory, or its builder died. */
static ngx_err_t
look(ngx_named_opening_t *o)
{
    ngx_err_t  err;

    if (o->options.flags & NGX_SHM_TRUSTED) {
        err = ngx_named_trust(o->fd, &o->why);

        if (err != 0) {
            return err;
        }
    }

    memset(&o->head, 0, sizeof(o->head));
    err = o->kind->peek(o->fd, &o->head, &o->total);

    if (err == ENODATA) {
        return ENODATA;
    }

    if (err != 0) {
        return err == EBADMSG
               ? object(o, EBADMSG, "it is not a segment of ours")
               : err == EXDEV ? object(o, EXDEV, NGX_NAMED_ABROAD)
               : refuse(o, err, "reading its header");
    }

    err = ngx_named_header_check(&o->head, o->total, &o->why);

    return err == 0 && o->head.state != NGX_SHM_READY ? ENODATA : err;
}

static ngx_err_t
attach(ngx_named_opening_t *o)
{
    ngx_err_t  err;

    if (o->options.flags & NGX_SHM_EXCL) {
        return object(o, EEXIST, "it is there already");
    }

    err = ngx_named_lock(o->fd, NGX_NAMED_USERS, F_RDLCK);

    if (err != 0) {
        return err == EAGAIN ? object(o, EAGAIN, "it is being made anew")
                             : refuse(o, err, "fcntl(USERS)");
    }

    err = ngx_named_attach(o->seg, o->fd, o->kind, &o->head, &o->options,
                           &o->why);
    (void) ngx_named_lock(o->fd, NGX_NAMED_BUILDER, F_UNLCK);

    /* It was removed since its header was read. */
    return err == ENODATA ? EAGAIN : err;
}

/* Make the segment, or make it anew: one process only. */
static ngx_err_t
try_to_build(ngx_named_opening_t *o, int ready)
{
    ngx_err_t  err = ngx_named_lock(o->fd, NGX_NAMED_BUILDER, F_WRLCK);

    if (err != 0) {
        return err == EAGAIN ? object(o, EAGAIN, "other processes read it")
                             : refuse(o, err, "fcntl(BUILDER)");
    }

    if (ready && ngx_named_lock(o->fd, NGX_NAMED_USERS, F_WRLCK) != 0) {
        return attach(o);
    }

    err = ngx_named_lock_name(o->fd);

    if (err != 0) {
        return object(o, err, "another process is removing it");
    }

    /* It may have been removed since it was opened. */
    err = is_named(o) ? ngx_named_build(o)
                      : object(o, EAGAIN, "it is removed again and again");
    ngx_named_unlock_name(o->fd);
    return err;
}

/* Of a System V segment the memory goes first, and then the name. */
static int
is_being_removed(const ngx_named_opening_t *o)
{
    if (ngx_named_lock_name(o->fd) != 0) {
        return 1;
    }

    ngx_named_unlock_name(o->fd);
    return !is_named(o);
}

/* EAGAIN: try again a little later. */
static ngx_err_t
attempt(ngx_named_opening_t *o)
{
    int         ready;
    ngx_err_t   err = ngx_named_lock(o->fd, NGX_NAMED_BUILDER, F_RDLCK);
    ngx_uint_t  wish = o->options.flags;

    if (err == EAGAIN) {
        if (wish & NGX_SHM_EXCL) {
            return object(o, EEXIST, "another process is building it");
        }

        return object(o, EAGAIN, "another process is still building it");
    }

    if (err != 0) {
        return refuse(o, err, "fcntl(BUILDER)");
    }

    err = look(o);
    ready = err == 0;

    if (err != 0 && err != ENODATA) {
        return err;
    }

    if (wish & NGX_SHM_CREATE) {
        if (!ready || (wish & NGX_SHM_FRESH)) {
            return try_to_build(o, ready);
        }

    } else if (!ready) {
        return is_being_removed(o)
               ? object(o, EAGAIN, "it is removed again and again")
               : object(o, EOWNERDEAD, "its builder died, or its memory was"
                        " removed");
    }

    return attach(o);
}

static ngx_err_t
open_once(ngx_named_opening_t *o)
{
    ngx_err_t  err = open_name(o);

    if (err != 0) {
        return err;
    }

    err = attempt(o);

    if (err != 0) {
        (void) close(o->fd);
    }

    return err;
}

/*
 * The creator of an empty file may not have locked it yet: only if it stays
 * empty, its creator is taken to be dead.  CREATE need not wait.
 */
static ngx_err_t
open_in_time(ngx_named_opening_t *o)
{
    int64_t     end = ngx_named_deadline(o->options.timeout_ms);
    ngx_err_t   err;
    ngx_uint_t  round = 0;

    for ( ;; ) {
        err = open_once(o);

        if (err != EAGAIN && !(err == EOWNERDEAD && o->head.generation == 0)) {
            return err;
        }

        if (ngx_named_now_us() >= end) {
            o->why.err = err == EAGAIN ? ETIMEDOUT : err;
            return o->why.err;
        }

        ngx_named_pause(round++);
    }
}

static ngx_err_t
check_wishes(ngx_named_opening_t *o, const char *name)
{
    size_t  page = (size_t) sysconf(_SC_PAGESIZE);

    if (o->kind == NULL) {
        return object(o, EINVAL, ngx_named_name_fault(name));
    }

    if ((o->options.flags & NGX_SHM_RDONLY)
        && (o->options.flags & NGX_SHM_CREATE))
    {
        return object(o, EINVAL, "a segment cannot be created read-only");
    }

    if ((o->options.flags & NGX_SHM_CREATE) && o->options.size == 0) {
        return object(o, EINVAL, "a segment cannot be created with no size");
    }

    if (o->options.size > PTRDIFF_MAX - page
        || o->options.max_size > PTRDIFF_MAX - page)
    {
        return ngx_shmem_refuse(&o->why, ENOMEM, o->options.size, NULL,
                                "mmap(%zu)", o->options.size);
    }

    if (o->kind->open == NULL) {
        return object(o, ENOSYS, "this kind is not compiled in");
    }

    return 0;
}

ngx_int_t
ngx_shm_open(ngx_shm_segment_t *seg, const char *name,
    const ngx_shm_options_t *options)
{
    ngx_err_t            err;
    ngx_shm_segment_t    made;
    ngx_named_opening_t  o;

    options = options == NULL ? &ngx_named_no_wishes : options;

    if (seg == NULL || name == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    memset(&o, 0, sizeof(o));
    memset(&made, 0, sizeof(made));
    o.options = *options;
    o.kind = ngx_named_kind_of(name, &o.rest);
    o.seg = &made;

    err = check_wishes(&o, name);

    if (err == 0) {
        err = o.kind->unlink != NULL ? open_in_time(&o)
                                     : ngx_named_build_nameless(&o);
    }

    if (err != 0) {
        return ngx_named_deny(options->log, "ngx_shm_open", name, &o.why);
    }

    *seg = made;
    return NGX_OK;
}
