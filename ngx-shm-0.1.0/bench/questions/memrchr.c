/* probe: memrchr()
 * macro: NGX_HAVE_MEMRCHR
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

int
main(void)
{
    return memrchr("text", 't', 4) == 0;
}
