/* probe: struct sockaddr.sa_len
 * macro: NGX_HAVE_SA_LEN
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <sys/socket.h>

int
main(void)
{
    struct sockaddr sa;

    sa.sa_len = 1;
    return sa.sa_len == 0;
}
