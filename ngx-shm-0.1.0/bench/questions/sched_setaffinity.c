/* probe: sched_setaffinity()
 * macro: NGX_HAVE_SCHED_SETAFFINITY
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sched.h>

int
main(void)
{
    cpu_set_t mask;

    CPU_ZERO(&mask);
    return sched_setaffinity(0, sizeof(mask), &mask) == -1;
}
