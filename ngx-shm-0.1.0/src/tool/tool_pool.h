/*
 * tool_pool.h - a copy of the heap in a segment: nothing is written to the
 * segment, and no lock is taken.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_POOL_H_INCLUDED
#define NGX_TOOL_POOL_H_INCLUDED

#include "tool_view.h"
#include "tool_locks.h"
#include "tool_owners.h"

#define TOOL_SIZES  128     /* classes of chunks: the tag of one has 7 bits */

typedef struct {
    size_t    size;
    uint64_t  slabs, pages, chunks, live, cached;
} tool_size_t;

typedef struct {
    int               found;        /* 0: there is no pool in it */
    int               counted;      /* what follows is known */
    int               whole;        /* nobody changed it while it was copied */
    int               sound;        /* once it is checked ... */
    int               busy;         /* ... or it changes too fast for that */
    char              words[512];   /* what is wrong, if it is not sound */

    ngx_heap_view_t   view;
    unsigned char    *copy;
    unsigned char    *mapping;
    size_t            mapped;

    uint64_t          live, cached, free;       /* bytes */
    uint64_t          chunks, cached_chunks;
    uint64_t          pages[NGX_HEAP_VIEW_KINDS];
    uint64_t          runs[NGX_HEAP_VIEW_KINDS];
    uint64_t          longest;                  /* of the free runs */
    tool_size_t       sizes[TOOL_SIZES];
    ngx_heap_share_t  share[NGX_HEAP_VIEW_TAGS];
    tool_owners_t     owners;

    ngx_shmtx_stat_t  heap, users;  /* the two locks */
    tool_locks_t      locks;        /* others, if they were looked for */
    uint64_t          users_n;      /* threads */
    uint64_t          reqs, fails;
} tool_pool_t;

/* Copy what tells of the pages, and count. */
void tool_pool_open(const tool_view_t *view, tool_pool_t *pool);
/* Copy all the rest. */
void tool_pool_load(const tool_view_t *view, tool_pool_t *pool);
void tool_pool_close(tool_pool_t *pool);

/*
 * The same and check, in a child, which may crash on damaged memory.  The copy
 * of a pool in use may be inconsistent: then copy again.  If the lock of the
 * heap is held, the check is of the state after its owner's death.
 */
void tool_pool_look(const tool_view_t *view, tool_pool_t *pool);

void tool_pool_in_json(const tool_pool_t *pool);
void tool_pool_for_people(const tool_t *tool, const tool_view_t *view,
    const tool_pool_t *pool);

#endif
