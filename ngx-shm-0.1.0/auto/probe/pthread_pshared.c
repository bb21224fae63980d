/* probe: mutex of pthreads between processes
 * macro: NGX_HAVE_PTHREAD_PSHARED
 * with:  any
 * run:   yes
 * libs:  -lpthread
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-darwin* *-macos*
 * cross: yes *-solaris* *-illumos*
 * see:   pthread_mutexattr_setpshared(3), POSIX.1-2001; not in nginx
 * for:   programs with mutexes of their own in a segment
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct pthread_pshared {
    pthread_mutex_t mutex;
    volatile int refused;       /* by trylock in the child: its reason */
    volatile int entered;
};

static int
pthread_pshared_no(const char *call, int error)
{
    fprintf(stderr, "%s: %s\n", call, strerror(error));
    return 1;
}

static int
pthread_pshared_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    int error;

    error = pthread_mutexattr_init(&attr);
    if (error == 0) {
        error = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    }
    return error != 0 ? error : pthread_mutex_init(mutex, &attr);
}

/* The child is refused at first, and waits until the parent unlocks. */
static void
pthread_pshared_child(struct pthread_pshared *s)
{
    int error;

    (void) alarm(5);            /* before the parent, which says why */
    error = pthread_mutex_trylock(&s->mutex);
    s->refused = error == 0 ? -1 : error;
    if (error == EBUSY && pthread_mutex_lock(&s->mutex) == 0) {
        s->entered = 1;
        (void) pthread_mutex_unlock(&s->mutex);
    }
    _exit(0);
}

int
main(void)
{
    struct pthread_pshared *s;
    pid_t child;
    int error, tries, early;

    (void) alarm(10);
    s = mmap(NULL, sizeof(*s), PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (s == MAP_FAILED) {
        return pthread_pshared_no("mmap", errno);
    }
    error = pthread_pshared_init(&s->mutex);
    if (error != 0) {
        return pthread_pshared_no("pthread_mutex_init", error);
    }
    error = pthread_mutex_lock(&s->mutex);
    if (error != 0) {
        return pthread_pshared_no("pthread_mutex_lock", error);
    }

    child = fork();
    if (child == -1) {
        return pthread_pshared_no("fork", errno);
    }
    if (child == 0) {
        pthread_pshared_child(s);
    }

    for (tries = 0; s->refused == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
    }
    (void) usleep(1000);        /* most likely it waits now */
    early = s->entered;
    (void) pthread_mutex_unlock(&s->mutex);
    if (s->refused != EBUSY) {
        (void) kill(child, SIGKILL);
    }
    (void) waitpid(child, NULL, 0);

    if (s->refused != EBUSY || early) {
        fputs("the lock of one process does not keep another out\n", stderr);
        return 1;
    }
    if (!s->entered) {
        fputs("the lock is not passed on to another process\n", stderr);
        return 1;
    }

    return 0;
}
