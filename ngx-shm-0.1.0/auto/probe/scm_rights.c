/* probe: descriptor passed over a socket (SCM_RIGHTS)
 * macro: NGX_HAVE_SCM_RIGHTS
 * with:  any
 * run:   yes
 * libs:  -lsocket
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos*
 * see:   unix(7), cmsg(3); nginx asks for struct msghdr's msg_control
 * for:   the table of ngx-shm features; the library tries, and tells errno
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int
scm_rights_no(const char *call)
{
    perror(call);
    return 1;
}

/* Send the descriptor, or put the one that comes into *fd; -1 when not. */
static int
scm_rights_pass(int s, int *fd, int receive)
{
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;
    struct cmsghdr *cmsg;
    struct msghdr msg;
    struct iovec iov;
    char c = 'c';

    memset(&msg, 0, sizeof(msg));
    memset(&control, 0, sizeof(control));
    iov.iov_base = &c;
    iov.iov_len = 1;
    msg.msg_iov = &iov;
    msg.msg_iovlen = 1;
    msg.msg_control = control.space;
    msg.msg_controllen = sizeof(control.space);

    if (receive && recvmsg(s, &msg, 0) != 1) {
        return -1;
    }
    cmsg = CMSG_FIRSTHDR(&msg);
    if (cmsg == NULL) {
        return -1;
    }
    if (receive) {
        memcpy(fd, CMSG_DATA(cmsg), sizeof(int));
        return cmsg->cmsg_level == SOL_SOCKET
               && cmsg->cmsg_type == SCM_RIGHTS ? 0 : -1;
    }

    cmsg->cmsg_level = SOL_SOCKET;
    cmsg->cmsg_type = SCM_RIGHTS;
    cmsg->cmsg_len = CMSG_LEN(sizeof(int));
    memcpy(CMSG_DATA(cmsg), fd, sizeof(int));
    return sendmsg(s, &msg, 0) == 1 ? 0 : -1;
}

static volatile char *
scm_rights_map(int fd)
{
    return mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
}

/* The child makes a file, which is its own, and shares it. */
static void
scm_rights_child(int s)
{
    char name[32];
    volatile char *p;
    char c;
    int fd;

    (void) alarm(10);
    (void) snprintf(name, sizeof(name), "scm_rights.%ld", (long) getpid());
    fd = open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd == -1 || unlink(name) == -1 || ftruncate(fd, 4096) == -1) {
        _exit(scm_rights_no("open"));
    }
    p = scm_rights_map(fd);
    if (p == MAP_FAILED) {
        _exit(scm_rights_no("mmap"));
    }

    p[0] = 'x';
    if (scm_rights_pass(s, &fd, 0) == -1 || read(s, &c, 1) != 1) {
        _exit(1);
    }
    p[2] = p[1] == 'y' ? 'z' : 0;
    _exit(0);
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int s[2], fd;

    (void) alarm(10);
    (void) signal(SIGPIPE, SIG_IGN);
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, s) == -1) {
        return scm_rights_no("socketpair");
    }
    child = fork();
    if (child == -1) {
        return scm_rights_no("fork");
    }
    if (child == 0) {
        (void) close(s[0]);
        scm_rights_child(s[1]);
    }

    (void) close(s[1]);         /* so that a child's end ends the read */
    if (scm_rights_pass(s[0], &fd, 1) == -1) {
        fd = -1;
    }
    p = scm_rights_map(fd);
    if (p != MAP_FAILED && p[0] == 'x') {
        p[1] = 'y';
        (void) !write(s[0], "c", 1);
    }
    (void) close(s[0]);
    (void) waitpid(child, NULL, 0);

    if (p == MAP_FAILED) {
        return scm_rights_no("mmap of the descriptor that came");
    }
    if (p[2] != 'z') {
        fputs("the descriptor does not show the same memory\n", stderr);
        return 1;
    }

    return 0;
}
