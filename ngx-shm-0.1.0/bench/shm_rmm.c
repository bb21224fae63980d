/*
 * shm_rmm.c - APR's relocatable memory (apr_rmm) under a process mutex.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <apr_anylock.h>
#include <apr_general.h>
#include <apr_proc_mutex.h>
#include <apr_rmm.h>
#include <apr_shm.h>

#define BENCH_NAME       "rmm"
#define BENCH_SHARED     1

static apr_rmm_t  *rmm;


static inline void *
bench_alloc(size_t size)
{
    apr_rmm_off_t  off = apr_rmm_malloc(rmm, size);

    return off ? apr_rmm_addr_get(rmm, off) : NULL;
}


static inline void
bench_free(void *p)
{
    (void) apr_rmm_free(rmm, apr_rmm_offset_get(rmm, p));
}


static void *
bench_open(size_t size)
{
    static apr_anylock_t  lock;
    apr_pool_t           *pool;
    apr_shm_t            *shm;

    if (apr_initialize() != APR_SUCCESS
        || apr_pool_create(&pool, NULL) != APR_SUCCESS
        || apr_shm_create(&shm, size, NULL, pool) != APR_SUCCESS)
    {
        return NULL;
    }

    lock.type = apr_anylock_procmutex;
    if (apr_proc_mutex_create(&lock.lock.pm, NULL, APR_LOCK_PROC_PTHREAD, pool)
            != APR_SUCCESS
        || apr_rmm_init(&rmm, &lock, apr_shm_baseaddr_get(shm), size, pool)
            != APR_SUCCESS)
    {
        return NULL;
    }

    return apr_shm_baseaddr_get(shm);
}


#include "shm_work.h"


int
main(int argc, char **argv)
{
    return bench_main(argc, argv);
}
