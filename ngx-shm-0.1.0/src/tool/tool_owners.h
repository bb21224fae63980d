/*
 * tool_owners.h - chunks and bytes of a pool by process.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_OWNERS_H_INCLUDED
#define NGX_TOOL_OWNERS_H_INCLUDED

#include "tool.h"
#include "tool_heap_view.h"

typedef struct {
    ngx_pid_t             pid;      /* 0: those without a slot of their own */
    ngx_heap_view_life_t  life;
    uint32_t              threads;
    ngx_heap_share_t      share;
} tool_owner_t;

typedef struct {
    size_t        n;
    tool_owner_t  owner[NGX_HEAP_VIEW_TAGS];
} tool_owners_t;

/* From the shares of all tags; those that have most come first. */
void tool_owners_sum(tool_owners_t *owners, const ngx_heap_view_t *view,
    const ngx_heap_share_t share[NGX_HEAP_VIEW_TAGS]);

/* The orders there are: the name of the i-th, NULL: no more. */
const char *tool_owners_order(size_t i);
/* 0, or an error: tool->sort is none of them. */
int tool_owners_check(const tool_t *tool);

/* reverse: the other way. */
void tool_owners_sort(tool_owners_t *owners, const char *key, int reverse);

/*
 * Print a table.  before: an earlier count, or NULL; the table then has a
 * column of the change in bytes.
 */
void tool_owners_for_people(const tool_t *tool, const tool_owners_t *owners,
    const tool_owners_t *before);
void tool_owners_in_json(const tool_owners_t *owners);

#endif
