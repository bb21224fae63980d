/*
 * ngx_heap_reclaim.c - free what slots held whose owners died without the lock,
 * in time proportional to that.  A thread that dies in here has the lock, so
 * the next owner sweeps.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_call.h"

#define POLL_MS    10
#define EACH       4        /* owners checked for each thread that joins */

/*
 * An entry may be stale: the chunk may be another one by now, or in another
 * magazine.  Give it back only if the slot holds it and the byte that the entry
 * names is that of the chunk.
 */
static void
give_entry(ngx_heap_t *heap, ngx_heap_entry_t e, unsigned tag)
{
    void              *p = ngx_heap_at(heap, (size_t) e.chunk * 8);
    ngx_heap_place_t   place;

    if (ngx_heap_find(heap, p, &place) != NULL) {
        return;
    }

    if (place.byte == NULL) {
        if (e.byte == 0
            && place.word == ngx_heap_word(NGX_HEAP_HELDRUN, tag,
                                           ngx_heap_len(place.word)))
        {
            ngx_heap_held_give(heap, place.page, tag);
        }

    } else if (ngx_heap_offset(heap, place.byte) == e.byte
               && *place.byte == (NGX_HEAP_HELD | tag))
    {
        ngx_heap_chunk_give(heap, e, tag);
    }
}

/* The chunk of an intent that has been settled. */
static void
give_chunk(ngx_heap_t *heap, uint64_t chunk, unsigned tag)
{
    ngx_heap_entry_t   e;
    ngx_heap_place_t   place;

    if (chunk % 8 != 0
        || ngx_heap_find(heap, ngx_heap_at(heap, chunk), &place) != NULL)
    {
        return;
    }

    e.chunk = (uint32_t) (chunk / 8);
    e.byte = place.byte == NULL
             ? 0 : (uint32_t) ngx_heap_offset(heap, place.byte);
    give_entry(heap, e, tag);
}

/* All entries, and the one at the top, which was on its way in or out. */
static void
give_magazines(ngx_heap_t *heap, ngx_heap_mags_t *mags, unsigned tag)
{
    uint32_t           i, at;
    ngx_heap_mag_t    *m = mags->mag;

    for (i = 0; i < heap->nclasses + heap->nruns; i++, m++) {
        if (m->bottom > m->top || m->top > m->limit
            || m->limit > heap->mags << NGX_HEAP_SHIFT)
        {
            heap->doubt = 1;
            continue;
        }

        for (at = m->bottom; at <= m->top && at < m->limit;
             at += (uint32_t) sizeof(ngx_heap_entry_t))
        {
            give_entry(heap, *ngx_heap_entries(mags, at), tag);
        }
        m->top = m->bottom;
    }
}

/* Its slabs get owner 0; full ones when a chunk of them is freed. */
static void
give_slabs(ngx_heap_t *heap, ngx_heap_mags_t *mags, unsigned tag)
{
    uint32_t           i, n, page, next;
    ngx_heap_page_t   *t = ngx_heap_table(heap);
    ngx_heap_class_t  *c = ngx_heap_classes(heap);

    for (i = 0; i < heap->nclasses; i++) {
        page = mags->mag[i].list;
        mags->mag[i].list = NGX_HEAP_NONE;

        if (c[i].list != NGX_HEAP_NONE && c[i].list >= heap->npages) {
            c[i].list = NGX_HEAP_NONE;
            heap->doubt = 1;
        }

        for (n = 0; page < heap->npages && n < heap->npages; n++) {
            if (ngx_heap_kind(t[page].word) != NGX_HEAP_SLAB_OF
                || ngx_heap_tag(t[page].word) != i || t[page].owner != tag)
            {
                heap->doubt = 1;
                break;
            }
            next = t[page].next;
            t[page].owner = 0;
            ngx_heap_slab_link(heap, page, i);
            page = next;
        }
    }
}

void
ngx_heap_bury_slot(ngx_heap_t *heap, uint32_t i)
{
    unsigned          tag = i + 1;
    uint64_t          chunk;
    uint32_t          op, page;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap) + i;
    ngx_heap_mags_t  *mags = ngx_heap_mags_of(heap, tag);

    op = slot->intent.op;
    chunk = slot->intent.chunk;
    ngx_heap_settle(heap, slot, tag);

    if (op != 0) {
        give_chunk(heap, chunk, tag);
    }

    if (mags != NULL) {
        give_magazines(heap, mags, tag);
        give_slabs(heap, mags, tag);

        /* memory that was never given out is 0, also if it was ours */
        page = slot->mags - 1;
        slot->mags = 0;
        memset(mags, 0, (size_t) heap->mags << NGX_HEAP_SHIFT);
        ngx_heap_run_give(heap, page);
    }

    ngx_heap_give_journal(heap, slot);

    if (!slot->dead) {
        heap->recovered++;
        slot->dead = 1;
    }
}

static int
bury_if_dead(ngx_heap_t *heap, uint32_t i)
{
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap) + i;

    if (slot->owner == 0 || slot->dead || !ngx_heap_is_dead(slot)) {
        return 0;
    }

    ngx_heap_bury_slot(heap, i);
    return 1;
}

static int
bury_common(ngx_heap_t *heap)
{
    int  died = 0;

    if (ngx_heap_common_try(heap)) {
        (void) ngx_lock_release(&heap->common);
    }

    if (heap->died) {
        died = 1;
        ngx_heap_sweep(heap, 0, 0, NULL);
    }

    return died;
}

int
ngx_heap_bury(ngx_heap_t *heap, int now)
{
    int       found;
    int64_t   ms = ngx_lock_ms();
    uint32_t  i;

    if (!now && heap->polled == heap->nused && ms - heap->when < POLL_MS
        && ms >= heap->when)
    {
        return 0;
    }

    heap->polled = heap->nused;
    heap->when = ms;
    found = bury_common(heap);

    for (i = 1; i < heap->nslots && i < heap->high; i++) {
        found |= bury_if_dead(heap, i);
    }

    return found;
}

int
ngx_heap_bury_some(ngx_heap_t *heap)
{
    int       found = 0;
    uint32_t  i, n, high = heap->high < heap->nslots ? heap->high
                                                     : heap->nslots;

    for (i = 0, n = 0; i < high && n < EACH; i++) {
        heap->next = heap->next + 1 < high ? heap->next + 1 : 1;

        if (heap->next < high && ngx_heap_slots(heap)[heap->next].owner != 0
            && !ngx_heap_slots(heap)[heap->next].dead)
        {
            n++;
            found |= bury_if_dead(heap, heap->next);
        }
    }

    return found;
}
