/*
 * shm_work.h - the workloads that every heap of the comparison runs.
 *
 * A program of the comparison includes this file once and gives
 *
 *   BENCH_NAME          what the tables call it
 *   BENCH_SHARED        1: processes share the heap, 0: each has its own
 *   bench_open(size)    make the heap; where it begins, NULL if it failed
 *   bench_alloc(size), bench_free(p)
 *
 * and calls bench_main(): PROGRAM WORKLOAD PROCESSES [MILLISECONDS], which
 * prints lines "NAME WORKLOAD PROCESSES VALUE".  The calls are made directly
 * and the code around them is the same for all.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BENCH_PROCS   32
#define BENCH_SIZE    (64 * 1024 * 1024)
#define BENCH_LIVE    1000          /* objects of the random workloads */
#define BENCH_RING    1024          /* objects on the way to the consumer */
#define BENCH_PAGE    4096

typedef struct {                    /* one for each process, a line apart */
    volatile uint64_t  ops;
    volatile uint64_t  fails;
    volatile uint64_t  head;        /* of the ring to the partner */
    char               pad0[104];
    volatile uint64_t  tail;
    char               pad1[120];
} bench_worker_t;

typedef struct {
    volatile int    ready;
    char            pad0[124];
    volatile int    go;
    volatile int    stop;
    char            pad1[120];
    bench_worker_t  worker[BENCH_PROCS];
    void           *ring[BENCH_PROCS / 2][BENCH_RING];
} bench_control_t;

typedef void (*bench_work_pt)(int self);

static bench_control_t  *bench;
static int               bench_procs, bench_ms = 200;
static size_t            bench_most;            /* bytes, of random sizes */


static double
bench_now(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}


static uint32_t
bench_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}


/* From 0 to n - 1; by a product, as a division takes as long as a call. */
static uint32_t
bench_below(uint32_t *seed, size_t n)
{
    return (uint32_t) ((uint64_t) bench_random(seed) * n >> 32);
}


static void
bench_pair(int self)
{
    bench_worker_t  *me = &bench->worker[self];
    long            *p;
    int              i;

    while (!bench->stop) {
        for (i = 0; i < 256; i++) {
            p = (long *) bench_alloc(64);
            if (p == NULL) {
                me->fails++;
                continue;
            }
            *(volatile long *) p = i;
            bench_free(p);
        }
        me->ops += 512;
    }
}


/* A random one of the live objects is replaced by one of a random size. */
static void
bench_replace(int self, uint64_t most_ops)
{
    bench_worker_t  *me = &bench->worker[self];
    uint32_t         seed = 2463534242u + (uint32_t) self * 7919;
    int              i, live = BENCH_LIVE;
    void           **p, **at, *q;
    uint64_t         ops = 0;

    if (bench_most > 1024 && bench_procs > 2) {
        live = 2 * BENCH_LIVE / bench_procs;
    }
    p = (void **) calloc((size_t) live, sizeof(p[0]));

    while (!bench->stop && ops < most_ops) {
        for (i = 0; i < 64; i++) {
            at = &p[bench_below(&seed, (size_t) live)];
            if (*at != NULL) {
                bench_free(*at);
            }
            q = bench_alloc(16 + bench_below(&seed, bench_most - 15));
            if (q != NULL) {
                *(volatile long *) q = i;
            } else {
                me->fails++;
            }
            *at = q;
        }
        ops += 128;
        me->ops += 128;
    }

    for (i = 0; i < live; i++) {
        if (p[i] != NULL) {
            bench_free(p[i]);
        }
    }
    free(p);
}


static void
bench_mix(int self)
{
    bench_replace(self, UINT64_MAX);
}


static void
bench_million(int self)
{
    bench_replace(self, 2000000 / (uint64_t) bench_procs);
}


static void
bench_produce(int self)
{
    bench_worker_t  *me = &bench->worker[self];
    void           **ring = bench->ring[self / 2], *p;
    uint64_t         head = 0;

    while (!bench->stop) {
        if (head - me->tail >= BENCH_RING) {
            (void) usleep(0);
            continue;
        }
        p = (long *) bench_alloc(64);
        if (p == NULL) {
            me->fails++;
            continue;
        }
        *(volatile long *) p = (long) head;
        ring[head % BENCH_RING] = p;
        __atomic_store_n(&me->head, ++head, __ATOMIC_RELEASE);
        me->ops++;
    }
}


static void
bench_consume(int self)
{
    bench_worker_t  *me = &bench->worker[self];
    bench_worker_t  *from = &bench->worker[self - 1];
    void           **ring = bench->ring[self / 2];
    uint64_t         tail = 0;

    while (!bench->stop) {
        if (__atomic_load_n(&from->head, __ATOMIC_ACQUIRE) == tail) {
            (void) usleep(0);
            continue;
        }
        bench_free(ring[tail % BENCH_RING]);
        __atomic_store_n(&from->tail, ++tail, __ATOMIC_RELEASE);
        me->ops++;
    }
}


static void
bench_pc(int self)
{
    if (self % 2) {
        bench_consume(self);
    } else {
        bench_produce(self);
    }
}


static bench_work_pt  bench_current;


static void *
bench_start(void *arg)
{
    int  self = (int) (intptr_t) arg;

    (void) __atomic_fetch_add(&bench->ready, 1, __ATOMIC_SEQ_CST);
    while (!bench->go) { /* void */ }
    bench_current(self);
    return NULL;
}


/* Run work in each process at once; million operations a second. */
static double
bench_run(bench_work_pt work, int threads)
{
    int        i;
    double     t;
    uint64_t   ops = 0;
    pthread_t  thread[BENCH_PROCS];

    bench_current = work;
    memset(bench, 0, sizeof(*bench));

    for (i = 0; i < bench_procs; i++) {
        if (threads) {
            (void) pthread_create(&thread[i], NULL, bench_start,
                                  (void *) (intptr_t) i);
        } else if (fork() == 0) {
            (void) bench_start((void *) (intptr_t) i);
            _exit(0);
        }
    }
    while (bench->ready < bench_procs) {
        (void) usleep(100);
    }

    t = bench_now();
    bench->go = 1;
    if (work == bench_million) {
        while (wait(NULL) > 0) { /* void */ }
    } else {
        (void) usleep((unsigned) bench_ms * 1000);
    }
    for (i = 0; i < bench_procs; i++) {
        ops += bench->worker[i].ops;
    }
    t = bench_now() - t;
    bench->stop = 1;

    for (i = 0; i < bench_procs; i++) {
        if (threads) {
            (void) pthread_join(thread[i], NULL);
        } else {
            (void) wait(NULL);
        }
    }

    return (double) ops / t / 1e6;
}


static uint64_t
bench_fails(void)
{
    int       i;
    uint64_t  n = 0;

    for (i = 0; i < bench_procs; i++) {
        n += bench->worker[i].fails;
    }
    return n;
}


static void
bench_print(const char *what, const char *more, double value)
{
    printf("%s %s%s %d %.6g\n", BENCH_NAME, what, more, bench_procs, value);
}


#include "shm_space.h"


static int
bench_main(int argc, char **argv)
{
    const char  *what = argc > 1 ? argv[1] : "";
    size_t       size = BENCH_SIZE;

    bench_procs = argc > 2 ? atoi(argv[2]) : 1;
    bench_ms = argc > 3 ? atoi(argv[3]) : 200;
    if (bench_procs < 1 || bench_procs > BENCH_PROCS) {
        fprintf(stderr, "bench: error: %d processes; use 1 to %d\n",
                bench_procs, BENCH_PROCS);
        return 2;
    }

    (void) setvbuf(stdout, NULL, _IOLBF, 0);
    bench = (bench_control_t *) mmap(NULL, sizeof(*bench), PROT_READ|PROT_WRITE,
                 MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    if (strcmp(what, "growth1") == 0 || strcmp(what, "fill1") == 0) {
        size = 1024 * 1024;
    } else if (strcmp(what, "growth1024") == 0
               || strcmp(what, "fill1024") == 0)
    {
        size = (size_t) 1024 * 1024 * 1024;
    }
    if (bench == MAP_FAILED || bench_open(size) == NULL) {
        fprintf(stderr, "bench: error: %s: no heap of %zu bytes\n", BENCH_NAME,
                size);
        return 2;
    }

    if (strcmp(what, "pair") == 0) {
        bench_print(what, "", bench_run(bench_pair, 0));

    } else if (strcmp(what, "mix") == 0 || strcmp(what, "big") == 0) {
        bench_most = what[0] == 'm' ? 1024 : 32768;
        bench_print(what, "", bench_run(bench_mix, 0));
        if (bench_fails() != 0) {
            bench_print(what, ".fails", (double) bench_fails());
        }

    } else if (strcmp(what, "nomem") == 0) {
        bench_most = 34736;             /* 2,000 of them are 34 MiB */
        (void) bench_run(bench_million, 0);
        bench_print(what, "", (double) bench_fails());

    } else if (strcmp(what, "pc") == 0) {
        bench_print(what, "", bench_run(bench_pc, !BENCH_SHARED));

    } else if (strncmp(what, "growth", 6) == 0) {
        bench_growth(what, size);

    } else if (strncmp(what, "fill", 4) == 0) {
        bench_fill(what, size);

    } else if (strcmp(what, "waste") == 0) {
        bench_waste(size);

    } else if (strcmp(what, "idle") == 0) {
        bench_idle(size);

    } else {
        fprintf(stderr, "bench: error: %s: no such workload; use pair, mix, "
                "big, pc, nomem, growth, growth1, growth1024, fill, fill1, "
                "fill1024, waste or idle\n", what);
        return 2;
    }

    return 0;
}
