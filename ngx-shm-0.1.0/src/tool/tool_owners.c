/*
 * tool_owners.c - chunks and bytes of a pool by process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_owners.h"
#include "tool_options.h"

#include <inttypes.h>
#include <stdlib.h>

/* Its place, or how many there are. */
static size_t
find(const tool_owners_t *owners, ngx_pid_t pid, ngx_heap_view_life_t life)
{
    size_t  i;

    for (i = 0; i < owners->n; i++) {
        if (owners->owner[i].pid == pid && owners->owner[i].life == life) {
            break;
        }
    }

    return i;
}

static tool_owner_t *
find_or_add(tool_owners_t *owners, ngx_pid_t pid, ngx_heap_view_life_t life)
{
    size_t         i = find(owners, pid, life);
    tool_owner_t  *o = &owners->owner[i];

    if (i == owners->n) {
        owners->n++;
        memset(o, 0, sizeof(*o));
        o->pid = pid;
        o->life = life;
    }

    return o;
}

/* There are no more owners than tags. */
void
tool_owners_sum(tool_owners_t *owners, const ngx_heap_view_t *view,
    const ngx_heap_share_t share[NGX_HEAP_VIEW_TAGS])
{
    int                      uses;
    uint32_t                 tag;
    ngx_pid_t                pid;
    tool_owner_t            *o;
    ngx_heap_view_life_t     life;
    const ngx_heap_share_t  *s;

    owners->n = 0;

    for (tag = 1; tag < NGX_HEAP_VIEW_TAGS; tag++) {
        s = &share[tag];
        pid = ngx_heap_view_owner(view, tag, &life, &uses);

        if (!uses && s->chunks == 0 && s->cached_chunks == 0) {
            continue;
        }

        o = find_or_add(owners, pid, life);
        o->threads += (uint32_t) uses;
        o->share.chunks += s->chunks;
        o->share.live += s->live;
        o->share.cached_chunks += s->cached_chunks;
        o->share.cached += s->cached;
    }

    tool_owners_sort(owners, "live", 0);
}

static const char  *orders[] = { "live", "cached", "chunks", "pid" };

#define ORDERS  (sizeof(orders) / sizeof(orders[0]))

const char *
tool_owners_order(size_t i)
{
    return i < ORDERS ? orders[i] : NULL;
}

int
tool_owners_check(const tool_t *tool)
{
    size_t  i;

    for (i = 0; tool->sort != NULL && i < ORDERS; i++) {
        if (strcmp(tool->sort, orders[i]) == 0) {
            return 0;
        }
    }

    return tool->sort == NULL ? 0
           : tool_wrong_usage(tool->sort, "processes are sorted by live,"
                              " cached, chunks or pid");
}

/* qsort() hands no data on. */
static char  sort_key;
static int   sort_sign;

static int
compare(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Sizes from the largest, numbers of processes from the smallest. */
static int
by_key(const void *x, const void *y)
{
    int                  n = 0;
    const tool_owner_t  *a = x, *b = y;

    switch (sort_key) {
    case 'l':
        n = compare(b->share.live, a->share.live);
        break;
    case 'c':
        n = compare(b->share.chunks, a->share.chunks);
        break;
    case 'k':
        n = compare(b->share.cached, a->share.cached);
        break;
    default:
        break;
    }

    n = n != 0 ? n : compare((uint64_t) a->pid, (uint64_t) b->pid);
    return sort_sign * n;
}

void
tool_owners_sort(tool_owners_t *owners, const char *key, int reverse)
{
    sort_key = strcmp(key, "cached") == 0 ? 'k' : *key;
    sort_sign = reverse ? -1 : 1;
    qsort(owners->owner, owners->n, sizeof(owners->owner[0]), by_key);
}

static const char *
name_of(const tool_owner_t *o, char *buf, size_t size)
{
    if (o->pid == 0) {
        (void) snprintf(buf, size, "others");
    } else {
        (void) snprintf(buf, size, "%ld%s", (long) o->pid,
                        o->life == NGX_HEAP_VIEW_GONE ? " (gone)"
                        : o->life == NGX_HEAP_VIEW_ABROAD ? " (elsewhere)"
                        : "");
    }

    return buf;
}

/* Live bytes of the same process a while ago. */
static uint64_t
live_before(const tool_owners_t *before, const tool_owner_t *o)
{
    size_t  i = find(before, o->pid, o->life);

    return i != before->n ? before->owner[i].share.live : 0;
}

void
tool_owners_for_people(const tool_t *tool, const tool_owners_t *owners,
    const tool_owners_t *before)
{
    char                 name[40];
    size_t               i;
    const tool_owner_t  *o;

    if (owners->n == 0) {
        return;
    }

    tool_print("    %-18s %8s %10s %14s %14s%s\n", "process", "threads",
               "chunks", "live bytes", "cached bytes",
               before != NULL ? "      change" : "");

    for (i = 0; i < owners->n; i++) {
        o = &owners->owner[i];
        fputs("    ", tool_out);
        tool_colored(tool, o->life == NGX_HEAP_VIEW_GONE ? 'r' : 0, "%-18s",
                     name_of(o, name, sizeof(name)));
        tool_print(" %8lu %10ju %14ju %14ju",
                   (unsigned long) o->threads, (uintmax_t) o->share.chunks,
                   (uintmax_t) o->share.live, (uintmax_t) o->share.cached);

        if (before != NULL) {
            tool_print(" %+11jd", (intmax_t) o->share.live
                       - (intmax_t) live_before(before, o));
        }

        tool_print("\n");
    }
}

void
tool_owners_in_json(const tool_owners_t *owners)
{
    size_t               i;
    const tool_owner_t  *o;

    printf("\"owners\": [");

    for (i = 0; i < owners->n; i++) {
        o = &owners->owner[i];
        printf("%s{\"pid\": %ld, \"gone\": %d, \"elsewhere\": %d,"
               " \"threads\": %lu, \"chunks\": %ju, \"live\": %ju,"
               " \"cached_chunks\": %ju, \"cached\": %ju}",
               i == 0 ? "" : ", ", (long) o->pid,
               o->life == NGX_HEAP_VIEW_GONE, o->life == NGX_HEAP_VIEW_ABROAD,
               (unsigned long) o->threads, (uintmax_t) o->share.chunks,
               (uintmax_t) o->share.live, (uintmax_t) o->share.cached_chunks,
               (uintmax_t) o->share.cached);
    }

    printf("]");
}
