/* probe: clock_gettime(CLOCK_MONOTONIC)
 * macro: NGX_HAVE_CLOCK_GETTIME
 * with:  any
 * run:   no
 * libs:  -lrt
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <time.h>

int
main(void)
{
    struct timespec ts;

    return clock_gettime(CLOCK_MONOTONIC, &ts);
}
