/*
 * tool_locks.h - locks in the memory of a pool.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_LOCKS_H_INCLUDED
#define TOOL_LOCKS_H_INCLUDED

#include "tool_view.h"
#include "tool_heap_view.h"

#define TOOL_LOCKS  32          /* shown; all are counted */

typedef struct {
    uint64_t          offset;   /* from the pool */
    ngx_shmtx_stat_t  stat;
} tool_lock_t;

typedef struct {
    size_t       n;
    tool_lock_t  lock[TOOL_LOCKS];
} tool_locks_t;

/*
 * Find the locks that users keep in the live chunks of a pool: each has a kind,
 * and the boot and namespaces of the pool's own lock.  A copy of a lock is
 * found, too.
 */
void tool_locks_find(const tool_view_t *view, const ngx_heap_view_t *pool,
    tool_locks_t *locks);

void tool_locks_for_people(const tool_t *tool, const tool_locks_t *locks);
void tool_locks_in_json(const tool_locks_t *locks);

/* What is known of one lock; what: whose it is, or where. */
void tool_lock_for_people(const tool_t *tool, const char *what,
    const ngx_shmtx_stat_t *st);
/* Its members, without braces, and no comma behind them. */
void tool_lock_in_json(const ngx_shmtx_stat_t *st);

#endif
