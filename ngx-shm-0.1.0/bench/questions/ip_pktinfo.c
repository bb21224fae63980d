/* probe: IP_PKTINFO
 * macro: NGX_HAVE_IP_PKTINFO
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <netinet/in.h>
#include <sys/socket.h>

int
main(void)
{
    struct in_pktinfo pkt;

    pkt.ipi_spec_dst.s_addr = INADDR_ANY;
    return IP_PKTINFO == (int) pkt.ipi_spec_dst.s_addr;
}
