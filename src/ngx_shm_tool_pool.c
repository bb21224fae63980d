#include "ngx_auto_config.h"
#include "ngx_shm_tool_pool.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRIES    8
#define SECONDS  20             /* for a check; a gigabyte takes a moment */
#define LEAST    4096           /* room for the start of a pool */

typedef struct {
    int   sound;
    char  words[512];
} answer_t;

static answer_t  *answer;       /* shared with the child */

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
        return;

    case NGX_HEAP_VIEW_CACHED:
        pool->cached += bytes;
        return;

    case NGX_HEAP_VIEW_SLAB:
        break;

    default:
        return;
    }

    /* The map of a slab of small chunks lies in the slab. */
    if (run->map >= pool->view.head) {
        (void) tool_view_read(view, view->pool + run->map,
                              pool->copy + run->map, (size_t) run->bytes);
    }

    ngx_heap_view_count(&pool->view, run);
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

    for (i = 0; i < pool->view.nslots; i++) {
        pool->users_n += ngx_heap_view_user(&pool->view, i) != 0;
    }

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

int
tool_process_rests(pid_t pid)
{
    char   state = 'Z', line[256];
    FILE  *f;

    (void) snprintf(line, sizeof(line), "/proc/%ld/stat", (long) pid);
    f = fopen(line, "r");

    if (f != NULL) {
        if (fgets(line, sizeof(line), f) != NULL && strrchr(line, ')') != NULL)
        {
            (void) sscanf(strrchr(line, ')') + 1, " %c", &state);
        }
        (void) fclose(f);
    }

    return strchr("TtZX", state) != NULL ? state : 0;
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
tool_pool_close(tool_pool_t *pool)
{
    if (pool->mapping != NULL) {
        (void) munmap(pool->mapping, pool->mapped);
    }

    pool->mapping = pool->copy = NULL;
}

/* The first thing that is wrong; what follows may follow from it. */
static void
keep_first(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    (void) level;

    if (answer->words[0] == '\0') {
        (void) snprintf(answer->words, sizeof(answer->words), "%.*s",
                        (int) len, (char *) buf);
    }
}

/* It may have been copied while somebody changed it. */
static int
is_torn(const tool_pool_t *pool)
{
    return !pool->whole || pool->heap.tid != 0;
}

/* In the child, whose copy is its own. */
static void
examine(tool_pool_t *pool)
{
    ngx_log_t         log = { NGX_LOG_DEBUG, keep_first, NULL };
    ngx_slab_pool_t  *heap;

    (void) alarm(SECONDS);
    (void) ngx_slab_set_log(&log);

    if (is_torn(pool)) {
        ngx_heap_view_die(pool->copy);
    }

    heap = ngx_slab_attach(pool->copy, (size_t) pool->view.size);
    answer->sound = heap != NULL && ngx_slab_check(heap) == NGX_OK;
}

static void
examine_in_child(tool_pool_t *pool)
{
    int    status;
    pid_t  pid;

    answer = mmap(NULL, sizeof(*answer), PROT_READ|PROT_WRITE,
                  MAP_ANON|MAP_SHARED, -1, 0);

    if (answer == MAP_FAILED) {
        (void) broken(pool, "there is no memory to check it");
        return;
    }

    (void) fflush(NULL);
    pid = fork();

    if (pid == 0) {
        examine(pool);
        _exit(0);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        (void) broken(pool, "there is no process to check it");

    } else if (WIFSIGNALED(status)) {
        (void) snprintf(pool->words, sizeof(pool->words),
                        "the check ended with signal %d", WTERMSIG(status));
    } else {
        pool->sound = answer->sound;
        (void) snprintf(pool->words, sizeof(pool->words), "%s",
                        answer->sound ? "" : answer->words);
    }

    (void) munmap(answer, sizeof(*answer));
}

static uint64_t
sum_of(const tool_pool_t *pool)
{
    size_t           i, n = (size_t) (pool->view.head / sizeof(uint64_t));
    uint64_t         sum = 0;
    const uint64_t  *p = (const uint64_t *) (const void *) pool->copy;

    for (i = 0; i < n; i++) {
        sum = (sum ^ p[i]) * 0x9e3779b97f4a7c15u;
    }

    return sum;
}

void
tool_pool_look(const tool_view_t *view, tool_pool_t *pool)
{
    int              i;
    uint64_t         sum, last = 0;
    struct timespec  pause = { 0, 5000000 };

    for (i = 0; ; i++) {
        tool_pool_open(view, pool);

        if (!pool->counted || pool->words[0] != '\0') {
            return;
        }

        examine_in_child(pool);
        sum = sum_of(pool);

        /* If nothing changes, it is no change that was caught half done. */
        if (pool->sound || !is_torn(pool) || (i != 0 && sum == last)) {
            return;
        }

        if (i + 1 == TRIES) {
            pool->busy = 1;
            return;
        }

        tool_pool_close(pool);
        (void) nanosleep(&pause, NULL);
        pause.tv_nsec += 10000000;
        last = sum;
    }
}
