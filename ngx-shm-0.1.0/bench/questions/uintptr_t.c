/* probe: uintptr_t and intmax_t
 * macro: NGX_HAVE_UINTPTR_T
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <inttypes.h>

int
main(void)
{
    uintptr_t p = 1;
    intmax_t n = 1;

    return p == 0 || n == 0;
}
