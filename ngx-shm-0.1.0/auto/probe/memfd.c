/* probe: memfd_create() with seals
 * macro: NGX_HAVE_MEMFD
 * with:  any
 * run:   yes
 * cross: yes *-linux-gnu* *-linux-musl* *-linux
 * cross: no *-darwin* *-macos* *-solaris* *-illumos*
 * see:   memfd_create(2), Linux 3.17, glibc 2.27; not in nginx
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
memfd_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;
    int fd;

    (void) alarm(10);
    fd = memfd_create("ngx_probe", MFD_CLOEXEC|MFD_ALLOW_SEALING);
    if (fd == -1) {
        return memfd_no("memfd_create");
    }
    if (ftruncate(fd, 4096) == -1) {
        return memfd_no("ftruncate");
    }

    /* whoever gets the descriptor must not cut the memory short */
    if (fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK|F_SEAL_GROW) == -1) {
        return memfd_no("fcntl F_ADD_SEALS");
    }
    if (ftruncate(fd, 0) == 0 || errno != EPERM) {
        fputs("the seals do not hold\n", stderr);
        return 1;
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        return memfd_no("mmap");
    }

    child = fork();
    if (child == -1) {
        return memfd_no("fork");
    }
    if (child == 0) {
        p[1] = 'x';
        _exit(0);
    }

    (void) waitpid(child, NULL, 0);
    if (p[0] != 0 || p[1] != 'x') {
        fputs("the parent does not see what its child wrote\n", stderr);
        return 1;
    }

    return 0;
}
