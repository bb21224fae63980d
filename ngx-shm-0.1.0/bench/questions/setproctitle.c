/* probe: setproctitle()
 * macro: NGX_HAVE_SETPROCTITLE
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/types.h>
#include <unistd.h>

int
main(void)
{
    setproctitle("title");
    return 0;
}
