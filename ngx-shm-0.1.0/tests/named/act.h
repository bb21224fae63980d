/*
 * act.h - make the calls of the table of states, and check what is there then
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMED_ACT_H_INCLUDED
#define NAMED_ACT_H_INCLUDED

#include "table.h"
#include "world.h"

#define STEP  ((size_t) 40000)          /* by which a segment grows */

/* The memory of a segment. */
typedef struct {
    ngx_uint_t     generation;
    size_t         size;
    unsigned char  mark;                /* its first byte, and that at SIZE */
} memory_t;

#define MANY_MEMORIES  64

typedef struct {
    int                kind;
    size_t             max;             /* max_size of all calls */
    unsigned           patience;        /* timeout_ms */
    memory_t          *name;            /* the name leads to it, or did */
    memory_t          *mine;            /* the holder has it */
    unsigned char     *addr;            /* where it must stay, if max is more */
    ngx_shm_segment_t  seg;
    int                made;            /* of memories */
    memory_t           memories[MANY_MEMORIES];
} actor_t;

/* Begin with nothing. */
void act_begin(actor_t *a, int kind, size_t max);

/* Make a call; returns the result as the table names it, or an error text. */
const char *act(actor_t *a, int call);

/* Leave nothing. */
void act_end(actor_t *a);

#define act_holds(a)  ((a)->seg.base != NULL)

/* Fill a created segment; check that an attached one is as it was filled. */
void act_fill(ngx_shm_segment_t *seg, unsigned char mark);
const char *act_torn(const ngx_shm_segment_t *seg, const memory_t *m);

const char *act_errno(int err);

#endif
