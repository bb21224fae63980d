/*
 * ngx_heap_settle.c - finish the operation that a dead owner had begun.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* Whose the chunk is, of slabs or runs: its tag, and whether it is live. */
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
 * Make the chunk held by the tag, if it is live with the tag only, or with
 * the other one.  0: it was not, nor is it held by the tag.
 */
static int
make_held(ngx_heap_t *heap, uint64_t chunk, unsigned tag, unsigned only,
    unsigned other)
{
    unsigned             b;
    uint32_t             w;
    ngx_heap_place_t     place;
    volatile uint32_t   *word;

    memset(&place, 0, sizeof(place));
    (void) ngx_heap_find(heap, ngx_heap_at(heap, chunk), &place);

    /* it leads nowhere, or into the midst of pages */
    if (place.size == 0
        || (place.byte == NULL
            && ngx_heap_page(heap, place.page) != ngx_heap_at(heap, chunk)))
    {
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

void
ngx_heap_settle(ngx_heap_t *heap, ngx_heap_slot_t *slot, unsigned tag)
{
    int                  held;
    uint32_t             op = slot->intent.op, seen;
    uint64_t             at = slot->intent.cell, chunk = slot->intent.chunk;
    volatile uintptr_t  *cell;

    if (op != 0 && ngx_heap_readable(heap, at) >= sizeof(uintptr_t)) {
        cell = ngx_heap_at(heap, at);

        if (ngx_heap_op(op) == NGX_HEAP_TO) {
            if (!is_named(heap, *cell, chunk)) {
                (void) make_held(heap, chunk, tag, tag, tag);
            }

        } else if (*cell == ngx_heap_claim(tag)) {
            seen = op >> 8;     /* or slot 0's by now, if it was live */
            held = make_held(heap, chunk, tag, seen, seen != 0);
            *cell = held || heap->reaps != 0 ? 0 : (uintptr_t) chunk;
        }
    }

    slot->intent.op = 0;
}
