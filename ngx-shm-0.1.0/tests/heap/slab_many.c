/*
 * slab_many.c - more users than a pool has slots for, and many that come and
 * go: the time of a call must not grow.  A call is measured as the least
 * processor time of many bursts, which others on the machine hardly change.
 *
 *     slab_many [MIB]
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_slab.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS    1000
#define PROCESSES  2000
#define BURSTS     100
#define BURST      5000
#define TOGETHER   4
#define ROUNDS     8       /* and more, until the bound holds */
#define MOST       100
#define ROUND_MS   60

static ngx_slab_pool_t    *pool;
static double             *took;        /* by a child, in shared memory */
static pthread_barrier_t   all;
static volatile int        over;
static int                 failed, n;

static double
now(clockid_t clock)
{
    struct timespec  ts;

    (void) clock_gettime(clock, &ts);
    return (double) ts.tv_sec * 1e9 + (double) ts.tv_nsec;
}

static void
result(const char *what, double is, double limit)
{
    int  ok = is <= limit;

    failed += !ok;
    printf("%sok %d - %s: %.1f x, at most %.1f\n", ok ? "" : "not ", ++n,
           what, is, limit);
    (void) fflush(stdout);
}

/* An alloc and a free, in ns of processor time. */
static double
pair(void)
{
    int     i, k;
    double  t, best = 1e12;

    for (k = 0; k < BURSTS; k++) {
        t = now(CLOCK_THREAD_CPUTIME_ID);
        for (i = 0; i < BURST; i++) {
            ngx_slab_free(pool, ngx_slab_alloc(pool, 100));
        }
        t = (now(CLOCK_THREAD_CPUTIME_ID) - t) / BURST;
        best = t < best ? t : best;
    }

    return best;
}

static void *
use_and_wait(void *data)
{
    ngx_slab_free(pool, ngx_slab_alloc(pool, 64));
    (void) pthread_barrier_wait(&all);
    (void) pthread_barrier_wait(&all);
    return data;
}

static void *
measure(void *data)
{
    *(double *) data = pair();
    return NULL;
}

static void *
pairs_until(void *data)
{
    int  i;

    while (!over) {
        for (i = 0; i < 100; i++) {
            ngx_slab_free(pool, ngx_slab_alloc(pool, 100));
        }
        *(long *) data += 100;
    }

    return NULL;
}

/* Pairs a second of so many threads without a slot. */
static double
rate(int threads)
{
    int              i;
    long             done[TOGETHER * 8] = { 0 }, sum = 0;
    double           t = now(CLOCK_MONOTONIC);
    pthread_t        thread[TOGETHER];
    struct timespec  ts = { 0, ROUND_MS * 1000000 };

    over = 0;
    for (i = 0; i < threads; i++) {
        (void) pthread_create(&thread[i], NULL, pairs_until, &done[i * 8]);
    }

    (void) nanosleep(&ts, NULL);
    over = 1;

    for (i = 0; i < threads; i++) {
        (void) pthread_join(thread[i], NULL);
        sum += done[i * 8];
    }

    return (double) sum * 1e9 / (now(CLOCK_MONOTONIC) - t);
}

/* One and some in turn, so that both have the machine as quiet as it gets. */
static void
together(void)
{
    int     i, k;
    double  r, one = 0, some[TOGETHER + 1] = { 0 };

    for (i = 0; i < ROUNDS
         || (i < MOST && (one > 5 * some[2] || one > 5 * some[4])); i++)
    {
        r = rate(1);
        one = r > one ? r : one;
        for (k = 2; k <= TOGETHER; k += 2) {
            r = rate(k);
            some[k] = r > some[k] ? r : some[k];
        }
    }

    printf("# without a slot, million pairs a second: one %.1f, two %.1f, "
           "four %.1f\n", one / 1e6, some[2] / 1e6, some[4] / 1e6);
    result("one without a slot to two together", one / some[2], 5);
    result("one without a slot to four together", one / some[4], 5);
}

/* The last of 1,000 threads, all of which live. */
static void
many_threads(void)
{
    int             i;
    double          with = pair(), without = 0;
    pthread_t       thread[THREADS], last;
    pthread_attr_t  attr;

    (void) pthread_attr_init(&attr);
    (void) pthread_attr_setstacksize(&attr, 128 * 1024);
    (void) pthread_barrier_init(&all, NULL, THREADS + 1);

    for (i = 0; i < THREADS; i++) {
        if (pthread_create(&thread[i], &attr, use_and_wait, NULL) != 0) {
            perror("pthread_create");
            exit(1);
        }
    }

    (void) pthread_barrier_wait(&all);
    (void) pthread_create(&last, &attr, measure, &without);
    (void) pthread_join(last, NULL);

    printf("# alloc and free: %.1f ns, without a slot %.1f ns\n", with,
           without);
    result("without a slot to with one", without / with, 6);
    together();

    (void) pthread_barrier_wait(&all);
    for (i = 0; i < THREADS; i++) {
        (void) pthread_join(thread[i], NULL);
    }
}

static int
by_size(const void *a, const void *b)
{
    double  x = *(const double *) a, y = *(const double *) b;

    return x < y ? -1 : x > y;
}

static double
median(double *t, int count)
{
    qsort(t, (size_t) count, sizeof(*t), by_size);
    return t[count / 2];
}

/* One after the other, each of which leaves something in its cache. */
static void
many_processes(int leave)
{
    int            i;
    double         t, first, last;
    static double  each[PROCESSES];

    for (i = 0; i < PROCESSES; i++) {
        if (fork() == 0) {
            void  *p;

            t = now(CLOCK_THREAD_CPUTIME_ID);
            p = ngx_slab_alloc(pool, 64);
            if (!leave) {
                ngx_slab_free(pool, p);
            }
            *took = now(CLOCK_THREAD_CPUTIME_ID) - t;
            _exit(0);
        }
        (void) wait(NULL);
        each[i] = *took / 1000;
    }

    first = median(each, PROCESSES / 10);
    last = median(each + PROCESSES * 9 / 10, PROCESSES / 10);
    printf("# the first call of a process: %.1f us at first, %.1f us at last\n",
           first, last);
    result(leave ? "each leaves a chunk: last tenth to first"
                 : "nothing is left: last tenth to first", last / first, 2);
}

int
main(int argc, char **argv)
{
    size_t  size = (size_t) (argc > 1 ? atoi(argv[1]) : 64) << 20;
    void   *p = mmap(NULL, size + 4096, PROT_READ|PROT_WRITE,
                     MAP_SHARED|MAP_ANON, -1, 0);

    if (p == MAP_FAILED) {
        perror("mmap");
        return 1;
    }

    took = (double *) (void *) ((char *) p + size);
    pool = ngx_slab_create(p, size, 0);
    if (pool == NULL) {
        perror("ngx_slab_create");
        return 1;
    }

    many_threads();
    many_processes(0);
    many_processes(1);
    n++;
    failed += ngx_slab_check(pool) != NGX_OK;
    printf("%sok %d - the pool is sound\n1..%d\n", failed ? "not " : "", n, n);
    return failed != 0;
}
