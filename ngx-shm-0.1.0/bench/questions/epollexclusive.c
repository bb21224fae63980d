/* probe: EPOLLEXCLUSIVE
 * macro: NGX_HAVE_EPOLLEXCLUSIVE
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/epoll.h>

int
main(void)
{
    struct epoll_event ee;

    ee.events = EPOLLIN|EPOLLEXCLUSIVE;
    return ee.events == 0;
}
