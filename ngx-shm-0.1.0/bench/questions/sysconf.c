/* probe: sysconf(_SC_NPROCESSORS_ONLN)
 * macro: NGX_HAVE_SYSCONF
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <unistd.h>

int
main(void)
{
    return sysconf(_SC_NPROCESSORS_ONLN) == -1;
}
