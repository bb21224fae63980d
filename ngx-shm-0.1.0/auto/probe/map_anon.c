/* probe: mmap(MAP_ANON|MAP_SHARED)
 * macro: NGX_HAVE_MAP_ANON
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   mmap(2), POSIX.1-2024; nginx asks too, but lets no child write
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
map_anon_no(const char *call)
{
    perror(call);
    return 1;
}

int
main(void)
{
    volatile char *p;
    pid_t child;

    (void) alarm(10);
    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (p == MAP_FAILED) {
        return map_anon_no("mmap");
    }

    child = fork();
    if (child == -1) {
        return map_anon_no("fork");
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
