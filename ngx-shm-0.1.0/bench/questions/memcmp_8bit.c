/* probe: memcmp() of unsigned bytes
 * macro: NGX_HAVE_MEMCMP_8BIT
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

int
main(void)
{
    char a[] = { 0x40 }, b[] = { (char) 0x80 };

    return memcmp(a, b, 1) >= 0;
}
