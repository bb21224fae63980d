/* probe: pthread_mutex_clocklock(CLOCK_MONOTONIC)
 * macro: NGX_HAVE_PTHREAD_CLOCKLOCK
 * with:  any
 * run:   yes
 * libs:  -lpthread
 * cross: yes *-linux-gnu* no *
 * see:   pthread_mutex_clocklock(3), POSIX.1-2024, glibc 2.30; not in nginx
 * for:   waits with a limit that no change of the wall clock moves
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
#include <time.h>
#include <unistd.h>

static pthread_mutex_t pthread_clocklock_held = PTHREAD_MUTEX_INITIALIZER;
static int pthread_clocklock_rc;

/* A lock that another thread has. */
static void *
pthread_clocklock_wait(void *data)
{
    const struct timespec *end = data;

    pthread_clocklock_rc = pthread_mutex_clocklock(&pthread_clocklock_held,
                                                   CLOCK_MONOTONIC, end);
    return NULL;
}

/* By another clock the time would be over already: 0 ms. */
int
main(void)
{
    struct timespec start, end;
    pthread_t thread;
    long ms;

    (void) alarm(10);
    if (clock_gettime(CLOCK_MONOTONIC, &start) == -1) {
        perror("clock_gettime");
        return 1;
    }

    end = start;
    end.tv_nsec += 20000000;
    if (end.tv_nsec >= 1000000000) {
        end.tv_nsec -= 1000000000;
        end.tv_sec++;
    }

    if (pthread_mutex_lock(&pthread_clocklock_held) != 0
        || pthread_create(&thread, NULL, pthread_clocklock_wait, &end) != 0
        || pthread_join(thread, NULL) != 0)
    {
        fputs("pthread_create: failed\n", stderr);
        return 1;
    }

    if (pthread_clocklock_rc != ETIMEDOUT) {
        fprintf(stderr, "pthread_mutex_clocklock: %s\n",
                strerror(pthread_clocklock_rc));
        return 1;
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    ms = (long) (end.tv_sec - start.tv_sec) * 1000
         + (end.tv_nsec - start.tv_nsec) / 1000000;
    if (ms < 15) {
        fprintf(stderr, "pthread_mutex_clocklock: waited %ld ms instead of"
                " 20\n", ms);
        return 1;
    }

    return 0;
}
