/*
 * tool_watch.h - what is seen at one look, to be compared with the
 * next one.
 */

#ifndef NGX_TOOL_WATCH_H_INCLUDED
#define NGX_TOOL_WATCH_H_INCLUDED

#include "tool_pool.h"

#define TOOL_STATS  64

typedef struct {
    double           when;
    size_t           size[TOOL_STATS];
    ngx_slab_stat_t  stats[TOOL_STATS];
    uint32_t         n;
    tool_pool_t      pool;
} sample_t;

void tool_watch_pool(const tool_t *tool, const sample_t *a, const sample_t *b);
void tool_watch_json(const tool_view_t *view, const sample_t *a,
    const sample_t *b);

#endif
