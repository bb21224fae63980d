/* probe: size of int
 * macro: NGX_INT_SIZE
 * with:  any
 * run:   value
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>

enum { value = (int) sizeof(int) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
