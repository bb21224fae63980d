/* Step a process by single instructions, through its sleep. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmcond_kill.h"

#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* A sleep that is longer has no end, in ms. */
#define BACK  500

/* The state of the process, as /proc has it. */
static int
state_of(pid_t pid)
{
    int    c, state = 0;
    char   path[40];
    FILE  *file;

    (void) snprintf(path, sizeof(path), "/proc/%ld/stat", (long) pid);
    file = fopen(path, "r");

    if (file == NULL) {
        return 0;
    }

    while ((c = getc(file)) != EOF) {
        if (c == ')') {
            (void) getc(file);
            state = getc(file);
        }
    }

    (void) fclose(file);
    return state;
}

static int
stopped(int status)
{
    return WIFSTOPPED(status) ? 0 : 1;
}

/* A short sleep, as that of a lock that yields, is waited for. */
static int
stepped(pid_t pid)
{
    int    status, asleep;
    pid_t  got;

    for (asleep = 0; asleep < 3; /* void */ ) {
        got = waitpid(pid, &status, WNOHANG);

        if (got == pid) {
            return stopped(status);
        }

        if (got == -1) {
            return -1;
        }

        if (state_of(pid) == 'S') {
            asleep++;
            nap(2);
        } else {
            asleep = 0;
        }
    }

    return 2;
}

int
step(pid_t pid)
{
    return ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1 ? -1
                                                            : stepped(pid);
}

int
back(pid_t pid)
{
    int    i, status;
    pid_t  got = 0;

    for (i = 0; i < BACK && got == 0; i++) {
        got = waitpid(pid, &status, WNOHANG);

        if (got == 0) {
            nap(1);
        }
    }

    return got == pid ? stopped(status) : got == 0 ? 2 : -1;
}

pid_t
victim(void (*fn)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        mortal();

        /* it is used to the lock, and to the call */
        ngx_shmtx_lock(&w->mtx);
        (void) ngx_shmcond_wait(&w->some, &w->mtx, 0);
        ngx_shmtx_unlock(&w->mtx);

        (void) ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        (void) raise(SIGSTOP);
        fn();
        _exit(0);
    }

    return waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) ? pid : -1;
}

static void
nothing(void)
{
}

int
can_step(void)
{
    int    rc;
    pid_t  pid = victim(nothing);

    if (pid == -1) {
        return 0;
    }

    rc = step(pid);
    end(pid);
    return rc == 0;
}
