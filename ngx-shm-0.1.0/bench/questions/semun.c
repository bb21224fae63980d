/* probe: union semun
 * macro: NGX_HAVE_SEMUN
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <sys/types.h>

int
main(void)
{
    union semun arg;

    arg.val = 1;
    return arg.val == 0;
}
