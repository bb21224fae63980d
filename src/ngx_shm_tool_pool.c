#include "ngx_auto_config.h"
#include "ngx_shm_tool_pool.h"
#include "ngx_heap.h"

#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TRIES    5
#define SECONDS  20             /* for a check; a gigabyte takes a moment */

static tool_pool_t  *result;    /* shared with the child */

/* The first thing that is wrong; what follows may follow from it. */
static void
keep_first(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    (void) level;

    if (result->words[0] == '\0') {
        (void) snprintf(result->words, sizeof(result->words), "%.*s",
                        (int) len, (char *) buf);
    }
}

/* What has it and cannot be attached is a damaged pool, or a foreign one. */
static int
has_magic(const void *copy, size_t size)
{
    return size >= NGX_HEAP_AT + sizeof(ngx_heap_t)
           && ((const ngx_heap_t *) (const void *)
               ((const unsigned char *) copy + NGX_HEAP_AT))->magic
              == NGX_HEAP_MAGIC;
}

static void
examine(void *copy, size_t size)
{
    ngx_log_t         log = { NGX_LOG_DEBUG, keep_first, NULL };
    ngx_slab_pool_t  *pool;

    (void) alarm(SECONDS);
    (void) ngx_slab_set_log(&log);
    pool = ngx_slab_attach(copy, size);

    if (pool == NULL) {
        (void) snprintf(result->words, sizeof(result->words),
                        "the header of its pool does not fit: %s",
                        strerror(errno));
        result->found = has_magic(copy, size);
        return;
    }

    result->found = 1;
    result->words[0] = '\0';
    result->sound = ngx_slab_check(pool) == NGX_OK;
    result->counted = ngx_slab_usage(pool, &result->usage) == NGX_OK;
}

static void
examine_in_child(void *copy, size_t size)
{
    int    status;
    pid_t  pid;

    (void) fflush(NULL);
    pid = fork();

    if (pid == 0) {
        examine(copy, size);
        _exit(0);
    }

    if (pid == -1 || waitpid(pid, &status, 0) != pid) {
        (void) snprintf(result->words, sizeof(result->words), "fork(): %s",
                        strerror(errno));
        return;
    }

    if (WIFSIGNALED(status)) {
        result->sound = 0;
        (void) snprintf(result->words, sizeof(result->words),
                        "the check ended with signal %d", WTERMSIG(status));
    }
}

static void *
share(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED, -1,
                    0);

    return p != MAP_FAILED ? p : NULL;
}

/* In a sound segment behind the header; in a bare file at its beginning. */
static uint64_t
place_of(const tool_view_t *view)
{
    return view->why.err == 0 ? view->head.offset : 0;
}

static void
look_once(const tool_view_t *view, void *copy, size_t size)
{
    memset(result, 0, sizeof(*result));

    if (tool_view_read(view, place_of(view), copy, size) == size) {
        examine_in_child(copy, size);
    }
}

void
tool_pool_look(const tool_view_t *view, tool_pool_t *pool)
{
    int              i;
    void            *copy;
    size_t           size = (size_t) (view->size - place_of(view));
    struct timespec  pause = { 0, 20000000 };

    memset(pool, 0, sizeof(*pool));

    if (size < sizeof(ngx_slab_pool_t)) {
        return;
    }

    copy = share(size);
    result = share(sizeof(*result));

    for (i = 0; copy != NULL && result != NULL && i < TRIES; i++) {
        look_once(view, copy, size);
        *pool = *result;

        if (!pool->found || pool->sound) {
            break;
        }

        (void) nanosleep(&pause, NULL);
    }

    if (copy != NULL) {
        (void) munmap(copy, size);
    }

    if (result != NULL) {
        (void) munmap(result, sizeof(*result));
    }
}

void
tool_pool_in_json(const tool_pool_t *pool)
{
    const ngx_slab_usage_t  *u = &pool->usage;

    if (!pool->found) {
        printf("\"pool\": null, ");
        return;
    }

    printf("\"pool\": {");

    if (pool->counted) {
        tool_json_number("size", (intmax_t) u->size);
        tool_json_number("live", (intmax_t) u->live);
        tool_json_number("cached", (intmax_t) u->cached);
        tool_json_number("free", (intmax_t) u->free);
        tool_json_number("chunks", (intmax_t) u->chunks);
        tool_json_number("pages", (intmax_t) u->pages);
        tool_json_number("free_pages", (intmax_t) u->free_pages);
        tool_json_number("largest", (intmax_t) u->largest);
        tool_json_number("processes", (intmax_t) u->processes);
        tool_json_number("recovered", (intmax_t) u->recovered);
    }

    tool_json_number("sound", pool->sound);
    printf("\"damage\": ");
    tool_json_string(pool->sound ? "" : pool->words);
    printf("}, ");
}

void
tool_pool_for_people(const tool_t *tool, const tool_pool_t *pool)
{
    char                     buf[32];
    const ngx_slab_usage_t  *u = &pool->usage;

    if (!pool->found) {
        return;
    }

    printf("  a pool: ");
    tool_colored(tool, pool->sound ? 'g' : 'r', "%s",
                 pool->sound ? "sound" : "not sound");
    printf("%s%s\n", pool->sound ? "" : ": ", pool->sound ? "" : pool->words);

    if (!pool->counted) {
        return;
    }

    printf("    %s bytes", tool_bytes(u->size, buf, sizeof(buf)));
    printf(", %zu live in %lu chunks, %zu cached, %zu free\n", u->live,
           (unsigned long) u->chunks, u->cached, u->free);
    printf("    %lu pages, %lu of them free, the longest run %lu\n",
           (unsigned long) u->pages, (unsigned long) u->free_pages,
           (unsigned long) u->largest);
    printf("    used by %lu threads, cleaned up after a death %lu times\n",
           (unsigned long) u->processes, (unsigned long) u->recovered);
}
