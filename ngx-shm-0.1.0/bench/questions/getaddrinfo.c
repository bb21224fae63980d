/* probe: getaddrinfo()
 * macro: NGX_HAVE_GETADDRINFO
 * with:  any
 * run:   no
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netdb.h>
#include <stddef.h>
#include <sys/socket.h>

int
main(void)
{
    struct addrinfo *res;

    if (getaddrinfo("localhost", NULL, NULL, &res) != 0) {
        return 1;
    }
    freeaddrinfo(res);
    return 0;
}
