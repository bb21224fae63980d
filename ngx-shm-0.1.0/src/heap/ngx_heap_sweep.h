/*
 * ngx_heap_sweep.h - the state of a sweep, and its parts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_SWEEP_H_INCLUDED
#define NGX_HEAP_SWEEP_H_INCLUDED

#include "ngx_heap.h"

/* Fate of a tag's chunks: bits. */
#define NGX_HEAP_HELD_FREE  1       /* what it holds is free */
#define NGX_HEAP_LIVE_FREE  2       /* and what it has live too */
#define NGX_HEAP_RETAG      4       /* what it has live is nobody's */

#define NGX_HEAP_DEAD       4       /* up to so many: eight bytes at once */

typedef struct {
    ngx_heap_t     *heap;
    unsigned char   fate[128];      /* by tag */
    uint32_t        live[128];      /* of the dead: what they still have */
    uint32_t        ndead;
    unsigned char   dead[NGX_HEAP_DEAD];    /* the tags of the first */
    /* bytes and words of chunks that the living are about to free */
    volatile void  *claimed[NGX_HEAP_SLOTS];
    uint32_t        nclaimed;
    uint32_t        last;           /* the free run being gathered */
    ngx_uint_t      freed;
} ngx_heap_sweep_t;

/* 1: a living slot has claimed the chunk of this byte, or run of this word. */
static ngx_inline int
ngx_heap_is_claimed(const ngx_heap_sweep_t *s, volatile void *state)
{
    uint32_t  i;

    for (i = 0; i < s->nclaimed; i++) {
        if (s->claimed[i] == state) {
            return 1;
        }
    }

    return 0;
}

/* Look through the slab, or the run in use, at page; its word then. */
uint32_t ngx_heap_sweep_slab(ngx_heap_sweep_t *s, uint32_t page, uint32_t w);
uint32_t ngx_heap_sweep_run(ngx_heap_sweep_t *s, uint32_t page);

#endif
