/* probe: sigaction(SA_SIGINFO)
 * macro: NGX_HAVE_SIGACTION_INFO
 * with:  any
 * run:   yes
 * SPDX-License-Identifier: BSD-2-Clause
 */
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile pid_t sender;

static void
handler(int sig, siginfo_t *info, void *context)
{
    (void) sig;
    (void) context;
    sender = info->si_pid;
}

int
main(void)
{
    struct sigaction sa;

    memset(&sa, 0, sizeof(sa));
    sa.sa_flags = SA_SIGINFO;
    sa.sa_sigaction = handler;
    return sigaction(SIGUSR1, &sa, 0) == -1 || raise(SIGUSR1) != 0
           || sender != getpid();
}
