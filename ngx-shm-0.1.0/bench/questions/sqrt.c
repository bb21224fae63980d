/* probe: sqrt()
 * macro: NGX_HAVE_SQRT
 * with:  any
 * run:   no
 * libs:  -lm
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <math.h>
#include <stdio.h>

int
main(void)
{
    double x;

    return scanf("%lf", &x) != 1 || sqrt(x) > 2.0;
}
