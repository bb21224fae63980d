/*
 * ngx_heap_sweep_run.c - the sweep of one run of whole pages.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sweep.h"

/* Magazines, or a journal: a slot names the run. */
static int
is_named(ngx_heap_t *heap, uint32_t page)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 0; i < heap->nslots; i++) {
        if (slot[i].mags == page + 1 || slot[i].intent.journal == page + 1) {
            return 1;
        }
    }

    return 0;
}

/* The new word of a run that is not free. */
static uint32_t
run_to_be(ngx_heap_sweep_t *s, uint32_t page, uint32_t w)
{
    uint32_t  tag = ngx_heap_tag(w), fate = s->fate[tag];
    uint32_t  free = ngx_heap_word(NGX_HEAP_FREE, 0, ngx_heap_len(w));

    if (tag == 0) {
        return is_named(s->heap, page) ? w : free;
    }

    if (ngx_heap_kind(w) == NGX_HEAP_HELDRUN) {
        return fate & NGX_HEAP_HELD_FREE ? free : w;
    }

    if (fate & NGX_HEAP_LIVE_FREE
        && !ngx_heap_is_claimed(s, &ngx_heap_table(s->heap)[page].word))
    {
        return free;
    }

    return fate & NGX_HEAP_RETAG
           ? ngx_heap_word(NGX_HEAP_RUN, 1, ngx_heap_len(w)) : w;
}

/*
 * Its owner may make it live or held meanwhile, without the lock; so it is
 * changed only if it still is as seen.
 */
uint32_t
ngx_heap_sweep_run(ngx_heap_sweep_t *s, uint32_t page)
{
    uint32_t            w = 0, set;
    volatile uint32_t  *word = &ngx_heap_table(s->heap)[page].word;

    /* to be magazines or a journal: memory that was never given out is 0 */
    if (ngx_heap_tag(*word) == 0 && !is_named(s->heap, page)) {
        memset(ngx_heap_page(s->heap, page), 0,
               (size_t) ngx_heap_len(*word) << NGX_HEAP_SHIFT);
    }

    do {
        w = *word;
        set = run_to_be(s, page, w);
    } while (set != w && !ngx_heap_cas(word, w, set));

    if (ngx_heap_kind(w) == NGX_HEAP_RUN) {
        if (set == w) {
            s->live[ngx_heap_tag(w)]++;
        } else if (ngx_heap_kind(set) == NGX_HEAP_FREE) {
            s->freed += ngx_heap_tag(w) != 0;
        }
    }

    return set;
}
