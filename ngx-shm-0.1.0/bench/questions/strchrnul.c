/* probe: strchrnul()
 * macro: NGX_HAVE_STRCHRNUL
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <string.h>

int
main(void)
{
    return *strchrnul("text", 'y') != 0;
}
