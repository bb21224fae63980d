/* probe: mmap("/dev/zero", MAP_SHARED)
 * macro: NGX_HAVE_MAP_DEVZERO
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <fcntl.h>
#include <stddef.h>
#include <sys/mman.h>

int
main(void)
{
    void *p;
    int fd;

    fd = open("/dev/zero", O_RDWR);
    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    return fd == -1 || p == MAP_FAILED;
}
