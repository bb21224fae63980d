/*
 * tool_watch.c - ngx-shm watch: like top, for a pool (its use, its owners, the
 * rates of change) or for all segments.
 *
 * On a terminal each picture is one write that replaces the last picture, and
 * keys choose contents and order.  Elsewhere pictures follow each other.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"
#include "tool_watch.h"

#include <stdlib.h>

static void
take(sample_t *s, const tool_view_t *view)
{
    uint32_t  i;

    tool_pool_open(view, &s->pool);
    memset(&s->metrics, 0, sizeof(s->metrics));
    tool_metrics_find(view, &s->metrics);
    s->when = tool_now();
    s->n = s->pool.counted && s->pool.view.nstats < TOOL_STATS
           ? s->pool.view.nstats : 0;

    for (i = 0; i < s->n; i++) {
        s->size[i] = ngx_heap_view_stat(&s->pool.view, i, &s->stats[i]);
    }

    tool_pool_close(&s->pool);
}

static void
look_at(watch_t *w, const tool_view_t *view, sample_t *last, int first)
{
    sample_t         next;
    tool_metrics_t   before = last->metrics;
    const tool_t    *tool = &w->tool;

    take(&next, view);
    tool_owners_sort(&next.pool.owners, tool->sort, tool->reverse);

    if (first || last->pool.counted == 0) {
        *last = next;
    }

    if (tool->json) {
        tool_watch_json(view, last, &next);

    } else if (next.pool.counted) {
        tool_view_title(tool, view);
        tool_watch_pool(tool, last, &next);

    } else {
        tool_view_for_people(tool, view);
    }

    if (!tool->json) {
        tool_metrics_for_people(tool, &next.metrics, first ? NULL : &before);
    }

    tool_metrics_free(&before);
    *last = next;
}

static void
forget(watch_t *w)
{
    size_t  i;

    for (i = 0; w->samples != NULL && i < w->n; i++) {
        tool_metrics_free(&w->samples[i].metrics);
    }

    free(w->samples);
    w->samples = NULL;
}

static int
look_at_target(watch_t *w)
{
    int           first;
    size_t        i;
    tool_views_t  views;

    if (tool_views_open(&views, w->target) != 0) {
        return TOOL_TROUBLE;
    }

    first = views.n != w->n;

    if (first) {
        forget(w);
        w->n = views.n;
        w->samples = calloc(views.n != 0 ? views.n : 1, sizeof(sample_t));
    }

    for (i = 0; w->samples != NULL && i < views.n; i++) {
        look_at(w, &views.v[i], &w->samples[i], first);
    }

    tool_views_close(&views);
    return TOOL_YES;
}

/* The cursor stays with its segment, wherever that is sorted to. */
static void
find_cursor(watch_t *w, const list_t *list)
{
    size_t  i;

    for (i = 0; i < list->n; i++) {
        if (strcmp(list->entries[i].name, w->chosen) == 0) {
            w->cursor = (long) i;
            break;
        }
    }

    w->listed = (long) list->n;
    w->cursor = w->cursor >= w->listed ? w->listed - 1 : w->cursor;
    w->cursor = w->cursor < 0 ? 0 : w->cursor;
    w->chosen[0] = '\0';

    if (list->n != 0) {
        (void) snprintf(w->chosen, sizeof(w->chosen), "%s",
                        list->entries[w->cursor].name);
    }
}

static int
look_at_list(watch_t *w, int moved)
{
    size_t     i;
    list_t     list = { NULL, 0, 0 };
    uintmax_t  sum = 0;
    unsigned   unused = 0;

    tool_seek_all(&list);
    tool_list_select(&w->tool, &list);

    if (moved) {
        w->chosen[0] = '\0';
    }

    find_cursor(w, &list);

    for (i = 0; i < list.n; i++) {
        sum += list.entries[i].info.size;
        unused += tool_list_is_unused(&list.entries[i]) != 0;
    }

    tool_print("%zu segments of %ju KiB in all, %u of them unused\n", list.n,
               (sum + 1023) / 1024, unused);
    tool_list_table(&w->tool, &list, w->cursor);
    tool_screen_show(w->cursor);
    free(list.entries);
    return TOOL_YES;
}

static int
draw(watch_t *w, int moved)
{
    int   status = TOOL_YES;
    char  buf[640];

    tool_screen_begin();

    if (w->help) {
        tool_watch_help(w);
    } else if (w->target != NULL) {
        status = look_at_target(w);
    } else if (w->screen) {
        status = look_at_list(w, moved);
    } else {
        status = tool_list(&w->tool);
    }

    /* One that was chosen is gone, or may not be looked at: back to the list */
    if (status == TOOL_TROUBLE && w->from_list) {
        (void) tool_screen_end("");
        tool_watch_back(w);
        return draw(w, 0);
    }

    return tool_screen_end(tool_watch_below(w, buf, sizeof(buf))) == -1
           ? TOOL_TROUBLE : status;
}

static int
watch(watch_t *w)
{
    int     key = TOOL_TIME, moved = 0, status = TOOL_YES;
    long    looks = 0;
    double  next = tool_now();

    while (key != TOOL_END && key != 'q' && key != 'Q') {
        status = draw(w, moved);

        if (status == TOOL_TROUBLE
            || (key == TOOL_TIME && ++looks == w->tool.count))
        {
            break;
        }

        next = key == TOOL_TIME ? tool_now() + w->tool.interval : next;

        key = tool_screen_wait(next);
        moved = key > 0 && tool_watch_key(w, key);
    }

    return status;
}

int
tool_watch(const tool_t *tool)
{
    int           status;
    watch_t      *w = calloc(1, sizeof(*w));
    static char   frame[1 << 16];

    if (w == NULL) {
        return tool_error("cannot watch", strerror(errno), "free some memory");
    }

    w->tool = *tool;
    w->target = tool->nargs != 0 ? tool->args[0] : NULL;
    status = w->target != NULL ? tool_owners_check(tool)
                               : tool_list_check(tool);

    if (status == TOOL_YES) {
        w->tool.sort = tool->sort != NULL ? tool->sort : tool_watch_order(w, 0);
        w->screen = tool_screen_enter(!tool->json);

        if (w->screen) {
            (void) setvbuf(stdout, frame, _IOFBF, sizeof(frame));
        }

        status = watch(w);
        tool_screen_leave();
    }

    forget(w);
    free(w);
    return status;
}
