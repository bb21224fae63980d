/*
 * tool_find.c - find segments and pools in bytes: at their expected place, then
 * anywhere, by the magic of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_view.h"
#include "tool_heap_view.h"

#include <stdlib.h>
#include <unistd.h>

#define CHUNK  ((size_t) 1 << 20)
#define MANY   1000             /* pools in one stretch; more are no pools */

size_t
tool_view_read(const tool_view_t *view, uint64_t offset, void *buf, size_t len)
{
    size_t   done = 0;
    ssize_t  n;

    if (offset >= view->size) {
        return 0;
    }

    if (len > view->size - offset) {
        len = (size_t) (view->size - offset);
    }

    if (view->fd == -1) {
        memcpy(buf, view->addr + offset, len);
        return len;
    }

    while (done < len) {
        n = pread(view->fd, (char *) buf + done, len - done,
                  (off_t) (view->begin + offset + done));
        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            break;
        }

        done += (size_t) n;
    }

    return done;
}

size_t
tool_view_page(const tool_view_t *view)
{
    size_t  page = view->head.page_size;

    if (view->why.err == 0 && page >= 512 && page <= 1 << 20) {
        return page;
    }

    return (size_t) sysconf(_SC_PAGESIZE);
}

static void
add(tool_views_t *views, const tool_view_t *view)
{
    tool_view_t  *v = realloc(views->v, (views->n + 1) * sizeof(*v));

    if (v == NULL) {
        exit(tool_cannot("read", view->name, strerror(errno),
                         "free some memory"));
    }

    views->v = v;
    v[views->n++] = *view;
}

/* What is at offset looks like a pool in how many ways? */
static unsigned
signs_at(const tool_view_t *view, uint64_t offset)
{
    size_t    least = ngx_heap_view_least();
    uint64_t  start[512];       /* aligned, and large enough */

    if (least > sizeof(start)
        || tool_view_read(view, offset, start, least) != least)
    {
        return 0;
    }

    return ngx_heap_view_signs(start, view->address != 0
                                      ? view->address + offset
                                      : view->begin + offset);
}

int
tool_find_pool_at(const tool_view_t *view, uint64_t offset)
{
    return signs_at(view, offset) >= 3;
}

/* How far the pool at offset reaches, if it can be believed. */
static uint64_t
end_of(const tool_view_t *view, uint64_t offset)
{
    uint64_t         start[512];
    ngx_heap_view_t  pool;

    if (tool_view_read(view, offset, start, ngx_heap_view_least()) != 0
        && ngx_heap_view_open(&pool, start) == NULL
        && pool.size <= view->size - offset)
    {
        return offset + pool.size;
    }

    return offset + ngx_heap_view_least();
}

static void
add_pool(tool_views_t *views, const tool_view_t *view, uint64_t offset)
{
    tool_view_t  found = *view;

    found.pool = offset;
    add(views, &found);
}

#define IN_MEMORY  ((uint64_t) 3 << 62)     /* or swapped out */

/* To read what a process has not touched would give it memory. */
static uint64_t
skip_untouched(const tool_view_t *view, uint64_t offset)
{
    size_t          i, n, page = (size_t) sysconf(_SC_PAGESIZE);
    ssize_t         got;
    uint64_t        address = view->address + offset, map[512];

    while (offset < view->size) {
        got = pread(view->pagemap, map, sizeof(map),
                    (off_t) (address / page * sizeof(map[0])));
        n = got > 0 ? (size_t) got / sizeof(map[0]) : 0;

        for (i = 0; i < n; i++) {
            if (map[i] & IN_MEMORY) {
                return address - view->address;
            }

            address = (address / page + 1) * page;
        }

        if (n == 0) {
            break;
        }

        offset = address - view->address;
    }

    return view->size;
}

/* The next place with data: a hole in a file need not be read. */
uint64_t
tool_view_skip(const tool_view_t *view, uint64_t offset)
{
#if defined(SEEK_DATA)
    off_t  next;

    if (view->locks) {
        next = lseek(view->fd, (off_t) (view->begin + offset), SEEK_DATA);

        if (next == -1) {
            return errno == ENXIO ? view->size : offset;
        }

        if ((uint64_t) next > view->begin + offset) {
            return ((uint64_t) next - view->begin) & ~(uint64_t) 7;
        }
    }
#endif

    return view->pagemap != -1 ? skip_untouched(view, offset) : offset;
}

/* The next pool from offset on, whose magic is to be found; or NO_POOL. */
static uint64_t
search(const tool_view_t *view, uint64_t offset, uint64_t *buf)
{
    size_t    i, n, at, page = (size_t) sysconf(_SC_PAGESIZE);
    size_t    most = view->pagemap != -1 ? page : CHUNK;
    uint64_t  magic = ngx_heap_view_magic(&at), place;

    offset += at;

    for ( ;; ) {
        offset = tool_view_skip(view, offset);
        n = tool_view_read(view, offset, buf, most - (size_t) (offset % most))
            / sizeof(*buf);

        if (n == 0) {
            return NO_POOL;
        }

        for (i = 0; i < n; i++) {
            place = offset + i * sizeof(*buf) - at;

            if (buf[i] == magic && signs_at(view, place) >= 4) {
                return place;
            }
        }

        offset += n * sizeof(*buf);
    }
}

static size_t
find_pools(tool_views_t *views, const tool_view_t *view, uint64_t expected)
{
    size_t     n = 0;
    uint64_t   place = 0, *buf = malloc(CHUNK);

    if (buf == NULL) {
        exit(tool_cannot("read", view->name, strerror(errno),
                         "free some memory"));
    }

    if (tool_find_pool_at(view, expected)) {
        add_pool(views, view, expected);
        n++;
        place = ngx_align(end_of(view, expected), (uint64_t) 8);
    }

    while (n < MANY && (place = search(view, place, buf)) != NO_POOL) {
        add_pool(views, view, place);
        n++;
        place = ngx_align(end_of(view, place), (uint64_t) 8);
    }

    free(buf);
    return n;
}

/* Its magic, or what stands behind that. */
static int
looks_like(const ngx_named_header_t *head)
{
    return memcmp(head->magic, NGX_NAMED_MAGIC, sizeof(head->magic)) == 0
           || (head->version == NGX_NAMED_VERSION
               && head->order == NGX_NAMED_ORDER
               && head->word_size == sizeof(void *));
}

void
tool_find(tool_views_t *views, const tool_view_t *stretch, int anything)
{
    uint64_t     expected = 0;
    tool_view_t  view = *stretch;

    view.pool = NO_POOL;

    if (tool_view_read(&view, 0, &view.head, sizeof(view.head))
        != sizeof(view.head))
    {
        memset(&view.head, 0, sizeof(view.head));
        (void) ngx_named_object(&view.why, EBADMSG,
                                "it is too small for a header", "");
    } else {
        (void) ngx_named_header_check(&view.head, view.size, &view.why);
        view.has_head = view.why.err == 0 || looks_like(&view.head);
    }

    if (view.has_head) {
        expected = view.why.err == 0 ? view.head.offset
                                     : (uint64_t) sysconf(_SC_PAGESIZE);
    }

    if (find_pools(views, &view, expected) == 0
        && (anything || view.has_head))
    {
        add(views, &view);
    }
}
