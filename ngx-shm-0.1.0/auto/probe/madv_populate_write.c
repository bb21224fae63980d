/* probe: madvise(MADV_POPULATE_WRITE)
 * macro: NGX_HAVE_MADV_POPULATE_WRITE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   madvise(2), Linux 5.14; headers may be older; not in nginx
 * for:   the table of ngx-shm features; the library asks the kernel itself
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

enum { madv_populate_write = 23 };      /* whether or not headers know it */

int
main(void)
{
    static unsigned char present[16];
    size_t i, page;
    char *p;

    (void) alarm(10);
    page = (size_t) sysconf(_SC_PAGESIZE);
    p = mmap(NULL, 16 * page, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (madvise(p, 16 * page, madv_populate_write) == -1) {
        perror("madvise");
        return 1;
    }
    if (mincore(p, 16 * page, present) == -1) {
        perror("mincore");
        return 1;
    }

    /* there are systems that accept any advice, and do nothing */
    for (i = 0; i < 16; i++) {
        if (!(present[i] & 1)) {
            fputs("madvise(MADV_POPULATE_WRITE) leaves pages out\n", stderr);
            return 1;
        }
    }

    return 0;
}
