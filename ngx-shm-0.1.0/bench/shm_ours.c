/*
 * shm_ours.c - ngx_slab; with BENCH_TO in the environment by alloc_to and
 * free_from, which is asked for with pairs only.  One workload more, recover:
 * how long the first look takes after a process died, and the next one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_slab.h"

#include <stdlib.h>
#include <sys/mman.h>

#define BENCH_NAME       name
#define BENCH_SHARED     1

#define LIVE  1340000       /* chunks of which a million stay live */

static const char        *name = "ours";
static ngx_slab_pool_t   *pool;
static volatile uintptr_t  *cell;       /* a line for each process */
static int                by_cell;

#define bench_alloc(n)   ngx_slab_alloc(pool, n)
#define bench_free(p)    ngx_slab_free(pool, p)


static void *
bench_open(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                    -1, 0);

    if (p == MAP_FAILED) {
        return NULL;
    }

    pool = ngx_slab_create(p, size, getenv("BENCH_COMPAT") != NULL
                                    ? NGX_SLAB_COMPAT : 0);
    if (pool == NULL) {
        return NULL;
    }

    pool->log_nomem = 0;
    return pool;
}


#include "shm_work.h"


static void
pair_by_cell(int self)
{
    bench_worker_t      *me = &bench->worker[self];
    volatile uintptr_t  *mine = cell + self * 16;
    long                *p;
    int                  i;

    while (!bench->stop) {
        for (i = 0; i < 256; i++) {
            p = ngx_slab_alloc_to(pool, mine, 64);
            if (p == NULL) {
                me->fails++;
                continue;
            }
            *(volatile long *) p = i;
            (void) ngx_slab_free_from(pool, mine);
        }
        me->ops += 512;
    }
}


/* Milliseconds of this process: what others do meanwhile is left out. */
static double
spent(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec * 1e3 + (double) t.tv_nsec / 1e6;
}


static double
look(void)
{
    double            t = spent();
    ngx_slab_usage_t  usage;

    (void) ngx_slab_usage(pool, &usage);
    return spent() - t;
}


/* A million chunks of all sizes to 1024; a quarter of them freed again. */
static void
fill_and_die(void)
{
    void     **p = calloc(LIVE, sizeof(p[0]));
    size_t     i;
    uint32_t   seed = 88172645;

    for (i = 0; i < LIVE; i++) {
        p[i] = ngx_slab_alloc(pool, 16 + bench_random(&seed) % 1009);
    }
    for (i = 0; i < LIVE; i += 4) {
        ngx_slab_free(pool, p[i]);
    }
    (void) kill(getpid(), SIGKILL);
}


/* The first look of all touches the tables; the next ones are compared. */
static int
recover(void)
{
    int     i;
    double  first;

    if (bench_open((size_t) 1024 * 1024 * 1024) == NULL) {
        return 2;
    }
    bench_procs = 1;
    if (fork() == 0) {
        fill_and_die();
    }
    (void) wait(NULL);
    first = look();
    bench_print("recover", ".first", first);
    bench_print("recover", ".again", look());

    for (i = 0; i < 5; i++) {
        if (fork() == 0) {
            ngx_slab_free(pool, ngx_slab_alloc(pool, 64));
            (void) kill(getpid(), SIGKILL);
        }
        (void) wait(NULL);
        first = look();
        bench_print("recover", ".sweep", first - look());
    }
    return 0;
}


int
main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "recover") == 0) {
        return recover();
    }


    by_cell = getenv("BENCH_TO") != NULL;
    if (getenv("BENCH_COMPAT") != NULL) {
        name = "compat";
    }
    if (!by_cell || argc < 2) {
        return bench_main(argc, argv);
    }

    name = "ours-to";
    bench_procs = argc > 2 ? atoi(argv[2]) : 1;
    bench_ms = argc > 3 ? atoi(argv[3]) : 200;
    bench = mmap(NULL, sizeof(*bench), PROT_READ|PROT_WRITE,
                 MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    if (bench == MAP_FAILED || bench_open(BENCH_SIZE) == NULL) {
        return 2;
    }

    cell = ngx_slab_calloc(pool, BENCH_PROCS * 16 * sizeof(uintptr_t));
    bench_print("pair", "", bench_run(pair_by_cell, 0));
    return 0;
}
