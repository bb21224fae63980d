/*
 * ngx_named_pass.c - pass the descriptor of a segment over a Unix socket.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

/* Room for more descriptors than the one expected, to close them all. */
#define MANY  8

typedef union {
    struct cmsghdr  header;
    char            space[CMSG_SPACE(MANY * sizeof(int))];
} control_t;

ngx_err_t
ngx_named_seal(int fd)
{
#if NGX_HAVE_MEMFD
    return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK) == -1 ? errno : 0;
#else
    (void) fd;
    return ENOSYS;
#endif
}

/* The byte that goes with the descriptor of a segment. */
static void
prepare(struct msghdr *msg, struct iovec *iov, char *byte, control_t *control)
{
    memset(msg, 0, sizeof(*msg));
    memset(control, 0, sizeof(*control));
    iov->iov_base = byte;
    iov->iov_len = 1;
    msg->msg_iov = iov;
    msg->msg_iovlen = 1;
    msg->msg_control = control->space;
    msg->msg_controllen = sizeof(control->space);
}

static ngx_int_t
fail(ngx_log_t *log, ngx_err_t err, const char *call, const char *words)
{
    ngx_log_error(NGX_LOG_ALERT, log, err, "%s() failed: %s", call, words);
    errno = err;
    return NGX_ERROR;
}

ngx_int_t
ngx_shm_send(ngx_shm_segment_t *seg, ngx_fd_t sock)
{
    char                 byte = 's';
    ssize_t              n;
    control_t            control;
    struct iovec         iov;
    struct msghdr        msg;
    struct cmsghdr      *cmsg;
    ngx_named_header_t  *head;

    if (seg == NULL || seg->base == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    head = seg->base;

    if (!((const ngx_named_kind_t *) seg->kind)->can_grow) {
        return fail(seg->log, ENOTSUP, "ngx_shm_send",
                    "a System V segment has no descriptor");
    }

    if (head->state != NGX_SHM_READY) {
        return fail(seg->log, EINVAL, "ngx_shm_send", "it is not ready");
    }

    prepare(&msg, &iov, &byte, &control);
    msg.msg_controllen = CMSG_SPACE(sizeof(int));
    cmsg = CMSG_FIRSTHDR(&msg);
    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), &seg->fd, sizeof(int));

    do {
        n = sendmsg(sock, &msg, MSG_NOSIGNAL);
    } while (n == -1 && errno == EINTR);

    return n == 1 ? NGX_OK : fail(seg->log, errno, "ngx_shm_send",
                                  "sendmsg(SCM_RIGHTS)");
}

/* The message's descriptor; if it has not exactly one, close all: -1. */
static int
take_descriptor(struct msghdr *msg)
{
    int              fds[MANY];
    int              fd = -1;
    size_t           i, n, count = 0;
    struct cmsghdr  *cmsg;

    for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
        if (cmsg->cmsg_level != SOL_SOCKET || cmsg->cmsg_type != SCM_RIGHTS) {
            continue;
        }

        n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        n = n < MANY ? n : MANY;
        memcpy(fds, CMSG_DATA(cmsg), n * sizeof(int));

        for (i = 0; i < n; i++) {
            if (count++ == 0) {
                fd = fds[i];
            } else {
                (void) close(fds[i]);
            }
        }
    }

    if (count > 1 || (msg->msg_flags & MSG_CTRUNC)) {
        if (fd != -1) {
            (void) close(fd);
        }
        return -1;
    }

    return fd;
}

static ngx_err_t
receive(int sock, int *fd, ngx_shmem_refusal_t *why)
{
    char           byte = 0;
    ssize_t        n;
    control_t      control;
    struct iovec   iov;
    struct msghdr  msg;

    prepare(&msg, &iov, &byte, &control);

    do {
        n = recvmsg(sock, &msg, MSG_CMSG_CLOEXEC);
    } while (n == -1 && errno == EINTR);

    if (n == -1) {
        return ngx_shmem_refuse(why, errno, 0, NULL, "recvmsg(SCM_RIGHTS)");
    }

    if (n == 0) {
        return ngx_named_object(why, EPIPE, "the other side has closed", "");
    }

    *fd = take_descriptor(&msg);

    if (*fd != -1 && byte != 's') {
        (void) close(*fd);
        *fd = -1;
    }

    return *fd == -1 ? ngx_named_object(why, EPROTO, "no segment in it", "")
                     : 0;
}

/*
 * Locks belong to the open file description, which is the sender's, too; an own
 * one makes them exclude the sender.  The file is checked first: opening a FIFO
 * would wait for its other end.
 */
static int
reopen(int fd, int flags)
{
    int          own;
    char         path[32];
    struct stat  st;

    if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
        return fd;
    }

    (void) snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    own = open(path, (flags & NGX_SHM_RDONLY ? O_RDONLY : O_RDWR)
                     |O_NONBLOCK|O_NOCTTY|O_CLOEXEC);

    if (own == -1) {
        return fd;
    }

    (void) close(fd);
    return own;
}

/* A file without a name is a memfd, which others could shrink: seal it. */
static ngx_err_t
check_seals(int fd, ngx_shmem_refusal_t *why)
{
    struct stat  st;

#if NGX_HAVE_MEMFD
    int  seals = fcntl(fd, F_GET_SEALS);

    if (seals != -1 && (seals & F_SEAL_SHRINK)) {
        return 0;
    }
#endif

    if (fstat(fd, &st) == 0 && st.st_nlink != 0) {
        return 0;
    }

    return ngx_named_object(why, EPERM, "it is not sealed against shrinking",
                            "");
}

static ngx_err_t
check_received(int fd, const ngx_shm_options_t *options,
    ngx_named_header_t *head, ngx_shmem_refusal_t *why)
{
    uint64_t   total = 0;
    ngx_err_t  err = ngx_named_file_peek(fd, head, &total);

    if (err != 0) {
        return ngx_named_object(why, err == ENODATA ? EBADMSG : err,
                                "it is not a segment of ours", "");
    }

    err = ngx_named_header_check(head, total, why);

    if (err == 0) {
        err = check_seals(fd, why);
    }

    if (err == 0 && (options->flags & NGX_SHM_TRUSTED)) {
        err = ngx_named_trust(fd, why);
    }

    if (err == 0 && head->state != NGX_SHM_READY) {
        err = ngx_named_object(why, EBADMSG, "it is not ready", "");
    }

    return err;
}

ngx_int_t
ngx_shm_recv(ngx_shm_segment_t *seg, ngx_fd_t sock,
    const ngx_shm_options_t *options)
{
    int                  fd;
    ngx_err_t            err;
    ngx_shm_segment_t    made;
    ngx_named_header_t   head;
    ngx_shmem_refusal_t  why;

    if (seg == NULL || options == NULL) {
        errno = EINVAL;
        return NGX_ERROR;
    }

    err = receive(sock, &fd, &why);

    if (err == 0) {
        fd = reopen(fd, (int) options->flags);
        err = check_received(fd, options, &head, &why);

        if (err == 0) {
            (void) ngx_named_lock(fd, NGX_NAMED_USERS, F_RDLCK);
            err = ngx_named_attach(&made, fd, &ngx_named_kind_memfd, &head,
                                   options, &why);
        }

        if (err != 0) {
            (void) close(fd);
        }
    }

    if (err != 0) {
        return ngx_named_deny(options->log, "ngx_shm_recv", "", &why);
    }

    *seg = made;
    return NGX_OK;
}
