/*
 * tool_stat.c - ngx-shm stat, check: print and check a segment, also a damaged
 * one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_metrics.h"
#include "tool_pool.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * A builder has a lock while it lives; not known of System V segments.  A pool
 * may be there without a header.
 */
static const char *
state_of(const tool_view_t *view)
{
    if (view->why.err != 0) {
        return view->has_head || view->pool == NO_POOL ? "damaged" : "bare";
    }

    if (view->head.state == NGX_SHM_READY) {
        return "ready";
    }

    if (!view->locks
        || ngx_named_lock_query(view->fd, NGX_NAMED_BUILDER, F_RDLCK)
           == F_WRLCK)
    {
        return "building";
    }

    return "dead";
}

static int
is_attached(const tool_view_t *view)
{
    return view->locks
           && ngx_named_lock_query(view->fd, NGX_NAMED_USERS, F_WRLCK)
              != F_UNLCK;
}

static void
stat_in_json(const tool_view_t *view, const tool_pool_t *pool,
    const tool_metrics_t *metrics)
{
    const ngx_named_header_t  *head = &view->head;

    printf("{");
    tool_json_text("name", view->name);
    tool_json_text("label", view->label);
    tool_json_text("state", state_of(view));
    tool_json_number("bytes", (intmax_t) view->size);

    if (view->why.err == 0) {
        tool_json_number("size", (intmax_t) (head->size - head->offset));
        tool_json_number("offset", (intmax_t) head->offset);
        tool_json_number("max_size", (intmax_t) (head->max_size
                                                 - head->offset));
        tool_json_number("version", head->version);
        tool_json_number("word_size", head->word_size);
        tool_json_number("page_size", head->page_size);
        tool_json_number("generation", head->generation);
        tool_json_number("creator", (intmax_t) head->creator);
        tool_json_number("created", (intmax_t) head->created);

        if (view->locks) {
            tool_json_number("attached", is_attached(view));
        }
    }

    tool_pool_in_json(pool);

    if (metrics != NULL) {
        tool_metrics_in_json(metrics);
    }

    printf("\"damage\": ");
    tool_json_string(view->why.err != 0 ? view->why.call : "");
    printf("}\n");
}

static void
head_for_people(const tool_view_t *view)
{
    char                       buf[32], when[32];
    const ngx_named_header_t  *head = &view->head;

    tool_print("  made %s by process %ju%s, generation %u\n",
               tool_time((int64_t) head->created, when, sizeof(when)),
               (uintmax_t) head->creator,
               tool_gone_words((pid_t) head->creator), head->generation);
    tool_print("  %s bytes for its users",
               tool_bytes(head->size - head->offset, buf, sizeof(buf)));
    tool_print(", may grow to %s in place\n",
               tool_bytes(head->max_size - head->offset, buf, sizeof(buf)));
    tool_print("  format %u, words of %u bytes, pages of %u\n",
               head->version, head->word_size, head->page_size);

    if (view->locks) {
        tool_print("  %s has it attached\n",
                   is_attached(view) ? "somebody" : "nobody");
    }
}

void
tool_view_title(const tool_t *tool, const tool_view_t *view)
{
    char         buf[32];
    const char  *state = state_of(view);

    tool_put_name(tool, view->name, view->label);
    tool_print(": ");
    tool_colored(tool, strcmp(state, "ready") == 0 ? 'g'
                       : strcmp(state, "bare") == 0 ? 'b' : 'r', "%s", state);
    tool_print(", %s bytes in all\n",
               tool_bytes(view->size, buf, sizeof(buf)));
}

void
tool_view_for_people(const tool_t *tool, const tool_view_t *view)
{
    tool_view_title(tool, view);

    if (view->why.err == 0) {
        head_for_people(view);

    } else if (strcmp(state_of(view), "bare") != 0) {
        tool_print("  %s\n", view->why.call);
    }
}

/* What is wrong, NULL if nothing is: the pool counts, also in a bare file. */
static const char *
damage_of(const tool_view_t *view, const tool_pool_t *pool)
{
    const char  *state = state_of(view);

    if (pool->found && !pool->sound) {
        return pool->words;
    }

    if (strcmp(state, "damaged") == 0) {
        return view->why.call;
    }

    return strcmp(state, "ready") == 0 || strcmp(state, "bare") == 0
           ? NULL : "it is not ready";
}

static int
stat_one(const tool_t *tool, const tool_view_t *view, const tool_pool_t *pool)
{
    tool_metrics_t  metrics;

    memset(&metrics, 0, sizeof(metrics));
    tool_metrics_find(view, &metrics);

    if (tool->json) {
        stat_in_json(view, pool, &metrics);
    } else {
        tool_view_for_people(tool, view);
        tool_pool_for_people(tool, view, pool);
        tool_metrics_for_people(tool, &metrics, NULL);
    }

    tool_metrics_free(&metrics);

    return pool->busy || damage_of(view, pool) == NULL ? TOOL_YES : TOOL_NO;
}

static int
check_one(const tool_t *tool, const tool_view_t *view, const tool_pool_t *pool)
{
    const char  *damage = damage_of(view, pool);

    if (pool->busy) {
        return tool_cannot("check", view->name, "it changes too fast to be"
                           " checked without its lock", "try again");
    }

    if (tool->json) {
        stat_in_json(view, pool, NULL);

    } else {
        tool_put_text(stdout, view->name);
        printf(": ");
        tool_colored(tool, damage == NULL ? 'g' : 'r', "%s",
                     damage == NULL ? "sound"
                     : pool->found ? "damaged" : state_of(view));
        printf("%s", damage != NULL ? ": " : "");
        tool_put_text(stdout, damage != NULL ? damage : "");
        putchar('\n');
    }

    return damage == NULL ? TOOL_YES : TOOL_NO;
}

/* Each thing that the name stands for; the worst answer is that of all. */
static int
look_at_all(const tool_t *tool, int (*look)(const tool_t *tool,
    const tool_view_t *view, const tool_pool_t *pool))
{
    int           one, status = TOOL_YES;
    size_t        i;
    tool_pool_t  *pool = malloc(sizeof(*pool));
    tool_views_t  views;

    if (pool == NULL || tool_views_open(&views, tool->args[0]) != 0) {
        free(pool);
        return TOOL_TROUBLE;
    }

    if (tool->json && views.n != 1) {
        printf("[");
    }

    for (i = 0; i < views.n; i++) {
        printf("%s", tool->json && i != 0 ? ", " : "");
        tool_pool_look(&views.v[i], pool);

        if (look == stat_one && pool->counted) {
            tool_locks_find(&views.v[i], &pool->view, &pool->locks);
        }

        one = look(tool, &views.v[i], pool);
        status = one > status ? one : status;
        tool_pool_close(pool);
    }

    if (tool->json && views.n != 1) {
        printf("]\n");
    }

    status = views.n != 0 ? status : TOOL_NO;
    tool_views_close(&views);
    free(pool);
    return status;
}

static int
print_openmetrics(const tool_t *tool)
{
    int           status;
    size_t        i;
    tool_views_t  views;

    if (tool_views_open(&views, tool->args[0]) != 0) {
        return TOOL_TROUBLE;
    }

    status = tool_metrics_openmetrics(&views);

    for (i = 0; status == TOOL_YES && i < views.n; i++) {
        status = strcmp(state_of(&views.v[i]), "damaged") == 0 ? TOOL_NO
                                                               : TOOL_YES;
    }

    tool_views_close(&views);
    return status;
}

int
tool_stat(const tool_t *tool)
{
    return tool->openmetrics ? print_openmetrics(tool)
                             : look_at_all(tool, stat_one);
}

int
tool_check(const tool_t *tool)
{
    return look_at_all(tool, check_one);
}
