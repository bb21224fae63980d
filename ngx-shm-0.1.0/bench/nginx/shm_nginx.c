/*
 * shm_nginx.c - nginx's slab, inside of the real nginx.
 *
 * A dynamic module: when nginx loads its configuration, the module runs the
 * workload that BENCH_SHM in the environment names, and nginx ends.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_config.h>
#include <ngx_core.h>

#define BENCH_NAME       "nginx"
#define BENCH_SHARED     1
#define bench_alloc(n)   ngx_slab_alloc(pool, n)
#define bench_free(p)    ngx_slab_free(pool, p)

static ngx_slab_pool_t  *pool;


static void *
bench_open(size_t size)
{
    ngx_shm_t  shm;

    ngx_memzero(&shm, sizeof(ngx_shm_t));
    shm.size = size;
    shm.log = ngx_cycle->log;
    ngx_str_set(&shm.name, "bench");

    if (ngx_shm_alloc(&shm) != NGX_OK) {
        return NULL;
    }

    pool = (ngx_slab_pool_t *) shm.addr;
    pool->end = shm.addr + size;
    pool->min_shift = 3;
    pool->addr = shm.addr;
    if (ngx_shmtx_create(&pool->mutex, &pool->lock, NULL) != NGX_OK) {
        return NULL;
    }

    ngx_slab_init(pool);
    pool->log_nomem = 0;
    return pool;
}


#include "shm_work.h"


static ngx_int_t
bench_init(ngx_cycle_t *cycle)
{
    char  *args = getenv("BENCH_SHM"), *argv[4];
    int    argc = 1;

    (void) cycle;
    if (args == NULL) {
        return NGX_OK;
    }

    argv[0] = "nginx";
    for (args = strtok(strdup(args), " "); args != NULL && argc < 4;
         args = strtok(NULL, " "))
    {
        argv[argc++] = args;
    }

    argc = bench_main(argc, argv);
    (void) fflush(stdout);
    _exit(argc);
}


static ngx_core_module_t  bench_ctx = { ngx_string("bench_shm"), NULL, NULL };

ngx_module_t  ngx_bench_shm_module = {
    NGX_MODULE_V1, &bench_ctx, NULL, NGX_CORE_MODULE, NULL, bench_init, NULL,
    NULL, NULL, NULL, NULL, NGX_MODULE_V1_PADDING
};
