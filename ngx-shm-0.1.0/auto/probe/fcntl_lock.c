/* probe: fcntl(F_SETLK)
 * macro: NGX_HAVE_FCNTL_LOCK
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   fcntl(2), POSIX.1-2001; nginx uses it without asking
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
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int
fcntl_lock_no(const char *call)
{
    perror(call);
    return 1;
}

static int
fcntl_lock_file(void)
{
    char name[32];
    int fd;

    (void) snprintf(name, sizeof(name), "fcntl_lock.%ld", (long) getpid());
    fd = open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd != -1) {
        (void) unlink(name);
    }
    return fd;
}

static int
fcntl_lock_try(int fd)
{
    struct flock fl;

    memset(&fl, 0, sizeof(fl));
    fl.l_type = F_WRLCK;
    fl.l_whence = SEEK_SET;
    return fcntl(fd, F_SETLK, &fl);
}

/* A child that locks, says so, and keeps the lock until it dies. */
static pid_t
fcntl_lock_holder(int fd, int told[2])
{
    pid_t child;

    child = fork();
    if (child == 0) {
        (void) alarm(10);
        if (fcntl_lock_try(fd) == 0 && write(told[1], "x", 1) == 1) {
            (void) pause();
        }
        _exit(1);
    }
    return child;
}

int
main(void)
{
    int fd, told[2], locked, refused;
    pid_t child;
    char c;

    (void) alarm(10);
    fd = fcntl_lock_file();
    if (fd == -1) {
        return fcntl_lock_no("open");
    }
    if (pipe(told) == -1) {
        return fcntl_lock_no("pipe");
    }
    child = fcntl_lock_holder(fd, told);
    if (child == -1) {
        return fcntl_lock_no("fork");
    }

    (void) close(told[1]);      /* so that a child's end ends the read */
    locked = read(told[0], &c, 1) == 1;
    refused = fcntl_lock_try(fd) == -1
              && (errno == EAGAIN || errno == EACCES);
    (void) kill(child, SIGKILL);
    (void) waitpid(child, NULL, 0);

    if (!locked || !refused) {
        fputs("the lock of one process does not keep another out\n", stderr);
        return 1;
    }
    if (fcntl_lock_try(fd) == -1) {
        return fcntl_lock_no("the lock outlives its holder");
    }

    return 0;
}
