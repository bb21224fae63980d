/*
 * tool_metrics.c - finding sets of counters, and telling of them.
 *
 * A set begins with its magic at a multiple of 4096.  It is copied, and the
 * copy, which nobody can write to, is read by the library.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_metrics.h"
#include "ngx_stat.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

/* Bytes of the set that begins there; 0: none does. */
static size_t
size_of(const tool_view_t *view, uint64_t offset)
{
    ngx_shm_stat_t  front;

    if (tool_view_read(view, offset, &front, sizeof(front)) != sizeof(front)
        || front.magic != NGX_STAT_MAGIC || front.size > view->size - offset
        || front.size > SIZE_MAX / 2)
    {
        return 0;
    }

    return (size_t) front.size;
}

static void
add(tool_metrics_t *metrics, uint64_t offset, const ngx_shm_stat_info_t *info,
    const ngx_shm_stat_t *stat)
{
    void  *p;

    if (metrics->n == metrics->room) {
        p = realloc(metrics->metric, (metrics->room * 2 + 16)
                                     * sizeof(tool_metric_t));
        if (p == NULL) {
            return;
        }

        metrics->metric = p;
        metrics->room = metrics->room * 2 + 16;
    }

    metrics->metric[metrics->n].set = offset;
    metrics->metric[metrics->n].info = *info;

    if (ngx_shm_stat_read(stat, info->id, &metrics->metric[metrics->n].value)
        == NGX_OK)
    {
        metrics->n++;
    }
}

static void
read_set(const tool_view_t *view, tool_metrics_t *metrics, uint64_t offset,
    size_t size)
{
    void                 *copy;
    ngx_uint_t            i;
    ngx_shm_stat_t       *stat;
    ngx_shm_stat_info_t   info;

    copy = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANON, -1, 0);

    if (copy == MAP_FAILED) {
        return;
    }

    if (tool_view_read(view, offset, copy, size) == size
        && mprotect(copy, size, PROT_READ) == 0)
    {
        stat = ngx_shm_stat_attach(copy, size);

        for (i = 0; stat != NULL; i++) {
            switch (ngx_shm_stat_info(stat, i, &info)) {
            case NGX_OK:
                add(metrics, offset, &info, stat);
                break;
            case NGX_DONE:
                stat = NULL;
                break;
            default:
                break;
            }
        }
    }

    (void) munmap(copy, size);
}

void
tool_metrics_find(const tool_view_t *view, tool_metrics_t *metrics)
{
    size_t           size;
    uint64_t         offset, next;
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    metrics->when = (double) ts.tv_sec + (double) ts.tv_nsec / 1e9;

    for (offset = 0; offset + NGX_STAT_ALIGN <= view->size; offset = next) {
        next = tool_view_skip(view, offset);

        next &= ~(uint64_t) (NGX_STAT_ALIGN - 1);

        if (next > offset) {
            continue;
        }

        next = offset + NGX_STAT_ALIGN;
        size = size_of(view, offset);

        if (size != 0) {
            read_set(view, metrics, offset, size);
            next = ngx_align(offset + size, (uint64_t) NGX_STAT_ALIGN);
        }
    }
}

void
tool_metrics_free(tool_metrics_t *metrics)
{
    free(metrics->metric);
    metrics->metric = NULL;
    metrics->n = metrics->room = 0;
}

const char *
tool_metric_kind(const tool_metric_t *metric)
{
    static const char  *const names[] = {
        "unknown", "counter", "gauge", "level", "histogram"
    };

    return names[metric->info.kind <= NGX_SHM_STAT_HISTOGRAM
                 ? metric->info.kind : 0];
}

/* The bound that so many of all observations do not exceed; 0: it has none. */
static uint64_t
quantile(const ngx_shm_stat_value_t *v, double part, int *over)
{
    uint64_t    sum = 0;
    ngx_uint_t  i;

    for (i = 0; i < v->nbounds; i++) {
        sum += v->count[i];

        if ((double) sum >= part * (double) v->value) {
            *over = 0;
            return v->bound[i];
        }
    }

    *over = 1;
    return v->nbounds != 0 ? v->bound[v->nbounds - 1] : 0;
}

static void
quantile_for_people(const char *name, const ngx_shm_stat_value_t *v,
    double part)
{
    int       over;
    uint64_t  bound = quantile(v, part, &over);

    tool_print(", %s %s %ju", name, over ? ">" : "<=", (uintmax_t) bound);
}

static const tool_metric_t *
same_in(const tool_metrics_t *before, const tool_metric_t *m, size_t i)
{
    return before != NULL && i < before->n && before->metric[i].set == m->set
           && strcmp(before->metric[i].info.name, m->info.name) == 0
           ? &before->metric[i] : NULL;
}

static void
rate_for_people(const tool_metric_t *m, const tool_metric_t *last,
    double seconds)
{
    double  more;

    if (last == NULL || seconds <= 0 || m->info.kind == NGX_SHM_STAT_GAUGE
        || m->info.kind == NGX_SHM_STAT_LEVEL)
    {
        return;
    }

    more = (double) ((uint64_t) m->value.value - (uint64_t) last->value.value);
    tool_print(" %12.0f/s", more / seconds);
}

void
tool_metrics_for_people(const tool_t *tool, const tool_metrics_t *metrics,
    const tool_metrics_t *before)
{
    size_t                i;
    const tool_metric_t  *m;

    for (i = 0; i < metrics->n; i++) {
        m = &metrics->metric[i];

        if (i == 0 || m->set != metrics->metric[i - 1].set) {
            tool_print("  counters at 0x%jx\n", (uintmax_t) m->set);
        }

        tool_print("    %-9s ", tool_metric_kind(m));

        if (m->info.kind == NGX_SHM_STAT_COUNTER
            || m->info.kind == NGX_SHM_STAT_HISTOGRAM)
        {
            tool_colored(tool, 'b', "%20ju", (uintmax_t) m->value.value);
        } else {
            tool_colored(tool, 'b', "%20jd", (intmax_t) m->value.value);
        }

        rate_for_people(m, same_in(before, m, i),
                        before != NULL ? metrics->when - before->when : 0);
        tool_print("  ");
        tool_put_text(tool_out, m->info.name);

        if (m->value.nbounds != 0 && m->value.value != 0) {
            tool_print(": mean %.1f", (double) m->value.sum
                                      / (double) (uint64_t) m->value.value);
            quantile_for_people("half", &m->value, 0.5);
            quantile_for_people("99%", &m->value, 0.99);
        }

        tool_print("\n");
    }
}

static void
buckets_in_json(const ngx_shm_stat_value_t *v)
{
    ngx_uint_t  i;

    printf(", \"sum\": %ju, \"buckets\": [", (uintmax_t) v->sum);

    for (i = 0; i <= v->nbounds; i++) {
        printf("%s{\"le\": ", i == 0 ? "" : ", ");

        if (i < v->nbounds) {
            printf("%ju", (uintmax_t) v->bound[i]);
        } else {
            printf("null");
        }

        printf(", \"count\": %ju}", (uintmax_t) v->count[i]);
    }

    printf("]");
}

void
tool_metrics_in_json(const tool_metrics_t *metrics)
{
    size_t                i;
    const tool_metric_t  *m;

    printf("\"counters\": [");

    for (i = 0; i < metrics->n; i++) {
        m = &metrics->metric[i];
        printf("%s{", i == 0 ? "" : ", ");
        tool_json_text("name", m->info.name);
        tool_json_text("help", m->info.help);
        tool_json_text("kind", tool_metric_kind(m));
        tool_json_number("set", (intmax_t) m->set);

        if (m->info.kind == NGX_SHM_STAT_GAUGE
            || m->info.kind == NGX_SHM_STAT_LEVEL)
        {
            printf("\"value\": %jd", (intmax_t) m->value.value);
        } else {
            printf("\"value\": %ju", (uintmax_t) m->value.value);
        }

        if (m->value.nbounds != 0) {
            buckets_in_json(&m->value);
        }

        printf("}");
    }

    printf("], ");
}
