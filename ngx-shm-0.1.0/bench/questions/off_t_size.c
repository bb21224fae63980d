/* probe: size of off_t
 * macro: NGX_OFF_T_SIZE
 * with:  any
 * run:   value
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <sys/types.h>

enum { value = (int) sizeof(off_t) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
