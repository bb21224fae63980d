/* probe: TCP_FASTOPEN
 * macro: NGX_HAVE_TCP_FASTOPEN
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/tcp.h>
#include <sys/socket.h>

int
main(void)
{
    return TCP_FASTOPEN == 0;
}
