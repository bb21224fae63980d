/*
 * tool_locks.c - find the locks in the memory of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_locks.h"

#define WINDOW  65536           /* bytes read at once */

typedef struct {
    const tool_view_t      *view;
    const ngx_heap_view_t  *pool;
    ngx_heap_run_t          run;
    uint64_t                begin, end;     /* of the run, from the pool */
    tool_locks_t           *locks;
} search_t;

/* The bytes from here to the end of a live chunk; 0: there is none. */
static size_t
room_in_chunk(const search_t *s, uint64_t offset)
{
    uint64_t  size = s->run.kind == NGX_HEAP_VIEW_SLAB ? s->run.size
                                                       : s->end - s->begin;
    uint64_t  n = (offset - s->begin) / size;

    if (s->run.kind == NGX_HEAP_VIEW_SLAB
        && !ngx_heap_view_is_live(s->pool, &s->run, n))
    {
        return 0;
    }

    return (size_t) (size - (offset - s->begin) % size);
}

static void
take(search_t *s, uint64_t offset, const void *p, size_t len, size_t room)
{
    ngx_shmtx_t     mutex;
    tool_lock_t    *lock;
    ngx_shmtx_sh_t  copy;

    if (s->locks->n++ >= TOOL_LOCKS) {
        return;
    }

    lock = &s->locks->lock[s->locks->n - 1];
    memset(lock, 0, sizeof(*lock));
    lock->offset = offset;
    memset(&copy, 0, sizeof(copy));
    memcpy(&copy, p, len < sizeof(copy) ? len : sizeof(copy));
    memset(&mutex, 0, sizeof(mutex));
    mutex.lock = &copy.lock;
    ngx_shmtx_stat(&mutex, &lock->stat);
    tool_rwlock_look(s->view, s->view->pool + offset, room, lock);
}

/* Two windows overlap by a lock but for its first bytes. */
static void
search_run(search_t *s)
{
    size_t           i, n, room, len = sizeof(ngx_shmtx_sh_t);
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
            if (!ngx_heap_view_is_lock(s->pool,
                                       &window[i / sizeof(uint64_t)]))
            {
                continue;
            }

            room = room_in_chunk(s, offset + i);

            if (room >= len) {
                take(s, offset + i, &window[i / sizeof(uint64_t)], len, room);
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
