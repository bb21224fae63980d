/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "lock_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/prctl.h>
#endif

/* End the process, which fails a test. */
static void
fail(const char *what)
{
    printf("# %s: %s\n", what, strerror(errno));
    (void) fflush(stdout);
    _exit(1);
}

void
mortal(void)
{
    (void) alarm(CHILD_LIFE);

#if defined(__linux__)
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
#endif
}

void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE,
                    MAP_SHARED|MAP_ANON, -1, 0);

    if (p == MAP_FAILED) {
        fail("mmap");
    }

    return p;
}

pid_t
child(void (*fn)(void))
{
    pid_t  pid = fork();

    if (pid == -1) {
        fail("fork");
    }

    if (pid == 0) {
        mortal();
        fn();
        _exit(0);
    }

    return pid;
}

void
reap(pid_t pid)
{
    int  status;

    if (waitpid(pid, &status, 0) != pid) {
        fail("waitpid");
    }

    if (status != 0) {
        printf("# a child ended with status %#x\n", (unsigned) status);
        (void) fflush(stdout);
        _exit(1);
    }
}

void
end(pid_t pid)
{
    (void) kill(pid, SIGKILL);
    bury(pid);
}

void
bury(pid_t pid)
{
    if (waitpid(pid, NULL, 0) != pid && errno != ECHILD) {
        fail("waitpid");
    }
}

void
await_zombie(pid_t pid)
{
    siginfo_t  info;

    if (waitid(P_PID, (id_t) pid, &info, WEXITED|WNOWAIT) != 0) {
        fail("waitid");
    }
}

void
nap(long ms)
{
    nap_us(ms * 1000);
}

void
nap_us(long us)
{
    struct timespec  ts = { us / 1000000, us % 1000000 * 1000 };

    (void) nanosleep(&ts, NULL);
}

int64_t
now_us(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

void
await(volatile int *stage, int least)
{
    int64_t  start = now_us();

    while (*stage < least && now_us() - start < LONG * 1000) {
        nap(1);
    }
}
