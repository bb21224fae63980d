/* probe: madvise(MADV_HUGEPAGE) of shared memory
 * macro: NGX_HAVE_MADV_HUGEPAGE
 * with:  any
 * run:   yes
 * cross: yes *-linux-* *-linux
 * cross: no *bsd* *-darwin* *-macos* *-solaris* *-illumos*
 * see:   madvise(2), Linux 2.6.38, of shared memory 4.8; not in nginx
 * for:   programs that want huge pages below what ngx_shm_alloc() gives
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
    volatile char *p;
    void *addr;
    size_t size = 4194304;

    (void) alarm(10);
    addr = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    if (addr == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    if (madvise(addr, size, MADV_HUGEPAGE) == -1) {
        perror("madvise");
        return 1;
    }

    p = addr;
    p[size / 2] = 'x';
    return p[size / 2] == 'x' && p[0] == 0 ? 0 : 1;
}
