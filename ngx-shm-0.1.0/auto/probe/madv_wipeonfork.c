/* probe: madvise(MADV_WIPEONFORK)
 * macro: NGX_HAVE_MADV_WIPEONFORK
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   madvise(2), Linux 4.14; headers may be older; not in nginx
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

enum { madv_wipeonfork = 18 };          /* whether or not headers know it */

int
main(void)
{
    int status;
    pid_t child;
    size_t page;
    char *p;

    (void) alarm(10);
    page = (size_t) sysconf(_SC_PAGESIZE);
    p = mmap(NULL, page, PROT_READ|PROT_WRITE, MAP_ANON|MAP_PRIVATE, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (madvise(p, page, madv_wipeonfork) == -1) {
        perror("madvise");
        return 1;
    }
    p[0] = 1;

    child = fork();
    if (child == -1) {
        perror("fork");
        return 1;
    }
    if (child == 0) {
        _exit(p[0] != 0);
    }

    /* there are systems that accept any advice, and do nothing */
    if (waitpid(child, &status, 0) != child || status != 0 || p[0] != 1) {
        fputs("madvise(MADV_WIPEONFORK) does not clear the child's memory\n",
              stderr);
        return 1;
    }

    return 0;
}
