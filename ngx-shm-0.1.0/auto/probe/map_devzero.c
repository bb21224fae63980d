/* probe: mmap("/dev/zero", MAP_SHARED)
 * macro: NGX_HAVE_MAP_DEVZERO
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *-solaris* *-illumos* no *-darwin* *-macos*
 * see:   zero(4), mmap(2); nginx asks too, but also maps a failed open
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
map_devzero_no(const char *call)
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
    fd = open("/dev/zero", O_RDWR);
    if (fd == -1) {
        return map_devzero_no("open /dev/zero");
    }

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        return map_devzero_no("mmap");
    }
    (void) close(fd);           /* the mapping lives on without it */

    child = fork();
    if (child == -1) {
        return map_devzero_no("fork");
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
