/* probe: struct sockaddr_in6
 * macro: NGX_HAVE_INET6
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <sys/socket.h>

int
main(void)
{
    struct sockaddr_in6 sin6;

    sin6.sin6_family = AF_INET6;
    return sin6.sin6_family == 0;
}
