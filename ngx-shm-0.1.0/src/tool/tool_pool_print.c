/*
 * tool_pool_print.c - print what is known of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_pool.h"

#include <inttypes.h>

static void
sizes_in_json(const tool_pool_t *pool)
{
    int                 i, n = 0;
    const tool_size_t  *s;

    printf("\"sizes\": [");

    for (i = 0; i < TOOL_SIZES; i++) {
        s = &pool->sizes[i];

        if (s->slabs != 0) {
            printf("%s{\"size\": %zu, \"slabs\": %ju, \"pages\": %ju,"
                   " \"chunks\": %ju, \"live\": %ju, \"cached\": %ju}",
                   n++ == 0 ? "" : ", ", s->size, (uintmax_t) s->slabs,
                   (uintmax_t) s->pages, (uintmax_t) s->chunks,
                   (uintmax_t) s->live, (uintmax_t) s->cached);
        }
    }

    printf("], ");
}

static void
stats_in_json(const tool_pool_t *pool)
{
    size_t           size;
    uint32_t         i;
    ngx_slab_stat_t  st;

    printf("\"stats\": [");

    for (i = 0; i < pool->view.nstats; i++) {
        size = ngx_heap_view_stat(&pool->view, i, &st);
        printf("%s{\"size\": %zu, \"total\": %ju, \"used\": %ju,"
               " \"reqs\": %ju, \"fails\": %ju}", i == 0 ? "" : ", ", size,
               (uintmax_t) st.total, (uintmax_t) st.used,
               (uintmax_t) st.reqs, (uintmax_t) st.fails);
    }

    printf("], ");
}

void
tool_pool_in_json(const tool_pool_t *pool)
{
    if (!pool->found) {
        printf("\"pool\": null, ");
        return;
    }

    printf("\"pool\": {");

    if (pool->counted) {
        tool_json_number("size", (intmax_t) pool->view.size);
        tool_json_number("live", (intmax_t) pool->live);
        tool_json_number("cached", (intmax_t) pool->cached);
        tool_json_number("free", (intmax_t) pool->free);
        tool_json_number("chunks", (intmax_t) pool->chunks);
        tool_json_number("cached_chunks", (intmax_t) pool->cached_chunks);
        tool_json_number("pages", (intmax_t) pool->view.npages);
        tool_json_number("free_pages",
                         (intmax_t) pool->pages[NGX_HEAP_VIEW_FREE]);
        tool_json_number("holes", (intmax_t) pool->runs[NGX_HEAP_VIEW_FREE]);
        tool_json_number("largest", (intmax_t) pool->longest);
        tool_json_number("runs", (intmax_t) pool->runs[NGX_HEAP_VIEW_RUN]);
        tool_json_number("processes", (intmax_t) pool->users_n);
        tool_json_number("recovered", (intmax_t) pool->view.recovered);
        tool_json_number("reqs", (intmax_t) pool->reqs);
        tool_json_number("fails", (intmax_t) pool->fails);
        sizes_in_json(pool);
        stats_in_json(pool);
        tool_owners_in_json(&pool->owners);
        printf(", ");
        printf("\"heap_lock\": {");
        tool_lock_in_json(&pool->heap);
        printf("}, \"users_lock\": {");
        tool_lock_in_json(&pool->users);
        printf("}, ");
        tool_locks_in_json(&pool->locks);
        printf(", ");
    }

    tool_json_number("sound", pool->sound);
    tool_json_number("busy", pool->busy);
    printf("\"damage\": ");
    tool_json_string(pool->sound ? "" : pool->words);
    printf("}, ");
}

static void
sizes_for_people(const tool_pool_t *pool)
{
    int                 i, n = 0;
    const tool_size_t  *s;

    for (i = 0; i < TOOL_SIZES; i++) {
        s = &pool->sizes[i];

        if (s->slabs == 0) {
            continue;
        }

        if (n++ == 0) {
            tool_print("    chunks of    slabs    pages       live     cached"
                       "       free  full\n");
        }

        tool_print("    %9zu %8ju %8ju %10ju %10ju %10ju  %3.0f%%\n", s->size,
                   (uintmax_t) s->slabs, (uintmax_t) s->pages,
                   (uintmax_t) s->live, (uintmax_t) s->cached,
                   (uintmax_t) (s->chunks - s->live - s->cached),
                   s->chunks != 0
                   ? 100.0 * (double) s->live / (double) s->chunks : 0);
    }
}

void
tool_pool_for_people(const tool_t *tool, const tool_view_t *view,
    const tool_pool_t *pool)
{
    char  buf[32];

    if (!pool->found) {
        return;
    }

    tool_print("  a pool at %s%jx: ", view->address != 0 ? "address 0x" : "0x",
               (uintmax_t) (view->address + view->pool));
    tool_colored(tool, pool->sound ? 'g' : pool->busy ? 'y' : 'r', "%s",
                 pool->sound ? "sound" : pool->busy ? "busy" : "not sound");
    tool_print("%s", pool->sound ? "" : ": ");
    tool_put_text(tool_out, pool->sound ? ""
                  : pool->busy ? "it changes too fast to be checked without"
                                 " its lock" : pool->words);
    tool_print("\n");

    if (!pool->counted) {
        return;
    }

    tool_print("    %s bytes", tool_bytes(pool->view.size, buf, sizeof(buf)));
    tool_print(", %ju live in %ju chunks, %ju cached, %ju free\n",
               (uintmax_t) pool->live, (uintmax_t) pool->chunks,
               (uintmax_t) pool->cached, (uintmax_t) pool->free);
    tool_print("    %lu pages, %ju of them free in %ju holes, the longest run"
               " %ju; %ju live runs\n", (unsigned long) pool->view.npages,
               (uintmax_t) pool->pages[NGX_HEAP_VIEW_FREE],
               (uintmax_t) pool->runs[NGX_HEAP_VIEW_FREE],
               (uintmax_t) pool->longest,
               (uintmax_t) pool->runs[NGX_HEAP_VIEW_RUN]);
    tool_print("    used by %ju thread%s; cleaned up after a death %lu"
               " times\n", (uintmax_t) pool->users_n,
               pool->users_n == 1 ? "" : "s",
               (unsigned long) pool->view.recovered);
    tool_lock_for_people(tool, "of the heap", &pool->heap);
    tool_lock_for_people(tool, "of its users", &pool->users);
    tool_locks_for_people(tool, &pool->locks);
    tool_owners_for_people(tool, &pool->owners, NULL);
    sizes_for_people(pool);
}
