/*
 * tool_pool_check.c - check the copy of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_pool.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRIES    8
#define SECONDS  20             /* for a check; a gigabyte takes a moment */

typedef struct {
    int   sound;
    char  words[512];
} answer_t;

static answer_t  *answer;       /* shared with the child */

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

/* Of the processor first: that a machine is busy is no damage. */
static void
limit_time(void)
{
    struct rlimit  limit;

    (void) alarm(6 * SECONDS);

    if (getrlimit(RLIMIT_CPU, &limit) == 0 && limit.rlim_max > SECONDS) {
        limit.rlim_cur = SECONDS;
        (void) setrlimit(RLIMIT_CPU, &limit);
    }
}

/* In the child, whose copy is its own. */
static void
examine(tool_pool_t *pool)
{
    ngx_log_t         log = { NGX_LOG_DEBUG, keep_first, NULL };
    ngx_slab_pool_t  *heap;

    limit_time();
    (void) ngx_slab_set_log(&log);

    if (is_torn(pool)) {
        ngx_heap_view_die(pool->copy);
    }

    heap = ngx_slab_attach(pool->copy, (size_t) pool->view.size);
    answer->sound = heap != NULL && ngx_slab_check(heap) == NGX_OK;
}

static void
undecided(tool_pool_t *pool, const char *words)
{
    (void) snprintf(pool->words, sizeof(pool->words), "%s", words);
}

static void
examine_in_child(tool_pool_t *pool)
{
    int    status;
    pid_t  pid;

    answer = mmap(NULL, sizeof(*answer), PROT_READ|PROT_WRITE,
                  MAP_ANON|MAP_SHARED, -1, 0);

    if (answer == MAP_FAILED) {
        undecided(pool, "there is no memory to check it");
        return;
    }

    (void) fflush(NULL);
    pid = fork();

    if (pid == 0) {
        examine(pool);
        _exit(0);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        undecided(pool, "there is no process to check it");

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

        /* No verdict without the whole of it. */
        if (!pool->sound) {
            tool_pool_load(view, pool);
            examine_in_child(pool);
        }

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
