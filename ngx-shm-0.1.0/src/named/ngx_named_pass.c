/*
 * ngx_named_pass.c - pass the descriptor of a segment over a Unix socket.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <sys/socket.h>
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

ngx_err_t
ngx_named_receive(int sock, int *fd, ngx_shmem_refusal_t *why)
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
