/* probe: splice()
 * macro: NGX_HAVE_SPLICE
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <fcntl.h>
#include <stddef.h>

int
main(void)
{
    return splice(0, NULL, 1, NULL, 1, 0) == -1;
}
