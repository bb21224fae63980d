/*
 * stat_speed.c - what adding to a counter costs, beside a call that is not
 * inlined and adds to thread-local memory.
 *
 *   stat_speed [BURSTS]
 *
 * In processor time, the least of many short bursts, the two in turns; alone,
 * and while 1 and 3 other processes add to the same counter.  And what it
 * costs to get a cell.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_shm_stat.h"
#include "ngx_shmem.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CALLS  20000

static __thread volatile int64_t  mine;

static ngx_shm_stat_t  *stat;
static ngx_int_t        counter, histogram;

static __attribute__((noinline)) ngx_int_t
bump(ngx_shm_stat_t *set, ngx_int_t id, int64_t n)
{
    (void) set;
    (void) id;
    mine += n;
    return NGX_OK;
}

static __attribute__((noinline)) ngx_int_t
observe(ngx_shm_stat_t *set, ngx_int_t id, int64_t n)
{
    (void) id;
    return ngx_shm_stat_observe(set, histogram, (uint64_t) n);
}

/* Nanoseconds of a call. */
static double
burst(ngx_int_t (*call)(ngx_shm_stat_t *, ngx_int_t, int64_t))
{
    int              i;
    struct timespec  a, b;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);

    for (i = 0; i < CALLS; i++) {
        (void) call(stat, counter, 1);
    }

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);

    return ((double) (b.tv_sec - a.tv_sec) * 1e9
            + (double) (b.tv_nsec - a.tv_nsec)) / CALLS;
}

/* Microseconds to leave and to get a cell again. */
static double
join(void)
{
    int              i;
    struct timespec  a, b;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);

    for (i = 0; i < 100; i++) {
        ngx_shm_stat_leave(stat);
        (void) ngx_shm_stat_add(stat, counter, 1);
    }

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);

    return ((double) (b.tv_sec - a.tv_sec) * 1e6
            + (double) (b.tv_nsec - a.tv_nsec) / 1e3) / 100;
}

static void
measure(int processes, int bursts)
{
    int     i;
    double  t, add = 1e9, local = 1e9, seen = 1e9, joined = 1e9;
    pid_t   pids[8];

    for (i = 1; i < processes; i++) {
        pids[i] = fork();

        while (pids[i] == 0) {
            (void) burst(ngx_shm_stat_add);
        }
    }

    for (i = 0; i < bursts; i++) {
        t = burst(bump);
        local = t < local ? t : local;
        t = burst(ngx_shm_stat_add);
        add = t < add ? t : add;
        t = burst(observe);
        seen = t < seen ? t : seen;
        t = i % 50 == 0 ? join() : joined;
        joined = t < joined ? t : joined;
    }

    printf("processes %d: thread-local %.2f ns, add %.2f ns, ratio %.2f;"
           " observe %.2f ns, join %.1f us\n", processes, local, add,
           add / local, seen, joined);

    for (i = 1; i < processes; i++) {
        (void) kill(pids[i], SIGKILL);
        (void) waitpid(pids[i], NULL, 0);
    }
}

int
main(int argc, char **argv)
{
    int                 n, bursts = argc > 1 ? atoi(argv[1]) : 2000;
    ngx_shm_t           shm = { .size = 65536 };
    ngx_shm_stat_def_t  def = { "n", NULL, NGX_SHM_STAT_COUNTER, 0, NULL };

    if (ngx_shm_alloc(&shm) != NGX_OK
        || (stat = ngx_shm_stat_create(shm.addr, shm.size, 8, 8)) == NULL)
    {
        perror("stat_speed: error: a set of counters");
        return 1;
    }

    counter = ngx_shm_stat_define(stat, &def);
    def.name = "h";
    def.kind = NGX_SHM_STAT_HISTOGRAM;
    def.nbounds = 16;
    histogram = ngx_shm_stat_define(stat, &def);

    for (n = 1; n <= 4; n *= 2) {
        measure(n, bursts);
    }

    return 0;
}
