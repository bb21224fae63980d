/* probe: struct tcp_info
 * macro: NGX_HAVE_TCP_INFO
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/tcp.h>
#include <sys/socket.h>

int
main(void)
{
    struct tcp_info ti;

    ti.tcpi_rtt = 1;
    return ti.tcpi_rtt == 0;
}
