/*
 * lock PROCESSES MILLISECONDS [KIND]: take and leave one lock as often as can
 * be, and add to a counter under it.  Prints lock+unlock per second, the share
 * of the process that got least (1 is its fair one), the processor time used
 * per second of a waiter while the owner sleeps, and the microseconds to get
 * the lock after its owner was killed (median of some; -: never).
 *
 * Built twice from this text: with our lock, and with -DPEER and nginx's own
 * ngx_shmtx.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifdef PEER
#include <ngx_config.h>
#include <ngx_core.h>
#else
#define _GNU_SOURCE
#include "ngx_shmtx.h"
#endif

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST   64
#define KILLS  15

typedef struct {
    ngx_shmtx_sh_t  sh;
    char            apart1[256];
    ngx_shmtx_t     mtx;            /* in the memory, as nginx has it */
    char            apart2[256];
    volatile long   counter;
    char            apart3[256];
    volatile int    go, stop;
    char            apart4[256];
    long            done[MOST][16];
} world_t;

static world_t  *world;

#ifdef PEER

volatile ngx_cycle_t  *ngx_cycle;
ngx_int_t              ngx_ncpu;
ngx_pid_t              ngx_pid;

void
ngx_log_error_core(ngx_uint_t level, ngx_log_t *log, ngx_err_t err,
    const char *fmt, ...)
{
    (void) level;
    (void) log;
    (void) err;
    (void) fmt;
    abort();
}

static int
create(const char *kind)
{
    (void) kind;
    ngx_ncpu = sysconf(_SC_NPROCESSORS_ONLN);
    ngx_pid = getpid();
    return ngx_shmtx_create(&world->mtx, &world->sh, NULL) == NGX_OK;
}

#define born()  (ngx_pid = getpid())

static void
print_heal(void)
{
    printf("-\n");         /* nginx's master would have to free it */
}

#else

static int
create(const char *kind)
{
    return ngx_shmtx_create_kind(&world->mtx, &world->sh, NULL, kind)
           == NGX_OK;
}

#define born()  (void) 0

#endif

static double
now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;
}

static void
nap(long ms)
{
    struct timespec  ts = { ms / 1000, ms % 1000 * 1000000 };

    (void) nanosleep(&ts, NULL);
}

static void
work(int self)
{
    long  n = 0;

    born();

    while (!world->go) {
        nap(1);
    }

    while (!world->stop) {
        ngx_shmtx_lock(&world->mtx);
        world->counter++;
        ngx_shmtx_unlock(&world->mtx);
        n++;
    }

    world->done[self][0] = n;
    _exit(0);
}

/* CPU seconds per second of one that waits for an owner asleep for 100 ms. */
static double
waiting(void)
{
    pid_t          pid;
    double         cpu;
    struct rusage  ru;

    ngx_shmtx_lock(&world->mtx);

    pid = fork();

    if (pid == 0) {
        born();
        ngx_shmtx_lock(&world->mtx);
        ngx_shmtx_unlock(&world->mtx);
        (void) getrusage(RUSAGE_SELF, &ru);
        cpu = (double) ru.ru_utime.tv_sec + (double) ru.ru_stime.tv_sec
              + (double) (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec) / 1e6;
        world->done[0][0] = (long) (cpu * 1e6);
        _exit(0);
    }

    nap(100);
    ngx_shmtx_unlock(&world->mtx);
    (void) waitpid(pid, NULL, 0);

    return (double) world->done[0][0] / 1e5;
}

#ifndef PEER

static double
heal(void)
{
    pid_t   pid;
    double  start;

    world->stop = 0;
    pid = fork();

    if (pid == 0) {
        ngx_shmtx_lock(&world->mtx);
        world->stop = 1;
        (void) pause();
        _exit(0);
    }

    while (!world->stop) {
        nap(1);
    }

    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, NULL, 0);

    start = now();
    ngx_shmtx_lock(&world->mtx);
    start = now() - start;
    ngx_shmtx_unlock(&world->mtx);

    return start * 1e6;
}

static int
compare(const void *one, const void *two)
{
    double  a = *(const double *) one, b = *(const double *) two;

    return a < b ? -1 : a > b;
}

static void
print_heal(void)
{
    int     i;
    double  us[KILLS];

    for (i = 0; i < KILLS; i++) {
        us[i] = heal();
    }

    qsort(us, KILLS, sizeof(double), compare);
    printf("%.0f\n", us[KILLS / 2]);
}

#endif

int
main(int argc, char **argv)
{
    int     i, procs = argc > 2 ? atoi(argv[1]) : 0;
    long    ms = argc > 2 ? atol(argv[2]) : 0, sum = 0, least = -1;
    double  cpu, start;

    if (procs < 1 || procs > MOST || ms < 1) {
        fprintf(stderr, "usage: lock PROCESSES MILLISECONDS [KIND]\n");
        return 2;
    }

    world = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE,
                 MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (world == MAP_FAILED || !create(argv[3])) {
        perror("lock: error: no lock; choose another kind");
        return 1;
    }

    cpu = waiting();

    for (i = 0; i < procs; i++) {
        if (fork() == 0) {
            work(i);
        }
    }

    nap(20);
    start = now();
    world->go = 1;
    nap(ms);
    world->stop = 1;

    /* whoever waits for the lock gets it, and then looks at stop */
    while (wait(NULL) > 0) {
        /* void */
    }

    for (i = 0; i < procs; i++) {
        sum += world->done[i][0];

        if (least == -1 || world->done[i][0] < least) {
            least = world->done[i][0];
        }
    }

    if (sum != world->counter) {
        fprintf(stderr, "lock: error: %ld done, %ld counted; the lock is "
                "broken\n", sum, (long) world->counter);
        return 1;
    }

    printf("%.0f %.3f %.4f ", (double) sum / (now() - start),
           (double) least * procs / (double) sum, cpu);
    print_heal();
    return 0;
}
