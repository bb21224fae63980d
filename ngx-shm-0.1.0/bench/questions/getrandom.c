/* probe: getrandom()
 * macro: NGX_HAVE_GETRANDOM
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/random.h>

int
main(void)
{
    char c;

    return getrandom(&c, 1, GRND_NONBLOCK) != 1;
}
