/*
 * cells.c - one cell of the table: an owner, in its place, with its fate; and
 * somebody else, who asks for the thing.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "cells.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONG   15000        /* ms; what a busy machine may take */
#define LIFE   90           /* of a cell, in seconds */

const thing_t  *thing;
const char     *fate, *expected;
int             inner, hide_proc, apart;

static void
say(int who, const char *what)
{
    (void) snprintf(world->said[who], sizeof(world->said[who]), "%s", what);
}

static void
await(int stage)
{
    while (world->stage < stage) {
        (void) usleep(1000);
    }
}

int
is(const char *what)
{
    return strcmp(fate, what) == 0;
}

static void *
enter_and_end(void *arg)
{
    (void) arg;
    say(0, thing->enter(LONG));
    return NULL;
}

static void *
exec_soon(void *arg)
{
    await(1);
    (void) usleep(50000);
    world->stage = 2;
    (void) execl("/bin/sleep", "sleep", "20", (char *) NULL);
    _exit(9);
    return arg;
}

static void
use_up_descriptors(void)
{
    struct rlimit  r;

    r.rlim_cur = r.rlim_max = 40;
    (void) setrlimit(RLIMIT_NOFILE, &r);

    while (open("/dev/null", O_RDONLY) != -1) {
        /* all of them */
    }
}

static pid_t
fork_as(int bare)
{
#if defined(SYS_fork)
    return bare ? (pid_t) syscall(SYS_fork) : fork();
#else
    return bare ? (pid_t) syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) : fork();
#endif
}

/* The child has nothing of what its parent has, and can give nothing away. */
static void
child_of_owner(void)
{
    (void) prctl(PR_SET_PDEATHSIG,
                 strstr(fate, "orphan") != NULL ? 0 : SIGKILL);

    if (is("fork") || is("_fork")) {
        if (strcmp(thing->name, "named") != 0) {
            (void) thing->leave();
        }
        say(2, strcmp(thing->name, "named") == 0 ? BUSY : thing->enter(0));
        _exit(0);
    }

    (void) alarm(LIFE);
    world->stage = 2;
    for ( ;; ) {
        (void) pause();
    }
}

static void
owner(void)
{
    int        bare = fate[0] == '_', status;
    pid_t      pid;
    pthread_t  thread;

    world->self = getpid();

    if (is("nofd")) {
        use_up_descriptors();
    }

    if (is("exec")) {
        (void) pthread_create(&thread, NULL, exec_soon, NULL);
    }

    if (is("thread")) {
        (void) pthread_create(&thread, NULL, enter_and_end, NULL);
        (void) pthread_join(thread, NULL);
    } else {
        say(0, thing->enter(LONG));
    }

    if (strcmp(world->said[0], GOT) == 0
        && (strstr(fate, "fork") != NULL || strstr(fate, "orphan") != NULL))
    {
        pid = fork_as(bare);
        if (pid == 0) {
            child_of_owner();
        }
        if (strstr(fate, "fork") != NULL) {
            (void) waitpid(pid, &status, 0);
        } else {
            world->child = pid;
            await(2);
        }
    }

    world->stage = world->stage < 1 ? 1 : world->stage;

    for ( ;; ) {
        (void) pause();
    }
}

int
keeps(void)
{
    return is("lives") || strstr(fate, "fork") != NULL
           || (thing->whole && is("thread"))
           || (is("exec") && strcmp(thing->name, "heap") == 0);
}

static void
other(void)
{
    say(1, thing->enter(keeps() || strcmp(expected, BUSY) == 0 ? 100 : LONG));
}

static int
cover_proc(void)
{
    return unshare(CLONE_NEWNS) == 0
           && mount(NULL, "/", NULL, MS_REC|MS_PRIVATE, NULL) == 0
           && mount(hide_proc ? "none" : "proc", "/proc",
                    hide_proc ? "tmpfs" : "proc", 0, NULL) == 0;
}

/* fn in the place of this line; its pid is where the owner's is expected. */
static pid_t
run(void (*fn)(void))
{
    pid_t  pid, middle = fork();
    int    status;

    if (middle != 0) {
        if (fn == owner && !inner) {
            world->owner = middle;
        }
        return middle;
    }

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    if (inner && unshare(CLONE_NEWPID) != 0) {
        say(3, "no namespaces");
        _exit(3);
    }

    pid = inner ? fork() : 0;

    if (pid == 0) {
        (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
        if ((inner || hide_proc) && !cover_proc()) {
            say(3, "no mounts");
            _exit(3);
        }
        fn();
        _exit(0);
    }

    if (fn == owner) {
        world->owner = pid;
    }

    (void) waitpid(pid, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 4);
}

/* Gone; or with nofd a zombie, of whom /proc must tell. */
static void
kill_owner(pid_t first)
{
    int        status;
    siginfo_t  info;

    while (world->owner <= 0 && world->said[3][0] == 0) {
        (void) usleep(1000);
    }

    if (world->owner > 0) {
        (void) kill(world->owner, SIGKILL);
    }

    if (is("nofd")) {
        (void) waitid(P_PID, (id_t) first, &info, WEXITED|WNOWAIT);
    } else {
        (void) waitpid(first, &status, 0);
    }
}

void
cell(void)
{
    int    status, i;
    pid_t  first, second;

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) alarm(LIFE);

    if (!apart && !inner) {
        touch();
    }

    first = run(owner);

    for (i = 0; i < LIFE * 1000 && world->stage < 1 && world->said[3][0] == 0;
         i++)
    {
        (void) usleep(1000);
    }

    if (is("exec")) {
        await(2);
        (void) usleep(300000);
    }

    if (is("dies") || is("nofd") || strstr(fate, "orphan") != NULL) {
        kill_owner(first);
    }

    second = run(other);
    (void) waitpid(second, &status, 0);

    if (world->owner > 0) {
        (void) kill(world->owner, SIGKILL);
    }
    (void) kill(first, SIGKILL);

    /* in a namespace, it went with its pid 1 */
    if (!inner && world->child > 0) {
        (void) kill(world->child, SIGKILL);
    }
}
