/* Step a process by single instructions, and kill it. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "lock_kill.h"

#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static void
on_alarm(int sig)
{
    (void) sig;
}

/* Interrupt waitpid() every 100 ms, or no more. */
static void
alarms(int on)
{
    struct sigaction  sa;
    struct itimerval  it = { { 0, 0 }, { 0, 0 } };

    ngx_memzero(&sa, sizeof(sa));
    sa.sa_handler = on_alarm;
    (void) sigaction(SIGALRM, &sa, NULL);

    it.it_value.tv_usec = it.it_interval.tv_usec = on ? 100000 : 0;
    (void) setitimer(ITIMER_REAL, &it, NULL);
}

/* 1: it sleeps; 0: it is runnable, though a loaded machine may not run it. */
static int
sleeps(pid_t pid)
{
    int    c, state = 'R';
    char   path[40];
    FILE  *file;

    (void) snprintf(path, sizeof(path), "/proc/%ld/stat", (long) pid);
    file = fopen(path, "r");

    if (file == NULL) {
        return 1;
    }

    while ((c = getc(file)) != EOF) {
        if (c == ')') {
            (void) getc(file);
            state = getc(file);
        }
    }

    (void) fclose(file);
    return state == 'S';
}

/* 0: stepped, 1: it ended, 2: it sleeps in a system call; -1: failure. */
static int
step(pid_t pid)
{
    int  status, alarmed;

    if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1) {
        return -1;
    }

    for (alarmed = 0; alarmed < 2; /* void */ ) {
        if (waitpid(pid, &status, 0) == pid) {
            return WIFSTOPPED(status) ? 0 : 1;
        }

        alarmed = sleeps(pid) ? alarmed + 1 : 0;
    }

    return 2;
}

/* Is the word the victim's?  -1: the kind of the lock has no such word. */
static int
owned(const situation_t *s, pid_t pid)
{
#if NGX_LOCK_HAVE_WORD
    ngx_lock_t  *lock = s->rw ? (ngx_lock_t *) (void *) rw
                              : (ngx_lock_t *) (void *) &w->sh;

    if (lock->made.of.magic == NGX_LOCK_MAGIC + NGX_LOCK_FUTEX
        || lock->made.of.magic == NGX_LOCK_MAGIC + NGX_LOCK_SEM)
    {
        return (lock->word & NGX_LOCK_TID) == (uint64_t) pid;
    }
#else
    (void) s;
    (void) pid;
#endif
    return -1;
}

pid_t
victim(void (*fn)(void), int cold)
{
    pid_t  pid = fork();

    if (pid != 0) {
        return pid;
    }

    mortal();

    if (!cold) {
        ngx_shmtx_lock(&w->warm);
        ngx_shmtx_unlock(&w->warm);
    }

    (void) ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    (void) raise(SIGSTOP);

    fn();
    _exit(0);
}

static void
v_nothing(void)
{
}

int
can_step(void)
{
    int    status;
    pid_t  pid = victim(v_nothing, 1);

    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
        return 0;
    }

    status = ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == 0;
    end(pid);

    return status;
}

int
step_and_kill(const situation_t *s, pid_t pid, int k, int zombie, int *own,
    int *in)
{
    int        status, rc = 0;
    siginfo_t  info;

    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
        return -1;
    }

    alarms(1);

    for ( /* void */ ; k > 0 && rc == 0; k--) {
        rc = step(pid);
    }

    alarms(0);
    *own = owned(s, pid);
    *in = w->in;

    if (rc == 1 || rc == -1) {
        return rc == 1 ? 0 : -1;
    }

    (void) kill(pid, SIGKILL);
    rc = rc == 2 ? 2 : 1;

    if (zombie) {
        return waitid(P_PID, (id_t) pid, &info, WEXITED|WNOWAIT) == 0 ? rc
                                                                      : -1;
    }

    return waitpid(pid, &status, 0) == pid ? rc : -1;
}
