/*
 * shm_ours.c - ngx_slab; with BENCH_TO in the environment by alloc_to and
 * free_from, which is asked for with pairs only.
 */

#include "ngx_slab.h"

#include <stdlib.h>
#include <sys/mman.h>

#define BENCH_NAME       name
#define BENCH_SHARED     1

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


int
main(int argc, char **argv)
{
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
