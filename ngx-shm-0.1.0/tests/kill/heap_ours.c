/*
 * heap_ours.c - ngx_slab under the knife.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "kill.h"

#include "ngx_slab.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SIZE
#define SIZE  (256 * 1024)          /* larger pools cache runs, too */
#endif
#ifndef FLAGS
#define FLAGS  0
#endif

static ngx_slab_pool_t  *pool;


/*
 * The library's clock: a victim under the tracer lives slower than others, but
 * must go the same way.
 */
int
clock_gettime(clockid_t id, struct timespec *ts)
{
    static long  calls;

    if (id == CLOCK_BOOTTIME) {         /* when processes began is as it is */
        return (int) syscall(SYS_clock_gettime, id, ts);
    }

    calls++;
    ts->tv_sec = 1000 + calls / 25;
    ts->tv_nsec = calls % 25 * 40000000;
    return 0;
}


static void
say(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    (void) level;
    fprintf(stderr, "# %d: %.*s\n", (int) getpid(), (int) len, buf);
}


static size_t
create(void **base)
{
    static ngx_log_t  log = { NGX_LOG_ERR, say, NULL };

    *base = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                 -1, 0);
    if (*base == MAP_FAILED) {
        return 0;
    }

    pool = ngx_slab_create(*base, SIZE, FLAGS);
    if (pool == NULL) {
        perror("ngx_slab_create");
        return 0;
    }

    /* the harness copies all of it, guards too */
    (void) mprotect(*base, SIZE, PROT_READ|PROT_WRITE);

    pool->log_nomem = 0;
    (void) ngx_slab_set_log(&log);
    return SIZE;
}


static void *
alloc(size_t size)
{
    return ngx_slab_alloc(pool, size);
}


static void
release(void *p)
{
    ngx_slab_free(pool, p);
}


static void *
again(void *p, size_t size)
{
    return ngx_slab_realloc(pool, p, size);
}


static void *
zalloc(size_t size)
{
    return ngx_slab_calloc(pool, size);
}


static void *
aligned(size_t size, size_t align)
{
    return ngx_slab_alloc_aligned(pool, align, size);
}


static void *
alloc_to(uintptr_t *cell, size_t size)
{
    return ngx_slab_alloc_to(pool, cell, size);
}


static void
free_from(uintptr_t *cell)
{
    (void) ngx_slab_free_from(pool, cell);
}


static void *
at(uintptr_t cell)
{
    return ngx_slab_pointer(pool, cell);
}


static int
check(void)
{
    return ngx_slab_check(pool) != NGX_OK;
}


/* What is cached is free too: a death must not lose it. */
static size_t
free_bytes(void)
{
    ngx_slab_usage_t  u;

    return ngx_slab_usage(pool, &u) == NGX_OK ? u.size - u.live : 0;
}


static void
walk(kill_seen_pt seen, void *data)
{
    (void) ngx_slab_walk(pool, seen, data);
}


static void
reap(pid_t pid)
{
    (void) ngx_slab_reap(pool, pid, NULL);
}


const kill_heap_t  kill_heap = {
    "ngx_slab", KILL_REALLOC | KILL_CELL | KILL_EXACT | KILL_ALIGNED
    | KILL_REAP, create, alloc, release, again, zalloc, aligned, alloc_to,
    free_from, at, check, free_bytes, walk, reap
};
