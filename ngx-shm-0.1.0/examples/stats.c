/*
 * stats.c - workers count, some of them are killed, and a monitor looks on.
 *
 *     cc stats.c $(pkg-config --cflags --libs ngx-shm) -o stats
 *     ./stats file:/tmp/stats 1000 & ngx-shm stat file:/tmp/stats --openmetrics
 *
 * A worker writes a byte into one file, counts, and writes one into another:
 * the sums lie between the two.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_shm_named.h>
#include <ngx_shm_stat.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORKERS  4

static ngx_int_t  requests, busy, latency;

/* By each process, the monitor as well: it finds what the first one defines. */
static ngx_shm_stat_t *
counters(ngx_shm_segment_t *seg)
{
    ngx_shm_stat_t      *stat;
    ngx_shm_stat_def_t   defs[] = {
        { "requests", "Requests answered.", NGX_SHM_STAT_COUNTER, 0, NULL },
        { "busy", "Workers at work.", NGX_SHM_STAT_LEVEL, 0, NULL },
        { "latency_us", "Time for one.", NGX_SHM_STAT_HISTOGRAM, 16, NULL }
    };

    stat = seg->created ? ngx_shm_stat_create(seg->addr, seg->size, 0, 0)
                        : ngx_shm_stat_attach(seg->addr, seg->size);

    if (stat != NULL) {
        requests = ngx_shm_stat_define(stat, &defs[0]);
        busy = ngx_shm_stat_define(stat, &defs[1]);
        latency = ngx_shm_stat_define(stat, &defs[2]);
    }

    return stat;
}

static void
work(ngx_shm_stat_t *stat, int before, int after)
{
    for (unsigned i = 0; ; i++) {
        (void) !write(before, "x", 1);
        (void) ngx_shm_stat_set(stat, busy, 1);
        (void) ngx_shm_stat_add(stat, requests, 1);
        (void) ngx_shm_stat_observe(stat, latency, i * 7919 % 5000);
        (void) ngx_shm_stat_set(stat, busy, 0);
        (void) !write(after, "x", 1);
    }
}

/* Maps the segment for reading only, and waits for nobody. */
static int
monitor(const char *name, off_t before, off_t after)
{
    ngx_shm_stat_t        *stat;
    ngx_shm_segment_t      seg;
    ngx_shm_options_t      wishes = { .flags = NGX_SHM_RDONLY };
    ngx_shm_stat_value_t   n, level, h;

    if (ngx_shm_open(&seg, name, &wishes) != NGX_OK
        || (stat = counters(&seg)) == NULL
        || ngx_shm_stat_read(stat, requests, &n) != NGX_OK
        || ngx_shm_stat_read(stat, busy, &level) != NGX_OK
        || ngx_shm_stat_read(stat, latency, &h) != NGX_OK)
    {
        perror("monitor");
        return 1;
    }

    printf("counted %ld, from %ld to %ld; observed %ld; busy %ld\n",
           (long) n.value, (long) after, (long) before, (long) h.value,
           (long) level.value);
    return n.value < after || n.value > before || h.value < after
           || h.value > n.value || level.value != 0;
}

int
main(int argc, char **argv)
{
    int                 i, kills = argc > 2 ? atoi(argv[2]) : 100;
    int                 before = fileno(tmpfile()), after = fileno(tmpfile());
    pid_t               pid[WORKERS] = { 0 };
    ngx_shm_stat_t     *stat;
    ngx_shm_segment_t   seg;
    ngx_shm_options_t   wishes = { .flags = NGX_SHM_CREATE, .size = 1 << 20 };

    if (argc < 2 || ngx_shm_open(&seg, argv[1], &wishes) != NGX_OK
        || (stat = counters(&seg)) == NULL || ngx_shm_ready(&seg) != NGX_OK)
    {
        perror("usage: stats SEGMENT [KILLS]: a new segment");
        return 1;
    }

    for (i = 0; i < kills + WORKERS; i++) {
        if (pid[i % WORKERS] > 0) {
            (void) usleep(1000);
            (void) kill(pid[i % WORKERS], SIGKILL);
            (void) waitpid(pid[i % WORKERS], NULL, 0);
        }

        pid[i % WORKERS] = i < kills ? fork() : 0;
        if (i < kills && pid[i % WORKERS] == 0) {
            work(stat, before, after);
        }
    }

    return monitor(argv[1], lseek(before, 0, SEEK_END),
                   lseek(after, 0, SEEK_END));
}
