/* probe: kqueue's sys/event.h
 * macro: NGX_HAVE_EVENT_H
 * with:  any
 * run:   compile
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/event.h>

int
main(void)
{
    struct kevent kev;

    kev.filter = EVFILT_READ;
    return kev.filter == 0;
}
