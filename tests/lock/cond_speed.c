/*
 * cond_speed.c - what a wake costs: a condition beside pthread's and a bare
 * futex.
 *
 *   cond_speed [ROUNDS]
 *
 * Two processes wake each other in turns; each is asleep when it is woken.  The
 * median of many round trips, and of several runs of each way, in turns.  And
 * what a wake costs while nobody sleeps.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_shmcond.h"
#include "ngx_lock_kind.h"
#include "lock_world.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define RUNS   5
#define BURST  1000000

typedef struct {
    ngx_shmtx_sh_t     sh;
    ngx_shmtx_t        mtx;
    ngx_shmcond_t      some;
    pthread_mutex_t    mutex;
    pthread_cond_t     cond;
    uint32_t           word;
    volatile int       turn;        /* whose it is: 0 or 1 */
} world_t;

typedef struct {
    const char  *name;
    void       (*pass)(int me);     /* give the turn away, and wait for it */
    double       best;
} way_t;

static world_t  *w;
static int       rounds = 5000;

static void
pass_ours(int me)
{
    ngx_shmtx_lock(&w->mtx);
    w->turn = !me;
    ngx_shmcond_wake(&w->some, 1);

    while (w->turn != me) {
        (void) ngx_shmcond_wait(&w->some, &w->mtx, -1);
    }

    ngx_shmtx_unlock(&w->mtx);
}

static void
pass_pthread(int me)
{
    (void) pthread_mutex_lock(&w->mutex);
    w->turn = !me;
    (void) pthread_cond_signal(&w->cond);

    while (w->turn != me) {
        (void) pthread_cond_wait(&w->cond, &w->mutex);
    }

    (void) pthread_mutex_unlock(&w->mutex);
}

static void
pass_futex(int me)
{
    *(volatile uint32_t *) &w->word = (uint32_t) !me;
    (void) ngx_lock_unpark(&w->word, 1);

    while (*(volatile uint32_t *) &w->word != (uint32_t) me) {
        (void) ngx_lock_park(&w->word, (uint32_t) !me, 1000000);
    }
}

static way_t  ways[] = {
    { "ngx_shmcond", pass_ours, 0 },
    { "pthread_cond", pass_pthread, 0 },
    { "bare futex", pass_futex, 0 }
};

#define NWAYS  (int) (sizeof(ways) / sizeof(ways[0]))

static way_t  *way;

static void
other(void)
{
    for ( ;; ) {
        way->pass(1);
    }
}

static int
compare(const void *a, const void *b)
{
    int64_t  x = *(const int64_t *) a, y = *(const int64_t *) b;

    return (x > y) - (x < y);
}

static int64_t
now_ns(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t) ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* The median of the round trips, in microseconds. */
static double
measure(void)
{
    int       i;
    pid_t     pid;
    double    us;
    int64_t  *took = calloc((size_t) rounds, sizeof(int64_t)), start;

    if (took == NULL) {
        exit(1);
    }

    w->turn = 0;
    w->word = 0;
    pid = child(other);

    for (i = 0; i < rounds; i++) {
        start = now_ns();
        way->pass(0);
        took[i] = now_ns() - start;
    }

    end(pid);
    qsort(took, (size_t) rounds, sizeof(int64_t), compare);
    us = (double) took[rounds / 2] / 1000;
    free(took);

    return us;
}

/* A new world each time: a partner was killed, perhaps with a lock. */
static void
make(void)
{
    pthread_condattr_t   ca;
    pthread_mutexattr_t  ma;

    w = shared(sizeof(world_t));
    (void) pthread_mutexattr_init(&ma);
    (void) pthread_mutexattr_setpshared(&ma, PTHREAD_PROCESS_SHARED);
    (void) pthread_mutex_init(&w->mutex, &ma);
    (void) pthread_condattr_init(&ca);
    (void) pthread_condattr_setpshared(&ca, PTHREAD_PROCESS_SHARED);
    (void) pthread_cond_init(&w->cond, &ca);

    if (ngx_shmtx_create(&w->mtx, &w->sh, NULL) != NGX_OK) {
        perror("cond_speed: error: no lock");
        exit(1);
    }
}

int
main(int argc, char **argv)
{
    int      i, run;
    double   us, ns = 1e9;
    int64_t  start;

    if (argc > 2 || (argc == 2 && (rounds = atoi(argv[1])) < 1)) {
        fprintf(stderr, "usage: cond_speed [ROUNDS]\n");
        return 2;
    }

    for (run = 0; run < RUNS; run++) {
        for (i = 0; i < NWAYS; i++) {
            make();
            way = &ways[i];
            us = measure();

            if (run == 0 || us < way->best) {
                way->best = us;
            }
        }

        make();
        start = now_ns();

        for (i = 0; i < BURST; i++) {
            ngx_shmcond_wake(&w->some, 1);
        }

        us = (double) (now_ns() - start) / BURST;
        ns = us < ns ? us : ns;
    }

    printf("round trip of two processes, each asleep when it is woken:\n");

    for (i = 0; i < NWAYS; i++) {
        printf("  %-14s %8.2f us  %5.2f of a bare futex\n", ways[i].name,
               ways[i].best, ways[i].best / ways[NWAYS - 1].best);
    }

    printf("wake while nobody sleeps: %.1f ns\n", ns);
    return 0;
}
