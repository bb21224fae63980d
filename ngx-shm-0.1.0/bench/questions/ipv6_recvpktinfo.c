/* probe: IPV6_RECVPKTINFO
 * macro: NGX_HAVE_IPV6_RECVPKTINFO
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <sys/socket.h>

int
main(void)
{
    return IPV6_RECVPKTINFO == 0;
}
