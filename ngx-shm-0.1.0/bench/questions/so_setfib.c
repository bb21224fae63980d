/* probe: SO_SETFIB
 * macro: NGX_HAVE_SO_SETFIB
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <sys/socket.h>

int
main(void)
{
    return SO_SETFIB == 0;
}
