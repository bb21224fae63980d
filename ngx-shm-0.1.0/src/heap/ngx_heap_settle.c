/*
 * ngx_heap_settle.c - finish the operation that a dead owner had begun.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* The byte of a chunk; for a run, what its byte would be. */
static unsigned
byte_of(const ngx_heap_place_t *place, volatile uint32_t *word, uint32_t *w)
{
    *w = *word;

    if (place->byte != NULL) {
        return *place->byte;
    }

    switch (ngx_heap_kind(*w)) {
    case NGX_HEAP_RUN:
        return ngx_heap_tag(*w);
    case NGX_HEAP_HELDRUN:
        return NGX_HEAP_HELD | ngx_heap_tag(*w);
    default:
        return 0;
    }
}

/*
 * Make the chunk held by the tag if it is live with the tag `only' or `other'.
 * 1: it is held by the tag now.
 */
static int
make_held(ngx_heap_t *heap, uint64_t chunk, unsigned tag, unsigned only,
    unsigned other)
{
    unsigned             b;
    uint32_t             w;
    ngx_heap_place_t     place;
    volatile uint32_t   *word;

    if (ngx_heap_find(heap, ngx_heap_at(heap, chunk), &place) != NULL) {
        return 0;
    }

    word = &ngx_heap_table(heap)[place.page].word;

    for ( ;; ) {
        b = byte_of(&place, word, &w);

        if (b == (NGX_HEAP_HELD | tag)) {
            return 1;
        }

        if (!ngx_heap_is_live(b) || (b != only && b != other)) {
            return 0;
        }

        if (place.byte != NULL
            ? ngx_heap_cas(place.byte, (unsigned char) b,
                           (unsigned char) (NGX_HEAP_HELD | tag))
            : ngx_heap_cas(word, w, ngx_heap_word(NGX_HEAP_HELDRUN, tag,
                                                  ngx_heap_len(w))))
        {
            return 1;
        }
    }
}

/* Does the cell name the chunk, or the slot whose claim is in it? */
static int
is_named(ngx_heap_t *heap, uintptr_t c, uint64_t chunk)
{
    uint32_t  tag = (uint32_t) (c >> 3);

    if (!ngx_heap_is_claim(c)) {
        return c == (uintptr_t) chunk;
    }

    return tag != 0 && tag <= heap->nslots
           && ngx_heap_slots(heap)[tag - 1].intent.chunk == chunk;
}

/*
 * Killed in an alloc_to: unless the cell names the chunk, it becomes held.
 * Doing it twice is right: then it is held already, or still named.
 */
static void
settle_to(ngx_heap_t *heap, volatile uintptr_t *cell, uint64_t chunk,
    unsigned tag)
{
    if (!is_named(heap, *cell, chunk)) {
        (void) make_held(heap, chunk, tag, tag, tag);
    }
}

/*
 * Killed in a free_from: if the claim is in the cell, the chunk becomes held,
 * then the cell 0.  Doing it twice is right: a chunk that is held already
 * counts as made held now, and without the claim there is nothing to do.
 */
static void
settle_from(ngx_heap_t *heap, volatile uintptr_t *cell, uint64_t chunk,
    unsigned tag, unsigned seen)
{
    int  held;

    if (*cell != ngx_heap_claim(tag)) {
        return;
    }

    /* if it was live, a sweep may have made it slot 0's */
    held = make_held(heap, chunk, tag, seen, seen != 0);
    *cell = held || heap->reaps != 0 ? 0 : (uintptr_t) chunk;
}

/*
 * The intent ends last, so whoever is killed here leaves it to the next owner
 * of the lock; and nobody gives the chunk to others before it has ended.
 */
void
ngx_heap_settle(ngx_heap_t *heap, ngx_heap_slot_t *slot, unsigned tag)
{
    uint32_t             op = slot->intent.op;
    uint64_t             at = slot->intent.cell, chunk = slot->intent.chunk;
    volatile uintptr_t  *cell;

    if (op != 0 && ngx_heap_readable(heap, at) >= sizeof(uintptr_t)) {
        cell = ngx_heap_at(heap, at);

        if (ngx_heap_op(op) == NGX_HEAP_TO) {
            settle_to(heap, cell, chunk, tag);
        } else {
            settle_from(heap, cell, chunk, tag, op >> 8);
        }
    }

    slot->intent.op = 0;
}
