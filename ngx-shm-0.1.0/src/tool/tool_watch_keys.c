/*
 * tool_watch_keys.c - the keys of ngx-shm watch, and its help.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"
#include "tool_watch.h"

const char *
tool_watch_order(const watch_t *w, size_t i)
{
    return w->target != NULL ? tool_owners_order(i) : tool_list_order(i);
}

static void
sort_by(watch_t *w, size_t i)
{
    if (tool_watch_order(w, i) != NULL) {
        w->tool.sort = tool_watch_order(w, i);
    }
}

static void
sort_by_next(watch_t *w)
{
    size_t       i;
    const char  *next;

    for (i = 0; tool_watch_order(w, i) != NULL; i++) {
        if (strcmp(tool_watch_order(w, i), w->tool.sort) == 0) {
            break;
        }
    }

    next = tool_watch_order(w, i) != NULL ? tool_watch_order(w, i + 1) : NULL;
    w->tool.sort = next != NULL ? next : tool_watch_order(w, 0);
}

static void
open_chosen(watch_t *w)
{
    static char  name[TOOL_NAME];

    if (w->target == NULL && w->chosen[0] != '\0') {
        (void) snprintf(name, sizeof(name), "%s", w->chosen);
        w->target = name;
        w->from_list = 1;
        w->n = 0;
        w->tool.sort = tool_owners_order(0);
        w->tool.reverse = 0;
        tool_kept_error = w->said;
        tool_screen_scroll(-1000000, 0);
    }
}

void
tool_watch_back(watch_t *w)
{
    if (w->from_list) {
        w->target = NULL;
        w->from_list = 0;
        w->tool.sort = tool_list_order(0);
        w->tool.reverse = 0;
        tool_kept_error = NULL;
    }
}

static void
change_interval(watch_t *w, double factor)
{
    double  interval = w->tool.interval * factor;

    if (interval >= 0.05 && interval <= 3600) {
        w->tool.interval = interval;
    }
}

static void
move(watch_t *w, long lines, long pages)
{
    if (w->target == NULL && !w->help) {
        w->cursor += lines + pages * 10;
        w->cursor = w->cursor < 0 ? 0 : w->cursor;
    } else {
        tool_screen_scroll(lines, pages);
    }
}

/* 1: it moves the cursor, or scrolls. */
static int
is_move(watch_t *w, int key)
{
    switch (key) {
    case TOOL_UP:
    case 'k':
        move(w, -1, 0);
        return 1;
    case TOOL_DOWN:
    case 'j':
        move(w, 1, 0);
        return 1;
    case TOOL_PAGE_UP:
        move(w, 0, -1);
        return 1;
    case TOOL_PAGE_DOWN:
        move(w, 0, 1);
        return 1;
    case TOOL_HOME:
        move(w, -1000000, 0);
        return 1;
    case TOOL_LAST:
        move(w, 1000000, 0);
        return 1;
    default:
        return 0;
    }
}

int
tool_watch_key(watch_t *w, int key)
{
    w->said[0] = '\0';

    if (is_move(w, key)) {
        return 1;
    }

    switch (key) {
    case 'h':
    case '?':
        w->help = !w->help;
        break;
    case 's':
        sort_by_next(w);
        break;
    case 'r':
        w->tool.reverse = !w->tool.reverse;
        break;
    case '+':
        change_interval(w, 0.5);
        break;
    case '-':
        change_interval(w, 2);
        break;
    case '\n':
    case '\r':
    case TOOL_RIGHT:
        open_chosen(w);
        break;
    case TOOL_ESCAPE:
    case TOOL_LEFT:
    case 0x7f:
        if (w->help) {
            w->help = 0;
        } else {
            tool_watch_back(w);
        }
        break;
    default:
        if (key >= '1' && key <= '9') {
            sort_by(w, (size_t) (key - '1'));
        }
        break;
    }

    return 0;
}

void
tool_watch_help(const watch_t *w)
{
    size_t  i;

    tool_print("ngx-shm watch\n\n"
               "  q            quit\n"
               "  h ?          this text, and back\n"
               "  s            sort by the next column: ");

    for (i = 0; tool_watch_order(w, i) != NULL; i++) {
        tool_print("%s%s", i == 0 ? "" : ", ", tool_watch_order(w, i));
    }

    tool_print("\n  1 2 3...     sort by that one of them\n"
               "  r            the other way round\n"
               "  space        look now\n"
               "  + -          look more or less often\n"
               "  up down      choose a segment, or scroll; page up and down,"
               " home, end\n"
               "  enter        look into the segment\n"
               "  escape       back to the list of segments\n");
}

const char *
tool_watch_below(const watch_t *w, char *buf, size_t size)
{
    const char  *on = w->tool.color ? "\033[7m" : "";
    const char  *off = w->tool.color ? "\033[0m" : "";

    if (!tool_screen_has_keys()) {
        return "";
    }

    if (w->said[0] != '\0') {
        (void) snprintf(buf, size, "%s%s%s", on, w->said, off);
        return buf;
    }

    (void) snprintf(buf, size, "%s q quit  h help  s sorted by %s%s  r reverse"
                    "  + - every %g s %s%s", on, w->tool.sort,
                    w->tool.reverse ? ", reversed" : "", w->tool.interval,
                    w->from_list ? " esc back " : "", off);
    return buf;
}
