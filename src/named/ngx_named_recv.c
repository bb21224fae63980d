/*
 * ngx_named_recv.c - attach the segment whose descriptor came over a socket.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define object  ngx_named_object

typedef struct {
    const ngx_shm_options_t  *options;
    int                       fd;
    int                       own;  /* 1: nobody shares the locks of fd */
    ngx_uint_t                memfd;
    ngx_named_header_t        head;
    ngx_shmem_refusal_t       why;
} received_t;

/*
 * Locks belong to the open file description, which is the sender's, too; an own
 * one makes them exclude the sender.  The file is checked first: opening a FIFO
 * would wait for its other end.
 */
static void
reopen(received_t *r)
{
    int          fd;
    char         path[32];
    struct stat  st;

    if (fstat(r->fd, &st) == -1 || !S_ISREG(st.st_mode)) {
        return;
    }

    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", r->fd);
    fd = open(path, (r->options->flags & NGX_SHM_RDONLY ? O_RDONLY : O_RDWR)
                    |O_NONBLOCK|O_NOCTTY|O_CLOEXEC);

    if (fd != -1) {
        (void) close(r->fd);
        r->fd = fd;
        r->own = 1;
    }
}

/* All memfds are of one device, which has no other files.  In doubt it is. */
static ngx_uint_t
is_memfd(int fd)
{
#if NGX_HAVE_MEMFD
    int          other = memfd_create("ngx-shm", MFD_CLOEXEC);
    ngx_uint_t   yes;
    struct stat  a, b;

    yes = other == -1 || fstat(fd, &a) == -1 || fstat(other, &b) == -1
          || a.st_dev == b.st_dev;

    if (other != -1) {
        (void) close(other);
    }

    return yes;
#else
    (void) fd;
    return 0;
#endif
}

/*
 * A memfd must be sealed, as its sender could shrink it.  So can who may write
 * to another file: it is trusted as if it had been opened by a name, also when
 * the name was removed meanwhile.
 */
static ngx_err_t
check_seals(received_t *r)
{
    struct stat  st;

#if NGX_HAVE_MEMFD
    int  seals = fcntl(r->fd, F_GET_SEALS);

    if (seals != -1 && (seals & F_SEAL_SHRINK)) {
        r->memfd = is_memfd(r->fd);
        return 0;
    }
#endif

    if (fstat(r->fd, &st) == 0 && (st.st_nlink != 0 || !is_memfd(r->fd))) {
        return 0;
    }

    return object(&r->why, EPERM, "it is not sealed against shrinking", "");
}

/* EAGAIN: it is being built, or made anew. */
static ngx_err_t
check(received_t *r)
{
    uint64_t   total = 0;
    ngx_err_t  err = ngx_named_file_peek(r->fd, &r->head, &total);

    if (err != 0) {
        return object(&r->why, err == ENODATA ? EBADMSG : err,
                      "it is not a segment of ours", "");
    }

    err = ngx_named_header_check(&r->head, total, &r->why);

    if (err == 0) {
        err = check_seals(r);
    }

    if (err == 0 && (r->options->flags & NGX_SHM_TRUSTED)) {
        err = ngx_named_trust(r->fd, &r->why);
    }

    if (err == 0 && r->head.state != NGX_SHM_READY) {
        err = r->own ? object(&r->why, EOWNERDEAD, "its builder died", "")
                     : object(&r->why, EAGAIN, "it is not ready", "");
    }

    return err;
}

/* With BUILDER, as by name: so nobody makes it anew under this process. */
static ngx_err_t
attach(received_t *r, ngx_shm_segment_t *seg)
{
    ngx_err_t  err = check(r);

    if (err != 0) {
        return err;
    }

    err = ngx_named_lock(r->fd, NGX_NAMED_USERS, F_RDLCK);

    if (err != 0) {
        return object(&r->why, err, err == EAGAIN ? "it is being made anew"
                                                  : "fcntl(USERS)", "");
    }

    err = ngx_named_attach(seg, r->fd, &ngx_named_kind_memfd, &r->head,
                           r->options, &r->why);

    return err == ENODATA ? EAGAIN : err;
}

/* A lock of a descriptor that the sender shares would be the sender's. */
static ngx_err_t
attach_once(received_t *r, ngx_shm_segment_t *seg)
{
    ngx_err_t  err;

    if (!r->own) {
        return attach(r, seg);
    }

    err = ngx_named_lock(r->fd, NGX_NAMED_BUILDER, F_RDLCK);

    if (err != 0) {
        return object(&r->why, err, err == EAGAIN ? "another process is still"
                      " building it" : "fcntl(BUILDER)", "");
    }

    err = attach(r, seg);
    (void) ngx_named_lock(r->fd, NGX_NAMED_BUILDER, F_UNLCK);

    if (err != 0) {
        (void) ngx_named_lock(r->fd, NGX_NAMED_USERS, F_UNLCK);
    }

    return err;
}

static ngx_err_t
attach_in_time(received_t *r, ngx_shm_segment_t *seg)
{
    int64_t     end = ngx_named_deadline(r->options->timeout_ms);
    ngx_err_t   err;
    ngx_uint_t  round = 0;

    while ((err = attach_once(r, seg)) == EAGAIN) {
        if (ngx_named_now_us() >= end) {
            return r->why.err = ETIMEDOUT;
        }

        ngx_named_pause(round++);
    }

    return err;
}

ngx_int_t
ngx_shm_recv(ngx_shm_segment_t *seg, ngx_fd_t sock,
    const ngx_shm_options_t *options)
{
    ngx_err_t          err;
    received_t         r;
    ngx_shm_segment_t  made;

    if (options == NULL) {
        options = &ngx_named_no_wishes;
    }

    if (seg == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    ngx_memzero(&r, sizeof(r));
    r.options = options;

    err = ngx_named_receive(sock, &r.fd, &r.why);

    if (err == 0) {
        reopen(&r);
        err = attach_in_time(&r, &made);

        if (err != 0) {
            (void) close(r.fd);
        }
    }

    if (err != 0) {
        return ngx_named_deny(options->log, "ngx_shm_recv", "", &r.why);
    }

    *seg = made;
    seg->named = !r.memfd;
    return NGX_OK;
}
