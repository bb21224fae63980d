/* probe: accept4()
 * macro: NGX_HAVE_ACCEPT4
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

int
main(void)
{
    return accept4(0, NULL, NULL, SOCK_NONBLOCK) == -1;
}
