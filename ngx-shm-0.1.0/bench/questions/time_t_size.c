/* probe: size of time_t
 * macro: NGX_TIME_T_SIZE
 * with:  any
 * run:   value
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <time.h>

enum { value = (int) sizeof(time_t) };

int
main(void)
{
    printf("%d\n", value);
    return 0;
}
