/* probe: epoll
 * macro: NGX_HAVE_EPOLL
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/epoll.h>
#include <unistd.h>

int
main(void)
{
    struct epoll_event ee;
    int ep, fd[2];

    ep = epoll_create1(0);
    ee.events = EPOLLIN;
    ee.data.fd = 1;
    return ep == -1 || pipe(fd) == -1 || write(fd[1], "x", 1) != 1
           || epoll_ctl(ep, EPOLL_CTL_ADD, fd[0], &ee) == -1
           || epoll_wait(ep, &ee, 1, 1000) != 1;
}
