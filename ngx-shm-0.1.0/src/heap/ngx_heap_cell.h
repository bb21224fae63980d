/*
 * ngx_heap_cell.h - cells, which are words in the pool that name chunks, and
 * the intents of slots on them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_CELL_H_INCLUDED
#define NGX_HEAP_CELL_H_INCLUDED

#include "ngx_heap_fast.h"

/* Tries before a cell that keeps changing is left to others. */
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
 * Settle a claim if its slot is dead.  1: settled, retry.  0: its slot lives
 * and is about to free the chunk.  -1: it is no valid claim.
 */
int ngx_heap_resolve(ngx_heap_call_t *call, uintptr_t claim);

#endif
