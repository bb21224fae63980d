/*
 * tool_metrics.h - the counters, gauges and histograms in a segment, by name.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_METRICS_H_INCLUDED
#define TOOL_METRICS_H_INCLUDED

#include "tool_view.h"
#include "ngx_shm_stat.h"

typedef struct {
    uint64_t              set;      /* where its set begins, from the view */
    ngx_shm_stat_info_t   info;
    ngx_shm_stat_value_t  value;
} tool_metric_t;

typedef struct {
    size_t          n, room;
    tool_metric_t  *metric;
    double          when;
} tool_metrics_t;

/*
 * Find the sets in a view, and read them: from a copy, so that nothing is
 * written.  Adds to what is in metrics, which begins as zeroes.
 */
void tool_metrics_find(const tool_view_t *view, tool_metrics_t *metrics);
void tool_metrics_free(tool_metrics_t *metrics);

/* "counter", "gauge"... */
const char *tool_metric_kind(const tool_metric_t *metric);

/* before: a look some seconds ago, NULL: none; then rates are shown, too. */
void tool_metrics_for_people(const tool_t *tool, const tool_metrics_t *metrics,
    const tool_metrics_t *before);
/* One member of an object, and a comma behind it. */
void tool_metrics_in_json(const tool_metrics_t *metrics);

/* All that is in the views, as Prometheus reads it. */
int tool_metrics_openmetrics(const tool_views_t *views);

/* The name as it is allowed there; no two names become the same. */
#define TOOL_ESCAPED  (3 + 4 * NGX_SHM_STAT_NAME)
const char *tool_metric_escape(const char *name, char *buf);

#endif
