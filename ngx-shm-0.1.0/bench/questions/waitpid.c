/* probe: fork() and waitpid()
 * macro: NGX_HAVE_WAITPID
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
    pid_t child;
    int status;

    child = fork();
    if (child == 0) {
        _exit(7);
    }
    return waitpid(child, &status, 0) != child || WEXITSTATUS(status) != 7;
}
