/*
 * ngx_shm_tool_pool.h - the heap in a segment, as ngx-shm looks at it.
 */

#ifndef NGX_SHM_TOOL_POOL_H_INCLUDED
#define NGX_SHM_TOOL_POOL_H_INCLUDED

#include "ngx_shm_tool_view.h"
#include "ngx_slab.h"

typedef struct {
    int               found;        /* 0: there is no pool in it */
    int               counted;      /* usage is known */
    int               sound;
    ngx_slab_usage_t  usage;
    char              words[512];   /* what is wrong, if it is not sound */
} tool_pool_t;

/*
 * Examine a copy of the pool, so that nothing is written and no lock is taken;
 * in a child, so that whatever the check does to damaged memory, it is an
 * answer.  A pool at work may be caught half changed: it is looked at again.
 */
void tool_pool_look(const tool_view_t *view, tool_pool_t *pool);

void tool_pool_in_json(const tool_pool_t *pool);
void tool_pool_for_people(const tool_t *tool, const tool_pool_t *pool);

#endif
