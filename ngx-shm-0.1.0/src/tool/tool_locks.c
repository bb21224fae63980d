/*
 * tool_locks.c - find the locks in the memory of a pool, and print their state.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_locks.h"

#include <inttypes.h>

#define WINDOW  65536           /* bytes read at once */

typedef struct {
    const tool_view_t      *view;
    const ngx_heap_view_t  *pool;
    ngx_heap_run_t          run;
    uint64_t                begin, end;     /* of the run, from the pool */
    tool_locks_t           *locks;
} search_t;

/* Is there room for a lock, from here to the end of a live chunk? */
static int
is_in_chunk(const search_t *s, uint64_t offset, size_t len)
{
    uint64_t  size = s->run.kind == NGX_HEAP_VIEW_SLAB ? s->run.size
                                                       : s->end - s->begin;
    uint64_t  n = (offset - s->begin) / size;

    return (offset - s->begin) % size + len <= size
           && (s->run.kind != NGX_HEAP_VIEW_SLAB
               || ngx_heap_view_is_live(s->pool, &s->run, n));
}

static void
take(search_t *s, uint64_t offset, const void *p, size_t len)
{
    ngx_shmtx_t     mutex;
    tool_lock_t    *lock;
    ngx_shmtx_sh_t  copy;

    if (s->locks->n++ >= TOOL_LOCKS) {
        return;
    }

    lock = &s->locks->lock[s->locks->n - 1];
    lock->offset = offset;
    memset(&copy, 0, sizeof(copy));
    memcpy(&copy, p, len < sizeof(copy) ? len : sizeof(copy));
    memset(&mutex, 0, sizeof(mutex));
    mutex.lock = &copy.lock;
    ngx_shmtx_stat(&mutex, &lock->stat);
}

/* Two windows overlap by a lock but for its first bytes. */
static void
search_run(search_t *s)
{
    size_t           i, n, len = sizeof(ngx_shmtx_sh_t);
    uint64_t         offset = s->begin, next;
    static uint64_t  window[WINDOW / sizeof(uint64_t)];

    while (offset + len <= s->end) {
        next = tool_view_skip(s->view, s->view->pool + offset)
               - s->view->pool;
        offset = next > offset ? next & ~(uint64_t) 7 : offset;

        if (offset + len > s->end) {
            break;
        }

        n = s->end - offset < WINDOW ? (size_t) (s->end - offset) : WINDOW;
        n = tool_view_read(s->view, s->view->pool + offset, window, n);

        for (i = 0; i + len <= n; i += sizeof(uint64_t)) {
            if (ngx_heap_view_is_lock(s->pool, &window[i / sizeof(uint64_t)])
                && is_in_chunk(s, offset + i, len))
            {
                take(s, offset + i, &window[i / sizeof(uint64_t)], len);
            }
        }

        if (n < len) {
            break;
        }

        offset += i;
    }
}

void
tool_locks_find(const tool_view_t *view, const ngx_heap_view_t *pool,
    tool_locks_t *locks)
{
    search_t  s;
    uint32_t  page;

    memset(&s, 0, sizeof(s));
    s.view = view;
    s.pool = pool;
    s.locks = locks;
    locks->n = 0;

    for (page = 0; page < pool->npages; page += s.run.pages) {
        ngx_heap_view_run(pool, page, &s.run);
        s.begin = pool->head + (uint64_t) page * NGX_HEAP_VIEW_PAGE;
        s.end = s.begin + (uint64_t) s.run.pages * NGX_HEAP_VIEW_PAGE;

        if (s.run.kind == NGX_HEAP_VIEW_RUN
            || (s.run.kind == NGX_HEAP_VIEW_SLAB
                && s.run.size >= sizeof(ngx_shmtx_sh_t)))
        {
            search_run(&s);
        }
    }
}

/* The process that holds it, and whether that will ever let it go. */
void
tool_lock_for_people(const tool_t *tool, const char *what,
    const ngx_shmtx_stat_t *st)
{
    int  rests;

    tool_print("    lock %s: ", what);

    if (st->tid == 0 && st->pid == 0) {
        tool_print("free");

    } else {
        rests = st->dead ? 'Z' : tool_process_rests(st->pid);
        tool_colored(tool, rests ? 'r' : 'y', "held by process %ld%s",
                     (long) st->pid, tool_rests_words(rests));
        tool_print("%s", rests == 'Z' || rests == 'X'
                         ? ": the next owner repairs what it left" : "");

        if (st->held_ms > 0) {
            tool_print(", waited for since %.1f s",
                       (double) st->held_ms / 1e3);
        }
    }

    tool_print("; %ju times taken, %ju not at once, %ju after a death\n",
               (uintmax_t) st->acquired, (uintmax_t) st->contended,
               (uintmax_t) st->recovered);
}

void
tool_locks_for_people(const tool_t *tool, const tool_locks_t *locks)
{
    char    what[64];
    size_t  i;

    for (i = 0; i < locks->n && i < TOOL_LOCKS; i++) {
        (void) snprintf(what, sizeof(what), "found at 0x%jx in it",
                        (uintmax_t) locks->lock[i].offset);
        tool_lock_for_people(tool, what, &locks->lock[i].stat);
    }

    if (locks->n > TOOL_LOCKS) {
        tool_print("    and %zu more locks\n", locks->n - TOOL_LOCKS);
    }
}

void
tool_lock_in_json(const ngx_shmtx_stat_t *st)
{
    tool_json_text("kind", st->kind);
    tool_json_number("owner", (intmax_t) st->pid);
    tool_json_number("dead", (intmax_t) st->dead);
    tool_json_number("held_ms", (intmax_t) st->held_ms);
    tool_json_number("acquired", (intmax_t) st->acquired);
    tool_json_number("contended", (intmax_t) st->contended);
    tool_json_number("misused", (intmax_t) st->misused);
    printf("\"recovered\": %ju", (uintmax_t) st->recovered);
}

void
tool_locks_in_json(const tool_locks_t *locks)
{
    size_t  i;

    tool_json_number("locks_found", (intmax_t) locks->n);
    printf("\"locks\": [");

    for (i = 0; i < locks->n && i < TOOL_LOCKS; i++) {
        printf("%s{", i == 0 ? "" : ", ");
        tool_json_number("offset", (intmax_t) locks->lock[i].offset);
        tool_lock_in_json(&locks->lock[i].stat);
        printf("}");
    }

    printf("]");
}
