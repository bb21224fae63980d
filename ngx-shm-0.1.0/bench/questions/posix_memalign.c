/* probe: posix_memalign()
 * macro: NGX_HAVE_POSIX_MEMALIGN
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

int
main(void)
{
    void *p;

    return posix_memalign(&p, 64, 64);
}
