/*
 * tool_bench.c - ngx-shm bench: quick figures of this machine.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool.h"
#include "ngx_shmtx.h"

#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MAX    32
#define ROUNDS 9
#define TIMES  10
#define SIZE   ((size_t) 1 << 20)

static double
now_us(void)
{
    struct timespec  t;

    (void) clock_gettime(CLOCK_MONOTONIC, &t);
    return (double) t.tv_sec * 1e6 + (double) t.tv_nsec / 1e3;
}

static int
by_size(const void *a, const void *b)
{
    double  x = *(const double *) a, y = *(const double *) b;

    return x < y ? -1 : x > y;
}

/* Microseconds to make a segment, to touch its pages, to free it. */
static int
measure(const char *backend, double *make, double *touch)
{
    int        i;
    size_t     k, page = (size_t) sysconf(_SC_PAGESIZE);
    double     begin;
    ngx_shm_t  shm = { NULL, SIZE, ngx_null_string, NULL, 0 };

    *make = *touch = 0;

    for (i = 0; i < TIMES; i++) {
        begin = now_us();

        if (ngx_shm_alloc_from(&shm, backend) != NGX_OK) {
            return -1;
        }

        *make += now_us() - begin;
        begin = now_us();

        for (k = 0; k < SIZE; k += page) {
            ((volatile unsigned char *) shm.addr)[k] = 1;
        }

        *touch += now_us() - begin;
        ngx_shm_free(&shm);
    }

    *make /= TIMES;
    *touch = *touch / TIMES / (double) (SIZE / page);
    return 0;
}

/* Nanoseconds for a lock and an unlock, which nobody else wants. */
static double
measure_lock(void)
{
    int           i;
    double        begin;
    ngx_shm_t     shm = { NULL, 4096, ngx_null_string, NULL, 0 };
    ngx_shmtx_t   mutex;

    memset(&mutex, 0, sizeof(mutex));

    if (ngx_shm_alloc(&shm) != NGX_OK) {
        return -1;
    }

    if (ngx_shmtx_create(&mutex, (ngx_shmtx_sh_t *) (void *) shm.addr, NULL)
        != NGX_OK)
    {
        ngx_shm_free(&shm);
        return -1;
    }

    begin = now_us();

    for (i = 0; i < 100000; i++) {
        ngx_shmtx_lock(&mutex);
        ngx_shmtx_unlock(&mutex);
    }

    begin = now_us() - begin;
    ngx_shmtx_destroy(&mutex);
    ngx_shm_free(&shm);
    return begin / 100;
}

static double
median_lock(void)
{
    int     i;
    double  ns[ROUNDS];

    for (i = 0; i < ROUNDS; i++) {
        ns[i] = measure_lock();
    }

    qsort(ns, ROUNDS, sizeof(ns[0]), by_size);
    return ns[ROUNDS / 2];
}

static void
print_backend(const tool_t *tool, const char *name, double make, double touch,
    int first)
{
    if (tool->json) {
        printf("%s\n{", first ? "" : ",");
        tool_json_text("name", name);
        printf("\"create_us\": %.1f, \"touch_us_per_page\": %.3f}", make,
               touch);
    } else {
        printf("%-9s %12.1f %20.3f\n", name, make, touch);
    }
}

/* The rounds go over all backends, so that a noisy moment hits all alike. */
int
tool_bench(const tool_t *tool)
{
    int                round, first = 1;
    double             make[MAX][ROUNDS], touch[MAX][ROUNDS];
    ngx_uint_t         i, n;
    ngx_shm_backend_t  list[MAX];

    n = tool_ask_backends(list, MAX);

    for (round = 0; round < ROUNDS; round++) {
        for (i = 0; i < n; i++) {
            if (list[i].works && measure(list[i].name, &make[i][round],
                                         &touch[i][round]) == -1)
            {
                return tool_cannot("try", list[i].name, strerror(errno),
                                   "see ngx-shm backends");
            }
        }
    }

    if (tool->json) {
        printf("{\"segment_bytes\": %zu, \"backends\": [", SIZE);
    } else {
        printf("segments of 1M   create, us   first touch, us a page\n");
    }

    for (i = 0; i < n; i++) {
        if (list[i].works) {
            qsort(make[i], ROUNDS, sizeof(double), by_size);
            qsort(touch[i], ROUNDS, sizeof(double), by_size);
            print_backend(tool, list[i].name, make[i][ROUNDS / 2],
                          touch[i][ROUNDS / 2], first);
            first = 0;
        }
    }

    printf(tool->json ? "\n], \"lock_unlock_ns\": %.1f}\n"
                      : "lock and unlock, alone: %.1f ns\n", median_lock());
    return TOOL_YES;
}
