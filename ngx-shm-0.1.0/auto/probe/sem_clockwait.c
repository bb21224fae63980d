/* probe: sem_clockwait(CLOCK_MONOTONIC)
 * macro: NGX_HAVE_SEM_CLOCKWAIT
 * with:  any
 * run:   yes
 * libs:  -lpthread -lrt
 * cross: yes *-linux-gnu* no *
 * see:   sem_clockwait(3), POSIX.1-2024, glibc 2.30; not in nginx
 * for:   waits with a limit that no change of the wall clock moves
 * SPDX-License-Identifier: FSFAP
 */
#define _FILE_OFFSET_BITS 64
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
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

/* By another clock the time would be over already: 0 ms. */
int
main(void)
{
    sem_t sem;
    struct timespec start, end;
    long ms;
    int rc;

    (void) alarm(10);
    if (sem_init(&sem, 1, 0) == -1) {
        perror("sem_init");
        return 1;
    }
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

    rc = sem_clockwait(&sem, CLOCK_MONOTONIC, &end);
    if (rc == 0 || errno != ETIMEDOUT) {
        perror("sem_clockwait");
        return 1;
    }

    (void) clock_gettime(CLOCK_MONOTONIC, &end);
    ms = (long) (end.tv_sec - start.tv_sec) * 1000
         + (end.tv_nsec - start.tv_nsec) / 1000000;
    if (ms < 15) {
        fprintf(stderr, "sem_clockwait: waited %ld ms instead of 20\n", ms);
        return 1;
    }

    return 0;
}
