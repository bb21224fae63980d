/* probe: struct tm.tm_gmtoff
 * macro: NGX_HAVE_TM_GMTOFF
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <time.h>

int
main(void)
{
    struct tm tm;

    tm.tm_gmtoff = 1;
    return tm.tm_gmtoff == 0;
}
