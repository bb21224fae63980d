/*
 * ngx_heap_cell.h - a cell, a word in the pool that names a chunk, and what a
 * slot is about to do with the two.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_CELL_H_INCLUDED
#define NGX_HEAP_CELL_H_INCLUDED

#include "ngx_heap_fast.h"

/* A cell that changes at each look is somebody's: so many looks. */
#define NGX_HEAP_LOOKS  1000

static ngx_inline int
ngx_heap_is_cell(ngx_heap_t *heap, volatile uintptr_t *cell)
{
    uintptr_t  off = ngx_heap_offset(heap, cell);

    return off <= heap->size - sizeof(uintptr_t) && off % sizeof(*cell) == 0;
}

static ngx_inline ngx_heap_intent_t *
ngx_heap_intend(ngx_heap_t *heap, ngx_heap_self_t *self, uintptr_t chunk,
    volatile uintptr_t *cell, uint32_t op)
{
    ngx_heap_intent_t  *intent = &self->slot->intent;

    intent->cell = ngx_heap_offset(heap, cell);
    intent->chunk = chunk;
    intent->op = op;
    return intent;
}

/*
 * There is a claim in the cell.  1: there was, look again.  0: its slot is
 * about to free the chunk.  -1: it is no claim.
 */
int ngx_heap_resolve(ngx_heap_call_t *call, uintptr_t claim);

#endif
