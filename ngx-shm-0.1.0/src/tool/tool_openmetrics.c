/*
 * tool_openmetrics.c - the counters of segments as Prometheus reads them.
 *
 * The format has names of letters, digits, _ and : only, gives samples endings
 * of its own (_total, _bucket), and wants all samples of a family together.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_metrics.h"

#include <stdlib.h>

#define FAMILY  (TOOL_ESCAPED + 16)

typedef struct {
    const tool_view_t    *view;
    const tool_metric_t  *metric;
    char                  family[FAMILY];
    int                   printed;
} entry_t;

static int
ends_with(const char *s, const char *end)
{
    size_t  n = strlen(s), m = strlen(end);

    return n > m && strcmp(s + n - m, end) == 0;
}

/* The name number i that a family of that kind takes; NULL: no more. */
static const char *
taken(const char *family, ngx_uint_t kind, int i, char *buf)
{
    static const char  *const counter[] = { "", "_total", "_created", NULL };
    static const char  *const gauge[] = { "", NULL };
    static const char  *const histogram[] = {
        "", "_bucket", "_count", "_sum", "_created", NULL
    };
    const char  *const *ends = kind == NGX_SHM_STAT_COUNTER ? counter
                               : kind == NGX_SHM_STAT_HISTOGRAM ? histogram
                                                                : gauge;

    if (ends[i] == NULL) {
        return NULL;
    }

    (void) snprintf(buf, FAMILY + 16, "%s%s", family, ends[i]);
    return buf;
}

static int
clash(const entry_t *a, const entry_t *b)
{
    int          i, j;
    char         one[FAMILY + 16], two[FAMILY + 16];

    for (i = 0; taken(a->family, a->metric->info.kind, i, one) != NULL; i++) {
        for (j = 0; taken(b->family, b->metric->info.kind, j, two) != NULL;
             j++)
        {
            if (strcmp(one, two) == 0) {
                return 1;
            }
        }
    }

    return 0;
}

static int
is_same(const entry_t *a, const entry_t *b)
{
    return a->metric->info.kind == b->metric->info.kind
           && strcmp(a->metric->info.name, b->metric->info.name) == 0;
}

/* The first that has a name keeps it; who would clash gets a number. */
static void
name_family(entry_t *all, size_t n)
{
    char      base[TOOL_ESCAPED];
    size_t    i;
    unsigned  number = 1;
    entry_t  *e = &all[n];

    for (i = 0; i < n; i++) {
        if (is_same(&all[i], e)) {
            memcpy(e->family, all[i].family, sizeof(e->family));
            return;
        }
    }

    (void) tool_metric_escape(e->metric->info.name, base);

    if (e->metric->info.kind == NGX_SHM_STAT_COUNTER
        && ends_with(base, "_total"))
    {
        base[strlen(base) - 6] = '\0';
    }

    (void) snprintf(e->family, FAMILY, "%s", base);

    for (i = 0; i < n; i++) {
        if (clash(&all[i], e)) {
            (void) snprintf(e->family, FAMILY, "%s_%u", base, ++number);
            i = (size_t) -1;        /* against all of them again */
        }
    }
}

/* Text of others is UTF-8 for sure if it is ASCII. */
static void
put_escaped(const char *text)
{
    unsigned char  c;

    for ( /* void */ ; (c = (unsigned char) *text) != '\0'; text++) {
        if (c == '\\' || c == '"') {
            printf("\\%c", c);
        } else if (c == '\n') {
            printf("\\n");
        } else if (c < 0x20 || c >= 0x7f) {
            printf("\\\\x%02x", c);
        } else {
            putchar(c);
        }
    }
}

static void
put_sample(const entry_t *e, const char *end, const char *le)
{
    printf("%s%s{segment=\"", e->family, end);
    put_escaped(e->view->name);
    printf("\",set=\"0x%jx\"", (uintmax_t) e->metric->set);

    if (le != NULL) {
        printf(",le=\"%s\"", le);
    }

    printf("} ");
}

/* Powers of ten have one form only. */
static const char *
bound_text(uint64_t bound, char *buf, size_t size)
{
    int       n = 0;
    uint64_t  rest = bound;

    while (rest != 0 && rest % 10 == 0) {
        rest /= 10;
        n++;
    }

    if (rest == 1 && n >= 6) {
        (void) snprintf(buf, size, "1e+%02d", n);
    } else {
        (void) snprintf(buf, size, "%ju.0", (uintmax_t) bound);
    }

    return buf;
}

static void
put_histogram(const entry_t *e)
{
    char                         buf[40];
    uint64_t                     sum = 0;
    ngx_uint_t                   i;
    const ngx_shm_stat_value_t  *v = &e->metric->value;

    for (i = 0; i <= v->nbounds; i++) {
        sum += v->count[i];
        put_sample(e, "_bucket", i < v->nbounds
                   ? bound_text(v->bound[i], buf, sizeof(buf)) : "+Inf");
        printf("%ju\n", (uintmax_t) sum);
    }

    put_sample(e, "_count", NULL);
    printf("%ju\n", (uintmax_t) sum);
    put_sample(e, "_sum", NULL);
    printf("%ju\n", (uintmax_t) v->sum);
}

static void
put_entry(entry_t *e)
{
    e->printed = 1;

    switch (e->metric->info.kind) {

    case NGX_SHM_STAT_HISTOGRAM:
        put_histogram(e);
        return;

    case NGX_SHM_STAT_COUNTER:
        put_sample(e, "_total", NULL);
        printf("%ju\n", (uintmax_t) e->metric->value.value);
        return;

    default:
        put_sample(e, "", NULL);
        printf("%jd\n", (intmax_t) e->metric->value.value);
    }
}

static void
put_family(entry_t *all, size_t n, size_t i)
{
    size_t       j;
    ngx_uint_t   kind = all[i].metric->info.kind;

    printf("# TYPE %s %s\n", all[i].family,
           kind == NGX_SHM_STAT_COUNTER ? "counter"
           : kind == NGX_SHM_STAT_HISTOGRAM ? "histogram" : "gauge");

    if (all[i].metric->info.help[0] != '\0') {
        printf("# HELP %s ", all[i].family);
        put_escaped(all[i].metric->info.help);
        printf("\n");
    }

    for (j = i; j < n; j++) {
        if (is_same(&all[i], &all[j])) {
            put_entry(&all[j]);
        }
    }
}

int
tool_metrics_openmetrics(const tool_views_t *views)
{
    size_t           i, j, n = 0;
    entry_t         *all = NULL;
    tool_metrics_t  *m = calloc(views->n + 1, sizeof(*m));

    for (i = 0; m != NULL && i < views->n; i++) {
        tool_metrics_find(&views->v[i], &m[i]);
        n += m[i].n;
    }

    all = m != NULL ? calloc(n + 1, sizeof(*all)) : NULL;

    if (all == NULL) {
        free(m);
        return tool_error("cannot print the counters", strerror(errno),
                          "free some memory");
    }

    for (n = 0, i = 0; i < views->n; i++) {
        for (j = 0; j < m[i].n; j++) {
            all[n].view = &views->v[i];
            all[n].metric = &m[i].metric[j];
            name_family(all, n++);
        }
    }

    for (i = 0; i < n; i++) {
        if (!all[i].printed) {
            put_family(all, n, i);
        }
    }

    printf("# EOF\n");

    for (i = 0; i < views->n; i++) {
        tool_metrics_free(&m[i]);
    }

    free(all);
    free(m);
    return TOOL_YES;
}
