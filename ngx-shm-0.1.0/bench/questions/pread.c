/* probe: pread() and pwrite()
 * macro: NGX_HAVE_PREAD
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <unistd.h>

int
main(void)
{
    char c;

    return pread(0, &c, 1, 0) == -1 && pwrite(1, &c, 0, 0) == -1;
}
