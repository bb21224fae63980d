/*
 * tool_watch_print.c - print the difference between two samples of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_watch.h"

#define BAR  40

/* Per second; counters may have begun anew with another pool. */
static double
rate(double from, double to, double seconds)
{
    return seconds > 0 && to >= from ? (to - from) / seconds : 0;
}

/* Chunks brought back: those taken that are not there any more. */
static double
freed(const ngx_slab_stat_t *a, const ngx_slab_stat_t *b, double seconds)
{
    double  n = (double) (b->reqs - a->reqs)
                - ((double) b->used - (double) a->used);

    return n > 0 && seconds > 0 ? n / seconds : 0;
}

static void
print_bar(const tool_t *tool, const tool_pool_t *pool)
{
    int     i, live, cached;
    double  all = (double) (pool->live + pool->cached + pool->free);

    all = all > 0 ? all : 1;
    live = (int) (BAR * (double) pool->live / all + 0.5);
    cached = (int) (BAR * (double) pool->cached / all + 0.5);

    tool_print("  [");

    for (i = 0; i < BAR; i++) {
        tool_colored(tool, i < live ? 'g' : i < live + cached ? 'y' : 'd',
                     "%c", i < live ? '#' : i < live + cached ? '~' : '.');
    }

    tool_print("] %.1f%% live, %.1f%% cached, %.1f%% free\n",
               100 * (double) pool->live / all,
               100 * (double) pool->cached / all,
               100 * (double) pool->free / all);
}

static void
print_rate(const char *words, uint64_t from, uint64_t to, double seconds)
{
    tool_print("  %-24s %14ju %12.0f\n", words, (uintmax_t) to,
               rate((double) from, (double) to, seconds));
}

static void
print_owner(const tool_t *tool, const ngx_shmtx_stat_t *lock)
{
    int  rests = lock->dead ? 'Z' : tool_process_rests(lock->pid);

    tool_colored(tool, rests ? 'r' : 'y', "    held by process %ld%s",
                 (long) lock->pid, tool_rests_words(rests));

    if (lock->held_ms > 0) {
        tool_print(", waited for since %.1f s", (double) lock->held_ms / 1e3);
    }

    tool_print("\n");
}

static void
print_lock(const tool_t *tool, const char *name, const ngx_shmtx_stat_t *a,
    const ngx_shmtx_stat_t *b, double seconds)
{
    char    words[64];
    double  taken = rate((double) a->acquired, (double) b->acquired, seconds);
    double  late = rate((double) a->contended, (double) b->contended, seconds);

    (void) snprintf(words, sizeof(words), "lock of %s, taken", name);
    print_rate(words, a->acquired, b->acquired, seconds);
    tool_print("    %-22s %14ju %12.0f %5.1f%%\n", "not at once",
               (uintmax_t) b->contended, late,
               taken > 0 ? 100 * late / taken : 0);
    print_rate("  after a death", a->recovered, b->recovered, seconds);

    if (b->tid != 0 || b->pid != 0) {
        print_owner(tool, b);
    }
}

static void
print_sizes(const sample_t *a, const sample_t *b, double seconds)
{
    uint32_t                i;
    const ngx_slab_stat_t  *x, *y;

    tool_print("\n  chunks up to      there       used    taken/s    freed/s"
               "  refused/s\n");

    for (i = 0; i < b->n; i++) {
        x = i < a->n ? &a->stats[i] : &b->stats[i];
        y = &b->stats[i];

        if (y->total != 0 || y->reqs != 0 || y->fails != 0) {
            tool_print("  %12zu %10ju %10ju %10.0f %10.0f %10.0f\n",
                       b->size[i], (uintmax_t) y->total, (uintmax_t) y->used,
                       rate((double) x->reqs, (double) y->reqs, seconds),
                       freed(x, y, seconds),
                       rate((double) x->fails, (double) y->fails, seconds));
        }
    }
}

void
tool_watch_pool(const tool_t *tool, const sample_t *a, const sample_t *b)
{
    double              seconds = b->when - a->when, back = 0;
    uint32_t            i;
    const tool_pool_t  *p = &b->pool;

    for (i = 0; i < b->n && i < a->n; i++) {
        back += freed(&a->stats[i], &b->stats[i], seconds);
    }

    print_bar(tool, p);
    tool_print("  %ju bytes live in %ju chunks, %ju free in %ju holes, the"
               " longest of %ju pages\n  used by %ju thread%s\n\n",
               (uintmax_t) p->live, (uintmax_t) p->chunks,
               (uintmax_t) p->free, (uintmax_t) p->runs[NGX_HEAP_VIEW_FREE],
               (uintmax_t) p->longest, (uintmax_t) p->users_n,
               p->users_n == 1 ? "" : "s");
    tool_screen_fix();
    tool_owners_for_people(tool, &p->owners, &a->pool.owners);
    tool_print("\n  %-24s %14s %12s\n", "", "so far", "a second");
    print_rate("chunks taken", a->pool.reqs, p->reqs, seconds);
    tool_print("  %-24s %14s %12.0f\n", "chunks brought back", "", back);
    print_rate("requests refused", a->pool.fails, p->fails, seconds);
    print_rate("cleaned up after a death", a->pool.view.recovered,
               p->view.recovered, seconds);
    print_lock(tool, "the heap", &a->pool.heap, &p->heap, seconds);
    print_lock(tool, "its users", &a->pool.users, &p->users, seconds);
    print_sizes(a, b, seconds);
}

static void
lock_in_json(const char *name, const ngx_shmtx_stat_t *a,
    const ngx_shmtx_stat_t *b, double seconds)
{
    printf(", \"%s_per_s\": %.1f, \"%s_contended_per_s\": %.1f,"
           " \"%s_recovered\": %ju, \"%s_owner\": %ld", name,
           rate((double) a->acquired, (double) b->acquired, seconds), name,
           rate((double) a->contended, (double) b->contended, seconds), name,
           (uintmax_t) b->recovered, name, (long) b->pid);
}

void
tool_watch_json(const tool_view_t *view, const sample_t *a, const sample_t *b)
{
    double    seconds = b->when - a->when, back = 0;
    uint32_t  i;

    for (i = 0; i < b->n && i < a->n; i++) {
        back += freed(&a->stats[i], &b->stats[i], seconds);
    }

    printf("{");
    tool_json_text("name", view->name);
    tool_json_number("live", (intmax_t) b->pool.live);
    tool_json_number("cached", (intmax_t) b->pool.cached);
    tool_json_number("free", (intmax_t) b->pool.free);
    tool_json_number("chunks", (intmax_t) b->pool.chunks);
    tool_json_number("recovered", (intmax_t) b->pool.view.recovered);
    printf("\"seconds\": %.3f, \"taken_per_s\": %.1f, \"freed_per_s\": %.1f,"
           " \"refused_per_s\": %.1f", seconds,
           rate((double) a->pool.reqs, (double) b->pool.reqs, seconds), back,
           rate((double) a->pool.fails, (double) b->pool.fails, seconds));
    lock_in_json("heap_lock", &a->pool.heap, &b->pool.heap, seconds);
    lock_in_json("users_lock", &a->pool.users, &b->pool.users, seconds);
    printf(", ");
    tool_metrics_in_json(&b->metrics);
    tool_owners_in_json(&b->pool.owners);
    printf("}\n");
}
