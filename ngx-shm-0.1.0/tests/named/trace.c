/*
 * A process is stopped before one of its system calls, another one acts, and
 * the first goes on, or is killed there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "trace.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE  300           /* seconds, after which a process hangs */

static int
next_stop(pid_t pid, int *status)
{
    int  sig = 0;

    for ( ;; ) {
        if (ptrace(PTRACE_SYSCALL, pid, NULL, (long) sig) == -1
            || waitpid(pid, status, 0) != pid || !WIFSTOPPED(*status))
        {
            return 0;
        }

        if (WSTOPSIG(*status) == (SIGTRAP | 0x80)) {
            return 1;
        }

        sig = WSTOPSIG(*status);
    }
}

pid_t
trace_to(void (*work)(void *data), void *data, int n, int *status)
{
    int    i;
    pid_t  pid;

    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1) {
            _exit(77);
        }

        (void) alarm(PATIENCE);
        (void) raise(SIGSTOP);
        work(data);
        _exit(0);
    }

    if (pid == -1 || waitpid(pid, status, 0) != pid || !WIFSTOPPED(*status)
        || ptrace(PTRACE_SETOPTIONS, pid, NULL,
                  (long) (PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL)) == -1)
    {
        return -1;
    }

    /* A stop before each call, and one after it. */
    for (i = 0; i <= 2 * n; i++) {
        if (!next_stop(pid, status)) {
            return 0;
        }
    }

    return pid;
}

void
trace_let_go(pid_t pid)
{
    (void) ptrace(PTRACE_DETACH, pid, NULL, NULL);
}

int
trace_wait(pid_t pid)
{
    int  status = -1;

    while (waitpid(pid, &status, 0) == -1 && errno == EINTR) {
        /* void */
    }

    return status;
}

void
trace_kill(pid_t pid)
{
    (void) kill(pid, SIGKILL);
    (void) trace_wait(pid);
}

pid_t
trace_start(void (*work)(void *data), void *data)
{
    pid_t  pid;

    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        (void) alarm(PATIENCE);
        work(data);
        _exit(0);
    }

    return pid;
}

static int
sleeps(pid_t pid)
{
    char   line[256] = "", *end;
    FILE  *f;

    (void) snprintf(line, sizeof(line), "/proc/%ld/stat", (long) pid);
    f = fopen(line, "r");

    if (f == NULL) {
        return 0;
    }

    end = fgets(line, sizeof(line), f) != NULL ? strrchr(line, ')') : NULL;
    (void) fclose(f);
    return end != NULL && end[1] == ' ' && end[2] == 'S';
}

/* A process that polls for a lock sleeps nearly all the time. */
int
trace_until_it_waits(pid_t pid, int *status)
{
    int  i, asleep = 0;

    for (i = 0; i < 50 && asleep < 4; i++) {
        if (waitpid(pid, status, WNOHANG) == pid) {
            return 1;
        }

        asleep = sleeps(pid) ? asleep + 1 : 0;
        (void) usleep(200);
    }

    return 0;
}
