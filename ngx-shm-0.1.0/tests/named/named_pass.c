/* Named segments: passed over a socket. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static int
receive_and_grow(void *data)
{
    int               *sock = data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_TRUSTED, SIZE);

    if (ngx_shm_recv(&seg, *sock, &o) != NGX_OK) {
        fprintf(stderr, "# %s\n", log_text);
        return 1;
    }

    if (seg.addr[0] != 'm' || ngx_shm_grow(&seg, 2 * SIZE) != NGX_OK) {
        return 2;
    }

    seg.addr[2 * SIZE - 1] = 'r';

    /* It is sealed: nobody cuts it under us. */
    return ftruncate(seg.fd, 0) != -1 || errno != EPERM;
}

START_TEST(a_memfd_is_passed_over_a_socket)
{
    int                sock[2];
    ngx_shm_segment_t  seg;

    remember_world();
    (void) snprintf(named, sizeof(named), "memfd:");
    ck_assert(named_refused(0, 0, EINVAL, "created or received"));
    seg = named_open(NGX_SHM_CREATE, SIZE);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    ck_assert_int_eq(ngx_shm_send(&seg, sock[0]), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    seg.addr[0] = 'm';
    ck_assert_int_eq(ngx_shm_send(&seg, sock[0]), NGX_OK);
    in_child(receive_and_grow, &sock[1]);
    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, 2 * SIZE);
    ck_assert_int_eq(seg.addr[2 * SIZE - 1], 'r');
    ngx_shm_close(&seg);
    close(sock[0]);
    close(sock[1]);
    compare_world();
}
END_TEST

/* Send n descriptors with a byte, as anybody could. */
static void
send_raw(int sock, int fd, int n, char byte)
{
    struct iovec    iov = { &byte, 1 };
    struct msghdr   msg;
    struct cmsghdr *cmsg;
    union {
        struct cmsghdr  header;
        char            space[CMSG_SPACE(16 * sizeof(int))];
    } control;
    int             i;

    memset(&msg, 0, sizeof(msg));
    memset(&control, 0, sizeof(control));
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;

    if (n > 0) {
        msg.msg_control = control.space;
        msg.msg_controllen = CMSG_SPACE((size_t) n * sizeof(int));
        cmsg = CMSG_FIRSTHDR(&msg);
        cmsg->cmsg_level = SOL_SOCKET;
        cmsg->cmsg_type = SCM_RIGHTS;
        cmsg->cmsg_len = CMSG_LEN((size_t) n * sizeof(int));

        for (i = 0; i < n; i++) {
            memcpy(CMSG_DATA(cmsg) + (size_t) i * sizeof(int), &fd,
                   sizeof(int));
        }
    }

    ck_assert_int_eq(sendmsg(sock, &msg, 0), 1);
}

static void
refused_from(int sock, int err, ngx_uint_t flags)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(flags, 0);

    log_clear();
    ck_assert_int_eq(ngx_shm_recv(&seg, sock, &o), NGX_ERROR);
    ck_assert_int_eq(errno, err);
    ck_assert_str_ne(log_text, "");
}

START_TEST(what_comes_over_a_socket_is_not_believed)
{
    int                sock[2], fd, zero;
    ssize_t            done;
    ngx_shm_segment_t  seg;

    named_fresh(0);
    seg = named_create(SIZE);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    zero = open("/dev/zero", O_RDWR);
    fd = memfd_create("x", MFD_CLOEXEC|MFD_ALLOW_SEALING);
    done = write(fd, seg.base, 4096);
    ck_assert_int_eq(done, 4096);
    ck_assert_int_eq(ftruncate(fd, 4096 + SIZE), 0);

    send_raw(sock[0], fd, 0, 's');
    refused_from(sock[1], EPROTO, 0);
    send_raw(sock[0], fd, 2, 's');
    refused_from(sock[1], EPROTO, 0);

    /* More than there is room for; qemu keeps those that were cut off. */
    if (getenv("NGX_EMULATED") == NULL) {
        send_raw(sock[0], fd, 16, 's');
        refused_from(sock[1], EPROTO, 0);
    }

    send_raw(sock[0], seg.fd, 1, 'x');
    refused_from(sock[1], EPROTO, 0);
    send_raw(sock[0], zero, 1, 's');
    refused_from(sock[1], EBADMSG, 0);
    send_raw(sock[0], fd, 1, 's');
    refused_from(sock[1], EPERM, 0);

    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK), 0);
    send_raw(sock[0], fd, 1, 's');
    {
        ngx_shm_segment_t  got;
        ngx_shm_options_t  o = named_wish(0, SIZE);

        ck_assert_int_eq(ngx_shm_recv(&got, sock[1], &o), NGX_OK);
        ngx_shm_close(&got);
    }

    close(sock[0]);
    refused_from(sock[1], EPIPE, 0);
    close(sock[1]);
    refused_from(sock[1], EBADF, 0);
    close(zero);
    close(fd);
    named_remove(&seg);
}
END_TEST

/* A descriptor of the segment comes, and the call gets OK or err. */
static ngx_shm_segment_t
received(ngx_shm_segment_t *from, ngx_uint_t timeout_ms, int err)
{
    int                sock[2];
    ngx_int_t          rc;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(0, SIZE);

    log_clear();
    o.timeout_ms = timeout_ms;
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    send_raw(sock[0], from->fd, 1, 's');
    rc = ngx_shm_recv(&seg, sock[1], &o);
    ck_assert_msg(err == 0 ? rc == NGX_OK : rc == NGX_ERROR && errno == err,
                  "%d, errno %d: %s", (int) rc, errno, log_text);
    close(sock[0]);
    close(sock[1]);

    return seg;
}

/* It comes before it is ready. */
static int
receive_what_is_built(void *data)
{
    int                *sock = data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(0, SIZE);

    return ngx_shm_recv(&seg, *sock, &o) != NGX_OK || seg.addr[0] != 'r';
}

START_TEST(who_receives_waits_for_ready_but_not_for_ever)
{
    int                sock[2], status;
    pid_t              pid;
    ngx_shm_segment_t  seg;

    remember_world();
    named_choose(_i == 2 ? POSIX : _i);

    if (_i == 2) {
        (void) snprintf(named, sizeof(named), "memfd:");
    }

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    pid = fork();

    if (pid == 0) {
        _exit(receive_what_is_built(&sock[1]));
    }

    seg = named_open(NGX_SHM_CREATE, SIZE);
    (void) received(&seg, 50, ETIMEDOUT);

    send_raw(sock[0], seg.fd, 1, 's');
    (void) usleep(30000);
    seg.addr[0] = 'r';
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    close(sock[0]);
    close(sock[1]);
    ngx_shm_close(&seg);

    if (_i != 2) {
        ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    }

    compare_world();
}
END_TEST

START_TEST(what_is_made_anew_is_not_received_until_it_is_ready)
{
    ngx_shm_segment_t  seg, anew, got;

    named_fresh(_i);
    seg = named_create(SIZE);
    ngx_shm_close(&seg);
    seg.fd = open(named_path(), O_RDWR);
    ck_assert_int_ne(seg.fd, -1);
    anew = named_open(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE);
    ck_assert_uint_eq(anew.created, 1);
    (void) received(&seg, 50, ETIMEDOUT);
    ck_assert_int_eq(ngx_shm_ready(&anew), NGX_OK);

    got = received(&seg, 60000, 0);
    ck_assert_uint_eq(got.id, anew.id);
    ngx_shm_close(&anew);
    (void) close(seg.fd);

    /* it is a user like any other */
    anew = named_open(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE);
    ck_assert_uint_eq(anew.created, 0);
    ngx_shm_close(&anew);
    named_remove(&got);
}
END_TEST

static int
build_and_die(void *data)
{
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);
    ngx_shm_segment_t  seg;

    (void) data;
    return ngx_shm_open(&seg, named, &o) != NGX_OK;
}

START_TEST(segment_of_a_dead_builder_is_not_received)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    in_child(build_and_die, NULL);
    seg.fd = open(named_path(), O_RDWR);
    ck_assert_int_ne(seg.fd, -1);
    (void) received(&seg, 60000, EOWNERDEAD);
    (void) close(seg.fd);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

START_TEST(a_segment_without_its_name_is_received)
{
    ngx_shm_segment_t  seg, got;

    named_fresh(_i);
    seg = named_create(SIZE);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);

    got = received(&seg, 0, 0);
    seg.addr[0] = 'u';
    ck_assert_int_eq(got.addr[0], 'u');
    ck_assert_int_eq(ngx_shm_linked(&got), NGX_DECLINED);
    ck_assert_int_eq(ngx_shm_grow(&got, 2 * SIZE), NGX_OK);
    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, 2 * SIZE);
    ngx_shm_close(&got);
    ngx_shm_close(&seg);
    compare_world();
}
END_TEST

TCase *
named_pass_case(void)
{
    TCase  *tc = tcase_create("pass");

    tcase_add_test(tc, a_memfd_is_passed_over_a_socket);
    tcase_add_test(tc, what_comes_over_a_socket_is_not_believed);
    tcase_add_loop_test(tc, who_receives_waits_for_ready_but_not_for_ever, 0,
                        3);
    files(what_is_made_anew_is_not_received_until_it_is_ready);
    files(segment_of_a_dead_builder_is_not_received);
    files(a_segment_without_its_name_is_received);

    return tc;
}
