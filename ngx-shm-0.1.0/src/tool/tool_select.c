/*
 * tool_select.c - filter and sort the list of segments.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"
#include "tool_options.h"

#include <stdlib.h>

static const char  *orders[] = { "name", "size", "user", "age", "attached" };

#define ORDERS  (sizeof(orders) / sizeof(orders[0]))

const char *
tool_list_order(size_t i)
{
    return i < ORDERS ? orders[i] : NULL;
}

int
tool_list_check(const tool_t *tool)
{
    size_t  i;

    for (i = 0; tool->sort != NULL && i < ORDERS; i++) {
        if (strcmp(tool->sort, orders[i]) == 0) {
            return 0;
        }
    }

    return tool->sort == NULL ? 0
           : tool_wrong_usage(tool->sort, "segments are sorted by name, size,"
                              " user, age or attached");
}

/*
 * The kernel tells whether anybody has a file or a System V segment, in any
 * namespace; a segment that is being built is in use.
 */
int
tool_list_is_unused(const entry_t *e)
{
    return e->npids == 0 && !e->attached
           && e->info.state != NGX_SHM_BUILDING;
}

/* Nobody has it, and it will not be missed by whoever made it. */
static int
is_dead(const entry_t *e)
{
    return tool_list_is_unused(e)
           && (e->info.state == NGX_SHM_DEAD
               || (e->info.creator != 0
                   && *tool_gone_words(e->info.creator) != '\0'));
}

int
tool_list_wants(const tool_t *tool, const entry_t *e)
{
    return (!tool->unused || tool_list_is_unused(e))
           && (!tool->dead || is_dead(e))
           && (tool->user == NULL || e->uid == tool->uid);
}

/* qsort() hands no data on. */
static const tool_t  *wishes;

static int
compare(uintmax_t a, uintmax_t b)
{
    return (a > b) - (a < b);
}

/* Names and users upwards; the largest, the oldest, the busiest first. */
static int
in_order(const void *x, const void *y)
{
    int             n = 0;
    const entry_t  *a = x, *b = y;

    switch (wishes->sort != NULL ? wishes->sort[1] : 'a') {
    case 'i':       /* size */
        n = compare(b->info.size, a->info.size);
        break;
    case 's':       /* user */
        n = compare(a->uid, b->uid);
        break;
    case 'g':       /* age */
        n = compare((uintmax_t) a->info.created, (uintmax_t) b->info.created);
        break;
    case 't':       /* attached */
        n = compare(b->npids, a->npids);
        break;
    default:
        break;
    }

    n = n != 0 ? n : strcmp(a->name, b->name);
    return wishes->reverse ? -n : n;
}

void
tool_list_select(const tool_t *tool, list_t *list)
{
    size_t  i, kept = 0;

    for (i = 0; i < list->n; i++) {
        if (tool_list_wants(tool, &list->entries[i])) {
            list->entries[kept++] = list->entries[i];
        }
    }

    list->n = kept;
    wishes = tool;

    if (kept != 0) {
        qsort(list->entries, kept, sizeof(entry_t), in_order);
    }
}
