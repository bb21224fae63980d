/*
 * tool_watch.h - the state of watch, its keys, and its samples; two of them are
 * compared.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_WATCH_H_INCLUDED
#define TOOL_WATCH_H_INCLUDED

#include "tool_metrics.h"
#include "tool_pool.h"
#include "tool_screen.h"

#define TOOL_STATS  64

typedef struct {
    double           when;
    size_t           size[TOOL_STATS];
    ngx_slab_stat_t  stats[TOOL_STATS];
    uint32_t         n;
    tool_pool_t      pool;
    tool_metrics_t   metrics;
} sample_t;

typedef struct {
    tool_t      tool;           /* the options, as keys change them */
    const char  *target;        /* a segment, NULL: the list of them */
    int          from_list;     /* target was chosen there */
    char         chosen[TOOL_NAME];     /* under the cursor */
    long         cursor;
    long         listed;        /* how many segments there were */
    sample_t    *samples;       /* one for each pool of the target */
    size_t       n;
    int          screen, help;
    char         said[TOOL_KEPT];     /* why a target could not be opened */
} watch_t;

/* The order number i of what is shown; NULL: there are no more. */
const char *tool_watch_order(const watch_t *w, size_t i);

/* Do what a key means; 1: it only moved the cursor, or scrolled. */
int tool_watch_key(watch_t *w, int key);

void tool_watch_back(watch_t *w);
void tool_watch_help(const watch_t *w);

/* What stands below the picture; returns buf. */
const char *tool_watch_below(const watch_t *w, char *buf, size_t size);

void tool_watch_pool(const tool_t *tool, const sample_t *a, const sample_t *b);
void tool_watch_json(const tool_view_t *view, const sample_t *a,
    const sample_t *b);

#endif
