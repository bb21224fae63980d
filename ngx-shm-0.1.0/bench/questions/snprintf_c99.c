/* probe: snprintf() as in C99
 * macro: NGX_HAVE_SNPRINTF_C99
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdio.h>
#include <string.h>

int
main(void)
{
    volatile size_t size = 4;
    char text[8];

    return snprintf(text, size, "%s", "longer") != 6
           || strcmp(text, "lon") != 0;
}
