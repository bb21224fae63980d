/* probe: sys/eventfd.h
 * macro: NGX_HAVE_EVENTFD_H
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/eventfd.h>

int
main(void)
{
    return EFD_NONBLOCK == 0;
}
