/* probe: malloc(0) that is not NULL
 * macro: NGX_HAVE_MALLOC_0
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

int
main(void)
{
    void *p = malloc(0);

    return p == NULL;
}
