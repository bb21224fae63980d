/* probe: kqueue()
 * macro: NGX_HAVE_KQUEUE
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/event.h>

int
main(void)
{
    return kqueue() == -1;
}
