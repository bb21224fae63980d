/* probe: mmap() of a file, shared or only to read
 * macro: NGX_HAVE_MAP_FILE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   mmap(2), POSIX.1-2001; not in nginx
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
map_file_no(const char *call)
{
    perror(call);
    return 1;
}

static void
map_file_refused(int sig)
{
    (void) sig;
    _exit(0);
}

/* fd[0] reads and writes a new file, fd[1] only reads; its name is gone. */
static int
map_file_open(int fd[2])
{
    char name[32];

    (void) snprintf(name, sizeof(name), "map_file.%ld", (long) getpid());
    fd[0] = open(name, O_RDWR|O_CREAT|O_EXCL, 0600);
    if (fd[0] == -1) {
        return -1;
    }

    fd[1] = open(name, O_RDONLY);
    return unlink(name) == -1 || fd[1] == -1 ? -1 : 0;
}

static void
map_file_child(int fd, volatile char *shown)
{
    volatile char *p;

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        _exit(1);
    }

    p[0] = 'x';
    (void) signal(SIGSEGV, map_file_refused);
    (void) signal(SIGBUS, map_file_refused);
    shown[1] = 'y';
    p[2] = 'z';                 /* still here: the write was not refused */
    _exit(1);
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd[2];

    (void) alarm(10);
    if (map_file_open(fd) == -1) {
        return map_file_no("open");
    }
    if (ftruncate(fd[0], 4096) == -1) {
        return map_file_no("ftruncate");
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd[1], 0);
    if (p != MAP_FAILED) {
        fputs("a file opened to be read is mapped to be written\n", stderr);
        return 1;
    }
    p = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd[1], 0);
    if (p == MAP_FAILED) {
        return map_file_no("mmap");
    }

    child = fork();
    if (child == -1) {
        return map_file_no("fork");
    }
    if (child == 0) {
        map_file_child(fd[0], p);
    }

    (void) waitpid(child, NULL, 0);
    if (p[0] != 'x') {
        fputs("one mapping does not show what the other wrote\n", stderr);
        return 1;
    }
    if (p[1] != 0 || p[2] != 0) {
        fputs("a mapping to read is written to\n", stderr);
        return 1;
    }

    return 0;
}
