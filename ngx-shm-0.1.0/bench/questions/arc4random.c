/* probe: arc4random()
 * macro: NGX_HAVE_ARC4RANDOM
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <stdlib.h>

int
main(void)
{
    return arc4random() == 0;
}
