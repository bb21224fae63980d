/* probe: mmap(MAP_POPULATE)
 * macro: NGX_HAVE_MAP_POPULATE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   mmap(2), Linux 2.5.46; not in nginx
 * for:   projects that take NGX_CHECK_MAP_POPULATE
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

int
main(void)
{
    static unsigned char present[16];
    size_t i, page;
    char *p;

    (void) alarm(10);
    page = (size_t) sysconf(_SC_PAGESIZE);
    p = mmap(NULL, 16 * page, PROT_READ|PROT_WRITE,
             MAP_ANON|MAP_SHARED|MAP_POPULATE, -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (mincore(p, 16 * page, present) == -1) {
        perror("mincore");
        return 1;
    }

    for (i = 0; i < 16; i++) {
        if (!(present[i] & 1)) {
            fputs("mmap(MAP_POPULATE) leaves pages out\n", stderr);
            return 1;
        }
    }

    return 0;
}
