/*
 * Something that has the name of a segment, or comes over a socket, and is no
 * segment: each call refuses it, and does not wait.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "shm_world.h"
#include "world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define THINGS    5
#define PATIENCE  60            /* seconds, after which a call hangs */

static const char  *things[THINGS] = {
    "fifo", "socket", "folder", "device", "link to a fifo"
};

static int
make_socket(const char *path)
{
    int                 s = socket(AF_UNIX, SOCK_STREAM, 0);
    struct sockaddr_un  addr;

    memset(&addr, 0, sizeof(addr));
    addr.sun_family = AF_UNIX;
    (void) snprintf(addr.sun_path, sizeof(addr.sun_path), "%.100s", path);

    if (bind(s, (struct sockaddr *) &addr, sizeof(addr)) == -1) {
        return -1;
    }

    return close(s);
}

static int
make_link(const char *path)
{
    char  target[220];

    (void) snprintf(target, sizeof(target), "%s.fifo", path);
    return mkfifo(target, 0600) == -1 ? -1 : symlink(target, path);
}

/* Make the thing: 0, or -1 if that is not possible here. */
static int
make(int thing, const char *path)
{
    switch (thing) {
    case 0:
        return mkfifo(path, 0600);
    case 1:
        return make_socket(path);
    case 2:
        return mkdir(path, 0700);
    case 3:
        return mknod(path, S_IFCHR|0600, makedev(1, 5));
    default:
        return make_link(path);
    }
}

static void
unmake(const char *path)
{
    char  target[220];

    (void) snprintf(target, sizeof(target), "%s.fifo", path);
    (void) unlink(target);
    (void) (unlink(path) == 0 || rmdir(path) == 0);
}

static int
opens(ngx_uint_t flags)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(flags, SIZE);

    return ngx_shm_open(&seg, named, &o) == NGX_OK;
}

/* With NGX_SHM_TRUSTED a link is EPERM; all else is EBADMSG. */
static int
judged(int wrong, int thing)
{
    int  err = errno;

    if (wrong || (err != EBADMSG && !(thing == 4 && err == EPERM))) {
        fprintf(stderr, "# %s: wrong %d, errno %d, log %s\n", named, wrong,
                err, log_text);
        return 0;
    }

    return log_text[0] != '\0';
}

static int
call_all(void *data)
{
    int             thing = *(int *) data;
    size_t          i;
    ngx_shm_info_t  info;

    const ngx_uint_t  flags[] = {
        0, NGX_SHM_RDONLY, NGX_SHM_TRUSTED, NGX_SHM_RDONLY|NGX_SHM_TRUSTED,
        NGX_SHM_CREATE, NGX_SHM_CREATE|NGX_SHM_FRESH,
        NGX_SHM_CREATE|NGX_SHM_EXCL
    };

    (void) alarm(PATIENCE);

    for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        log_clear();

        if (!judged(opens(flags[i]), thing)) {
            return 1;
        }
    }

    log_clear();

    if (!judged(ngx_shm_info(&info, named, &log_to_text) != NGX_ERROR, thing))
    {
        return 2;
    }

    log_clear();
    return !judged(ngx_shm_unlink(named, &log_to_text) != NGX_ERROR, thing);
}

START_TEST(what_is_no_file_is_refused_at_once)
{
    int          thing = _i % THINGS;
    struct stat  before, after;

    remember_world();
    named_choose(_i / THINGS);

    if (make(thing, named_path()) == -1) {
        unmake(named_path());
        skip_test(__func__, _i, "it cannot be made here");
        return;
    }

    ck_assert_int_eq(lstat(named_path(), &before), 0);
    ck_assert_ptr_ne(things[thing], NULL);
    in_child(call_all, &thing);

    /* It stays as it was. */
    ck_assert_int_eq(lstat(named_path(), &after), 0);
    ck_assert(before.st_ino == after.st_ino && before.st_mode == after.st_mode);
    unmake(named_path());
    compare_world();
}
END_TEST

static void
send_one(int sock, int fd)
{
    char             byte = 's';
    struct iovec     iov = { &byte, 1 };
    struct msghdr    msg;
    struct cmsghdr  *cmsg;
    union {
        struct cmsghdr  header;
        char            space[CMSG_SPACE(sizeof(int))];
    } control;

    memset(&msg, 0, sizeof(msg));
    memset(&control, 0, sizeof(control));
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = control.space;
    msg.msg_controllen = sizeof(control.space);
    cmsg = CMSG_FIRSTHDR(&msg);
    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
    ck_assert_int_eq(sendmsg(sock, &msg, 0), 1);
}

static int
receive(void *data)
{
    int                thing = 0, *sock = data;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_RDONLY, 0);

    (void) alarm(PATIENCE);
    return !judged(ngx_shm_recv(&seg, *sock, &o) != NGX_ERROR, thing);
}

/* All things with a descriptor; a socket sends its own. */
START_TEST(what_comes_and_is_no_file_is_refused_at_once)
{
    int  fd, sock[2];

    remember_world();
    named_choose(PLAIN);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);

    if (_i == 1) {
        fd = dup(sock[0]);

    } else if (make(_i, named_path()) == -1) {
        skip_test(__func__, _i, "it cannot be made here");
        close(sock[0]);
        close(sock[1]);
        return;

    } else {
        fd = open(named_path(), O_RDONLY|O_NONBLOCK|O_NOCTTY);
    }

    ck_assert_int_ne(fd, -1);
    send_one(sock[0], fd);
    close(fd);
    in_child(receive, &sock[1]);
    close(sock[0]);
    close(sock[1]);
    unmake(named_path());
    compare_world();
}
END_TEST

int
main(void)
{
    int       failed;
    Suite    *suite = suite_create("opening");
    TCase    *all = tcase_create("all");
    SRunner  *runner = srunner_create(suite);

    if (named_begin() == -1) {
        return 1;
    }

    tcase_set_timeout(all, 300);
    tcase_add_loop_test(all, what_is_no_file_is_refused_at_once, 0,
                        KINDS * THINGS);
    tcase_add_loop_test(all, what_comes_and_is_no_file_is_refused_at_once, 0,
                        THINGS);
    suite_add_tcase(suite, all);
    failed = run_tests(runner);
    failed += named_end() != 0;
    return failed != 0;
}
