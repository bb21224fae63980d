/*
 * stat_holder.c - create the segment that is named, and in it counters with
 * all kinds of names; say so, and keep it until standard input ends.
 *
 *   -p  in a chunk of a pool
 *   -d  by somebody who is dead
 *
 * For each byte of standard input, "requests" grows by 100.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_shm_named.h"
#include "ngx_shm_stat.h"
#include "ngx_slab.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define SIZE  ((size_t) 1 << 20)

static const uint64_t  bounds[] = { 5, 1000000, 1844674407370955161u };

static const ngx_shm_stat_def_t  defs[] = {
    { "requests", "Requests that were answered.", 1, 0, NULL },
    { "requests_total", "takes the same name", 1, 0, NULL },
    { "requests_created", NULL, 2, 0, NULL },
    { "queue", "a \"length\",\nor \\n", 2, 0, NULL },
    { "queue_sum", NULL, 2, 0, NULL },
    { "connections", NULL, 3, 0, NULL },
    { "latency", "in microseconds", 4, 3, bounds },
    { "latency_count", NULL, 1, 0, NULL },
    { "size.bytes", NULL, 4, 64, NULL },
    { "size_bytes", NULL, 1, 0, NULL },
    { "9 lives", "\xc3\xa9", 1, 0, NULL },
    { "U__9_20_lives", NULL, 1, 0, NULL },
    { "a\"b\\c\nd}", NULL, 1, 0, NULL },
    { "\xff\xfe", NULL, 2, 0, NULL },
    { "sixty three bytes are the most that a name can have and is here",
      NULL, 1, 0, NULL }
};

#define N  ((int) (sizeof(defs) / sizeof(defs[0])))

static ngx_int_t  id[N];

static int
count(ngx_shm_stat_t *stat)
{
    int  i, bad = 0;

    for (i = 0; i < N; i++) {
        if (defs[i].kind != NGX_SHM_STAT_HISTOGRAM) {
            bad |= ngx_shm_stat_add(stat, id[i], 10 + i) != NGX_OK;
        }
    }

    bad |= ngx_shm_stat_add(stat, id[3], -20) != NGX_OK;

    for (i = 0; i < 10; i++) {
        bad |= ngx_shm_stat_observe(stat, id[6], (uint64_t) i) != NGX_OK;
        bad |= ngx_shm_stat_observe(stat, id[8], (uint64_t) i) != NGX_OK;
    }

    return bad | (ngx_shm_stat_observe(stat, id[6], UINT64_MAX - 44) != NGX_OK);
}

static int
make(ngx_shm_segment_t *seg, int pooled, int dead)
{
    int               i, status = 0;
    void             *p = seg->addr;
    size_t            size = seg->size;
    ngx_shm_stat_t   *stat;
    ngx_slab_pool_t  *pool;

    if (pooled) {
        size = ngx_shm_stat_size(4, 32, 200);
        pool = ngx_slab_create(seg->addr, seg->size, 0);
        p = pool != NULL ? ngx_slab_alloc_aligned(pool, 4096, size) : NULL;
    }

    stat = p != NULL ? ngx_shm_stat_create(p, size, 4, 32) : NULL;

    for (i = 0; stat != NULL && i < N; i++) {
        id[i] = ngx_shm_stat_define(stat, &defs[i]);

        if (id[i] < 0) {
            perror("stat_holder: error: ngx_shm_stat_define");
            return -1;
        }
    }

    if (stat == NULL || ngx_shm_ready(seg) != NGX_OK) {
        perror("stat_holder: error: a set");
        return -1;
    }

    if (dead && fork() != 0) {
        (void) wait(&status);
    } else if (count(stat) != 0 || dead) {
        _exit(!dead);
    }

    printf("%ld\n", (long) getpid());
    (void) fflush(stdout);

    while (getchar() != EOF) {
        (void) ngx_shm_stat_add(stat, id[0], 100);
    }

    return status;
}

int
main(int argc, char **argv)
{
    int                c, pooled = 0, dead = 0;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  wishes = { .flags = NGX_SHM_CREATE, .size = SIZE };

    while ((c = getopt(argc, argv, "pd")) != -1) {
        pooled |= c == 'p';
        dead |= c == 'd';
    }

    if (optind != argc - 1
        || ngx_shm_open(&seg, argv[optind], &wishes) != NGX_OK)
    {
        perror("stat_holder: error: a segment");
        return 1;
    }

    return make(&seg, pooled, dead) != 0;
}
