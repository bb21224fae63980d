/* probe: pipe2(O_CLOEXEC)
 * macro: NGX_HAVE_PIPE2
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <fcntl.h>
#include <unistd.h>

int
main(void)
{
    int fd[2];

    return pipe2(fd, O_CLOEXEC) == -1
           || !(fcntl(fd[0], F_GETFD) & FD_CLOEXEC);
}
