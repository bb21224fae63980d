/* probe: robust mutex, whose owner is killed
 * macro: NGX_HAVE_PTHREAD_ROBUST
 * with:  any
 * run:   yes
 * libs:  -lpthread
 * cross: yes *-linux-gnu* *-linux-musl* *-linux *-freebsd* *-solaris*
 * cross: yes *-illumos* no *-darwin* *-macos*
 * see:   pthread_mutexattr_setrobust(3), POSIX.1-2008; not in nginx
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

struct pthread_robust {
    pthread_mutex_t mutex;
    volatile int locked;
};

static int
pthread_robust_no(const char *call, int error)
{
    fprintf(stderr, "%s: %s\n", call, strerror(error));
    return 1;
}

static int
pthread_robust_init(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t attr;
    int error;

    error = pthread_mutexattr_init(&attr);
    if (error == 0) {
        error = pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    }
    if (error == 0) {
        error = pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    }
    return error != 0 ? error : pthread_mutex_init(mutex, &attr);
}

/* A child that locks, says so, and is killed after a while. */
static pid_t
pthread_robust_owner(struct pthread_robust *s, useconds_t life)
{
    pid_t child;

    s->locked = 0;
    child = fork();
    if (child == 0) {
        s->locked = pthread_mutex_lock(&s->mutex) == 0 ? 1 : -1;
        (void) usleep(life);
        (void) raise(SIGKILL);
    }
    return child;
}

/* The next one is told, makes the mutex good, and it stays so. */
static int
pthread_robust_heal(pthread_mutex_t *mutex, int told)
{
    int error;

    if (told != EOWNERDEAD) {
        fprintf(stderr, "the next locker is told: %s\n", strerror(told));
        return 1;
    }
    error = pthread_mutex_consistent(mutex);
    if (error != 0) {
        return pthread_robust_no("pthread_mutex_consistent", error);
    }
    (void) pthread_mutex_unlock(mutex);
    error = pthread_mutex_trylock(mutex);
    if (error != 0) {
        return pthread_robust_no("pthread_mutex_trylock", error);
    }
    (void) pthread_mutex_unlock(mutex);
    return 0;
}

int
main(void)
{
    struct pthread_robust *s;
    pid_t child;
    int error, tries;

    (void) alarm(10);
    s = mmap(NULL, sizeof(*s), PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
             -1, 0);
    if (s == MAP_FAILED) {
        return pthread_robust_no("mmap", errno);
    }
    error = pthread_robust_init(&s->mutex);
    if (error != 0) {
        return pthread_robust_no("pthread_mutex_init", error);
    }

    /* who comes after the owner's death */
    child = pthread_robust_owner(s, 0);
    if (child == -1) {
        return pthread_robust_no("fork", errno);
    }
    (void) waitpid(child, NULL, 0);
    if (pthread_robust_heal(&s->mutex, pthread_mutex_trylock(&s->mutex))) {
        return 1;
    }

    /* who waits at the owner's death */
    child = pthread_robust_owner(s, 10000);
    if (child == -1) {
        return pthread_robust_no("fork", errno);
    }
    for (tries = 0; s->locked == 0 && tries < 160; tries++) {
        (void) usleep(tries < 100 ? 1000 : 50000);
    }
    error = pthread_mutex_lock(&s->mutex);
    (void) waitpid(child, NULL, 0);
    return pthread_robust_heal(&s->mutex, error);
}
