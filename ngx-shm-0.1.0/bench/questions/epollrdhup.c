/* probe: EPOLLRDHUP and EPOLLET
 * macro: NGX_HAVE_EPOLLRDHUP
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/epoll.h>

int
main(void)
{
    struct epoll_event ee;

    ee.events = EPOLLRDHUP|EPOLLET;
    ee.data.ptr = 0;
    return ee.events == 0;
}
