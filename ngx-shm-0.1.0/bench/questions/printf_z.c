/* probe: %zu and %jd of printf()
 * macro: NGX_HAVE_PRINTF_Z
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

int
main(void)
{
    char text[32];

    snprintf(text, sizeof(text), "%zu %jd", sizeof(text), (intmax_t) -1);
    return strcmp(text, "32 -1") != 0;
}
