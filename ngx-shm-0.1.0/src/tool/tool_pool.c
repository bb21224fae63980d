/*
 * tool_pool.c - find the pool in a segment, and copy and count it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_pool.h"

#include <sys/mman.h>

#define LEAST  4096             /* room for the start of a pool */

static int
broken(tool_pool_t *pool, const char *words)
{
    (void) snprintf(pool->words, sizeof(pool->words), "%s", words);
    return -1;
}

static int
lies_in(const tool_view_t *view, tool_pool_t *pool, uint64_t end)
{
    if (end <= view->size - view->pool) {
        return 0;
    }

    (void) snprintf(pool->words, sizeof(pool->words), "the pool has %ju bytes,"
                    " and %ju of them are there", (uintmax_t) pool->view.size,
                    (uintmax_t) (view->size - view->pool));
    return -1;
}

/* Room for the copy, at an address with the same low bits as it had. */
static int
make_room(tool_pool_t *pool, const void *start)
{
    size_t  align = ngx_heap_view_align(start);

    if (pool->view.size > SIZE_MAX / 2) {
        return broken(pool, "it is too large to be looked at here");
    }

    pool->mapped = (size_t) pool->view.size + align;
    pool->mapping = mmap(NULL, pool->mapped, PROT_READ|PROT_WRITE,
                         MAP_PRIVATE|MAP_ANON|MAP_NORESERVE, -1, 0);

    if (pool->mapping == MAP_FAILED) {
        pool->mapping = NULL;
        return broken(pool, "it is too large to be looked at here");
    }

    pool->copy = pool->mapping + align;
    return 0;
}

/* A part of it; what is not there stays zero. */
static void
load(const tool_view_t *view, tool_pool_t *pool, uint64_t at, uint64_t len)
{
    if (at <= pool->view.size && len <= pool->view.size - at) {
        (void) tool_view_read(view, view->pool + at, pool->copy + at,
                              (size_t) len);
    }
}

static void
add_run(const tool_view_t *view, tool_pool_t *pool, ngx_heap_run_t *run)
{
    uint64_t      bytes = (uint64_t) run->pages * NGX_HEAP_VIEW_PAGE;
    tool_size_t  *size;

    pool->pages[run->kind] += run->pages;
    pool->runs[run->kind]++;

    switch (run->kind) {

    case NGX_HEAP_VIEW_FREE:
        pool->free += bytes;
        pool->longest = run->pages > pool->longest ? run->pages
                                                   : pool->longest;
        return;

    case NGX_HEAP_VIEW_RUN:
        pool->live += bytes;
        pool->chunks++;
        ngx_heap_view_share(&pool->view, run, pool->share);
        return;

    case NGX_HEAP_VIEW_CACHED:
        pool->cached += bytes;
        ngx_heap_view_share(&pool->view, run, pool->share);
        return;

    case NGX_HEAP_VIEW_SLAB:
        break;

    case NGX_HEAP_VIEW_OWN:
        load(view, pool, pool->view.head
                         + (uint64_t) run->page * NGX_HEAP_VIEW_PAGE, bytes);
        return;

    default:
        return;
    }

    /* The map of a slab of small chunks lies in the slab. */
    if (run->map >= pool->view.head) {
        load(view, pool, run->map, run->bytes);
    }

    ngx_heap_view_count(&pool->view, run);
    ngx_heap_view_share(&pool->view, run, pool->share);
    size = &pool->sizes[run->class % TOOL_SIZES];
    size->size = run->size;
    size->slabs++;
    size->pages += run->pages;
    size->chunks += run->chunks;
    size->live += run->live;
    size->cached += run->cached;
    pool->chunks += run->live;
    pool->cached_chunks += run->cached;
    pool->live += (uint64_t) run->live * run->size;
    pool->cached += (uint64_t) run->cached * run->size;
    pool->free += (uint64_t) (run->chunks - run->live - run->cached)
                  * run->size;
}

static void
count_runs(const tool_view_t *view, tool_pool_t *pool)
{
    uint32_t        page;
    ngx_heap_run_t  run;

    /* Its header and tables come before the pages. */
    pool->runs[NGX_HEAP_VIEW_OWN] = 1;
    pool->pages[NGX_HEAP_VIEW_OWN] = (pool->view.head + NGX_HEAP_VIEW_PAGE - 1)
                                     / NGX_HEAP_VIEW_PAGE;

    for (page = 0; page < pool->view.npages; page += run.pages) {
        ngx_heap_view_run(&pool->view, page, &run);
        add_run(view, pool, &run);
    }
}

static void
count_owners(tool_pool_t *pool)
{
    size_t  i;

    tool_owners_sum(&pool->owners, &pool->view, pool->share);

    for (i = 0; i < pool->owners.n; i++) {
        pool->users_n += pool->owners.owner[i].threads;
    }
}

static void
read_lock(ngx_shmtx_sh_t *lock, ngx_shmtx_stat_t *stat)
{
    ngx_shmtx_t  mutex;

    memset(&mutex, 0, sizeof(mutex));
    mutex.lock = &lock->lock;
    ngx_shmtx_stat(&mutex, stat);
}

static void
count_rest(tool_pool_t *pool)
{
    uint32_t         i;
    ngx_slab_stat_t  stat;

    read_lock(ngx_heap_view_lock(pool->copy), &pool->heap);
    read_lock(&((ngx_slab_pool_t *) (void *) pool->copy)->lock, &pool->users);

    for (i = 0; i < pool->view.nstats; i++) {
        (void) ngx_heap_view_stat(&pool->view, i, &stat);
        pool->reqs += stat.reqs;
        pool->fails += stat.fails;
    }
}

/* Did anybody take the lock since it was copied? */
static int
is_unchanged(const tool_view_t *view, const tool_pool_t *pool)
{
    size_t            least = ngx_heap_view_least();
    uint64_t          now[LEAST / 8];
    ngx_shmtx_stat_t  stat;

    if (tool_view_read(view, view->pool, now, least) != least) {
        return 0;
    }

    read_lock(ngx_heap_view_lock(now), &stat);
    return stat.acquired == pool->heap.acquired;
}

static int
copy_and_count(const tool_view_t *view, tool_pool_t *pool)
{
    size_t       least = ngx_heap_view_least();
    uint64_t     start[LEAST / 8];
    const char  *words;

    if (least > sizeof(start)
        || tool_view_read(view, view->pool, start, least) != least)
    {
        return broken(pool, "it is cut short");
    }

    words = ngx_heap_view_open(&pool->view, start);

    if (words != NULL) {
        return broken(pool, words);
    }

    if (lies_in(view, pool, pool->view.head) == -1
        || make_room(pool, start) == -1)
    {
        return -1;
    }

    if (tool_view_read(view, view->pool, pool->copy, (size_t) pool->view.head)
        != pool->view.head)
    {
        return broken(pool, "it cannot be read to its end");
    }

    /* It may have changed since then: what is in the copy counts. */
    words = ngx_heap_view_open(&pool->view, pool->copy);

    if (words != NULL || pool->view.size > pool->mapped) {
        return broken(pool, words != NULL ? words : "its size changes");
    }

    count_runs(view, pool);
    count_rest(pool);
    count_owners(pool);
    pool->counted = 1;
    pool->whole = is_unchanged(view, pool);

    return lies_in(view, pool, pool->view.size);
}

void
tool_pool_open(const tool_view_t *view, tool_pool_t *pool)
{
    memset(pool, 0, sizeof(*pool));
    pool->found = view->pool != NO_POOL;

    if (pool->found) {
        (void) copy_and_count(view, pool);
    }
}

void
tool_pool_load(const tool_view_t *view, tool_pool_t *pool)
{
    load(view, pool, pool->view.head, pool->view.size - pool->view.head);
}

void
tool_pool_close(tool_pool_t *pool)
{
    if (pool->mapping != NULL) {
        (void) munmap(pool->mapping, pool->mapped);
    }

    pool->mapping = pool->copy = NULL;
}
