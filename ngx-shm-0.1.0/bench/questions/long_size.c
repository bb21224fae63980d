/* probe: size of long
 * macro: NGX_LONG_SIZE
 * with:  any
 * run:   value
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

enum { value = (int) sizeof(long) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
