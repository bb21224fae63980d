/* probe: mmap(MAP_ANON|MAP_SHARED)
 * macro: NGX_HAVE_MAP_ANON
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stddef.h>
#include <sys/mman.h>

int
main(void)
{
    void *p;

    p = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1, 0);
    return p == MAP_FAILED;
}
