/*
 * ngx_heap_journal.c - the page of a slot in which a transaction is written
 * down.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

void *
ngx_heap_journal_of(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    uint32_t  page = slot->intent.journal - 1;

    return page < heap->npages
           && ngx_heap_table(heap)[page].word
              == ngx_heap_word(NGX_HEAP_RUN, 0, 1)
           ? ngx_heap_page(heap, page) : NULL;
}

int
ngx_heap_in_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    volatile uint32_t  *state = ngx_heap_journal_of(heap, slot);

    return state != NULL && *state != 0;
}

/*
 * The slot names it when it is zeroed, and so closed; killed before, the next
 * owner of the lock finds a run of tag 0 that nobody names.
 */
void *
ngx_heap_get_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    uint32_t  page, word = ngx_heap_word(NGX_HEAP_RUN, 0, 1);

    page = ngx_heap_run_take(heap, 1, word);

    if (page == NGX_HEAP_NONE) {
        heap->epoch++;
        return NULL;
    }

    memset(ngx_heap_page(heap, page), 0, NGX_HEAP_PAGE);
    slot->intent.journal = page + 1;
    return ngx_heap_page(heap, page);
}

void
ngx_heap_give_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    uint32_t   page = slot->intent.journal - 1;
    void      *journal = ngx_heap_journal_of(heap, slot);

    if (journal == NULL || ngx_heap_in_journal(heap, slot)) {
        return;
    }

    /* memory that was never given out is 0, also if it was ours */
    slot->intent.journal = 0;
    memset(journal, 0, NGX_HEAP_PAGE);
    ngx_heap_run_give(heap, page);
}
