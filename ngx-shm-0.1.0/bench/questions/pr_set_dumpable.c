/* probe: PR_SET_DUMPABLE
 * macro: NGX_HAVE_PR_SET_DUMPABLE
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/prctl.h>

int
main(void)
{
    return PR_SET_DUMPABLE == 0;
}
