/*
 * ngx_heap_journal.c - the pages of a slot in which a transaction is written
 * down.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"

void *
ngx_heap_journal_of(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    uint32_t  w, page = slot->intent.journal - 1;

    if (page >= heap->npages) {
        return NULL;
    }

    w = ngx_heap_table(heap)[page].word;

    return ngx_heap_kind(w) == NGX_HEAP_RUN && ngx_heap_tag(w) == 0
           ? ngx_heap_page(heap, page) : NULL;
}

int
ngx_heap_in_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    volatile uint32_t  *state = ngx_heap_journal_of(heap, slot);

    return state != NULL && *state != 0;
}

/* Killed before a slot names it: it is a run of tag 0, which a sweep frees. */
void *
ngx_heap_take_journal(ngx_heap_t *heap, uint32_t n)
{
    uint32_t  page;

    page = ngx_heap_run_take(heap, n, ngx_heap_word(NGX_HEAP_RUN, 0, n));

    if (page == NGX_HEAP_NONE) {
        heap->epoch++;
        return NULL;
    }

    return memset(ngx_heap_page(heap, page), 0, (size_t) n << NGX_HEAP_SHIFT);
}

void
ngx_heap_set_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot, void *journal)
{
    uint32_t   page = slot->intent.journal - 1;
    void      *old = ngx_heap_journal_of(heap, slot);

    ngx_heap_order();
    slot->intent.journal = journal == NULL ? 0
        : (uint32_t) ((ngx_heap_offset(heap, journal) - heap->pages)
                      >> NGX_HEAP_SHIFT) + 1;
    ngx_heap_order();

    /* memory that was never given out is 0, also if it was ours */
    if (old != NULL) {
        memset(old, 0, (size_t) ngx_heap_len(ngx_heap_table(heap)[page].word)
                       << NGX_HEAP_SHIFT);
        ngx_heap_run_give(heap, page);
    }
}

/*
 * Whoever died while it freed what the journal names may still name a cell in
 * it: what is written there next would be taken for its claim.  Then the page
 * stays until a sweep, which settles first.
 */
static int
is_named(ngx_heap_t *heap, uint32_t page)
{
    uint32_t          i;
    uint64_t          from, size;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    from = heap->pages + ((uint64_t) page << NGX_HEAP_SHIFT);
    size = (uint64_t) ngx_heap_len(ngx_heap_table(heap)[page].word)
           << NGX_HEAP_SHIFT;

    for (i = 0; i < heap->nslots; i++) {
        if (slot[i].intent.op != 0 && slot[i].intent.cell - from < size) {
            return 1;
        }
    }

    return 0;
}

void
ngx_heap_give_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    if (!ngx_heap_in_journal(heap, slot)
        && (ngx_heap_journal_of(heap, slot) == NULL
            || !is_named(heap, slot->intent.journal - 1)))
    {
        ngx_heap_set_journal(heap, slot, NULL);
    }
}
