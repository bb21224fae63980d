/* probe: fdatasync()
 * macro: NGX_HAVE_FDATASYNC
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <unistd.h>

int
main(void)
{
    return fdatasync(1) == -1;
}
