/* probe: strlcpy()
 * macro: NGX_HAVE_STRLCPY
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

int
main(void)
{
    char to[8];

    return strlcpy(to, "from", sizeof(to)) != 4;
}
