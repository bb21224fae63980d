/* probe: a char that is unsigned
 * macro: NGX_HAVE_CHAR_UNSIGNED
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <limits.h>

int
main(void)
{
    return CHAR_MIN != 0;
}
