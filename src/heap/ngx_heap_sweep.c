/*
 * ngx_heap_sweep.c - look at all pages and build anew what follows from them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sweep.h"

/* Their owners change them meanwhile, so only if it is still as seen. */
static int
replace_word(volatile uint32_t *w, uint32_t old, uint32_t set)
{
#if NGX_HAVE_ATOMIC_OPS
    return __sync_bool_compare_and_swap(w, old, set);
#else
    (void) old;
    *w = set;
    return 1;
#endif
}

/*
 * Ask after each slot's owner.  Slot 0 is that of the lock, and so nobody's
 * now; or of its own lock, whose owner may live and be in there.
 */
static void
judge(ngx_heap_sweep_t *s, uint32_t reap, int retag)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(s->heap);

    if (s->heap->mags == 0 || s->heap->died) {
        s->fate[1] = NGX_HEAP_HELD_FREE;
    }

    for (i = 1; i < s->heap->nslots; i++) {
        if (slot[i].owner == 0) {
            s->fate[i + 1] = NGX_HEAP_HELD_FREE;
        } else if (ngx_heap_is_dead(&slot[i])) {
            s->fate[i + 1] = (unsigned char)
                (NGX_HEAP_HELD_FREE | (retag ? NGX_HEAP_RETAG : 0)
                 | (reap != 0 && reap == slot[i].pid ? NGX_HEAP_LIVE_FREE : 0));
            if (s->ndead < NGX_HEAP_DEAD) {
                s->dead[s->ndead] = (unsigned char) (i + 1);
            }
            s->ndead++;
        }
    }

    for (i = 0; i < s->heap->nslots; i++) {
        if (s->fate[i + 1] & NGX_HEAP_HELD_FREE) {
            slot[i].mags = 0;
        }
    }
}

static void
forget(ngx_heap_t *heap)
{
    uint32_t           i, k;
    ngx_heap_mags_t   *mags;
    ngx_heap_class_t  *c = ngx_heap_classes(heap);
    ngx_slab_stat_t   *st = ngx_heap_stats(heap);

    memset(heap->bits, 0, sizeof(heap->bits));
    memset(heap->bins, 0xff, sizeof(heap->bins));

    for (i = 0; i < heap->nclasses; i++) {
        c[i].list = NGX_HEAP_NONE;
    }

    for (k = 1; k <= heap->nslots; k++) {
        mags = ngx_heap_mags_of(heap, k);
        for (i = 0; mags != NULL && i < heap->nclasses; i++) {
            mags->mag[i].list = NGX_HEAP_NONE;
        }
    }

    for (i = 0; i < heap->nstats; i++) {
        st[i].total = 0;
        st[i].used = 0;
    }

    ngx_heap_pool(heap)->pfree = 0;
}

/* What is not the first word of a run must not look so. */
static void
sweep_inside(ngx_heap_t *heap, uint32_t page, uint32_t len, int slab)
{
    uint32_t          i;
    ngx_heap_page_t  *t = ngx_heap_table(heap) + page;

    for (i = 1; i < len; i++) {
        if (slab || i == len - 1) {
            t[i].word = ngx_heap_word(NGX_HEAP_INNER, 0, i);

        } else if (ngx_heap_kind(t[i].word) != NGX_HEAP_INNER) {
            t[i].word = NGX_HEAP_INNER;
        }
    }
}

static int
is_magazine(ngx_heap_t *heap, uint32_t page)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 0; i < heap->nslots; i++) {
        if (slot[i].mags == page + 1) {
            return 1;
        }
    }

    return 0;
}

/* What a run that is not free is to be; FREE counts it as freed. */
static uint32_t
run_to_be(ngx_heap_sweep_t *s, uint32_t page, uint32_t w)
{
    uint32_t  tag = ngx_heap_tag(w), fate = s->fate[tag];
    uint32_t  free = ngx_heap_word(NGX_HEAP_FREE, 0, ngx_heap_len(w));

    if (tag == 0) {
        return is_magazine(s->heap, page) ? w : free;
    }

    if (ngx_heap_kind(w) == NGX_HEAP_HELDRUN) {
        return fate & NGX_HEAP_HELD_FREE ? free : w;
    }

    if (fate & NGX_HEAP_LIVE_FREE) {
        return free;
    }

    return fate & NGX_HEAP_RETAG
           ? ngx_heap_word(NGX_HEAP_RUN, 1, ngx_heap_len(w)) : w;
}

/* Its owner may make it live or held meanwhile, without the lock. */
static uint32_t
sweep_run(ngx_heap_sweep_t *s, uint32_t page)
{
    uint32_t            w = 0, set;
    volatile uint32_t  *word = &ngx_heap_table(s->heap)[page].word;

    /* magazines, or not yet: memory that was never given out is 0 */
    if (ngx_heap_tag(*word) == 0 && !is_magazine(s->heap, page)) {
        memset(ngx_heap_page(s->heap, page), 0,
               (size_t) ngx_heap_len(*word) << NGX_HEAP_SHIFT);
    }

    do {
        w = *word;
        set = run_to_be(s, page, w);
    } while (set != w && !replace_word(word, w, set));

    if (ngx_heap_kind(w) == NGX_HEAP_RUN) {
        if (set == w) {
            s->live[ngx_heap_tag(w)]++;
        } else if (ngx_heap_kind(set) == NGX_HEAP_FREE) {
            s->freed += ngx_heap_tag(w) != 0;
        }
    }

    return set;
}

static void
sweep_one(ngx_heap_sweep_t *s, uint32_t page)
{
    ngx_heap_page_t  *t = ngx_heap_table(s->heap);
    uint32_t          w = t[page].word, len = ngx_heap_len(w);

    if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
        w = ngx_heap_sweep_slab(s, page, w);

    } else {
        ngx_heap_no_spots(s->heap, page, len);
        if (ngx_heap_kind(w) != NGX_HEAP_FREE) {
            w = sweep_run(s, page);
        }
    }

    if (ngx_heap_kind(w) != NGX_HEAP_FREE) {
        if (s->last != NGX_HEAP_NONE) {
            ngx_heap_insert(s->heap, s->last);
            s->last = NGX_HEAP_NONE;
        }
        return;
    }

    ngx_heap_pool(s->heap)->pfree += len;

    if (s->last == NGX_HEAP_NONE) {
        s->last = page;

    } else {
        t[s->last].word = ngx_heap_word(NGX_HEAP_FREE, 0,
                                        page + len - s->last);
        t[page].word = NGX_HEAP_INNER;
    }
}

/* Slots that were found dead: what they held is free now. */
static void
bury_slots(ngx_heap_sweep_t *s)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(s->heap);

    for (i = 1; i < s->heap->nslots; i++) {
        if (slot[i].owner == 0 || !(s->fate[i + 1] & NGX_HEAP_HELD_FREE)) {
            continue;
        }

        if (!slot[i].dead) {
            s->heap->recovered++;
            slot[i].dead = 1;
        }

        slot[i].live = s->live[i + 1];

        if (slot[i].live == 0) {
            slot[i].owner = 0;
            s->heap->vacant++;
        }
    }
}

/*
 * Look at everything, and build anew what follows from it.  reap: a process
 * whose live chunks are to be freed, if it is dead; retag: those of all the
 * dead are nobody's from now on.  May be killed anywhere and begun again.
 */
void
ngx_heap_sweep(ngx_heap_t *heap, uint32_t reap, int retag, ngx_uint_t *freed)
{
    int                have;
    uint32_t           page, len, i;
    ngx_heap_sweep_t   s;
    ngx_heap_page_t   *t = ngx_heap_table(heap);

    memset(&s, 0, sizeof(s));
    s.heap = heap;
    s.last = NGX_HEAP_NONE;

    have = ngx_heap_common_try(heap);
    judge(&s, reap, retag);
    forget(heap);

    for (page = 0; page < heap->npages; page += ngx_heap_len(t[page].word)) {
        if (!ngx_heap_is_sound(heap, page)) {
            ngx_heap_say(heap, NGX_LOG_ALERT, "page table is damaged");
            t[page].word = ngx_heap_word(NGX_HEAP_RUN, 1, heap->npages - page);
        }
        sweep_inside(heap, page, ngx_heap_len(t[page].word),
                     ngx_heap_kind(t[page].word) == NGX_HEAP_SLAB_OF);
    }

    for (i = 0; i < heap->nslots; i++) {
        if (s.fate[i + 1] & NGX_HEAP_HELD_FREE) {
            ngx_heap_settle(heap, &ngx_heap_slots(heap)[i], i + 1);
        }
    }

    for (page = 0; page < heap->npages; page += len) {
        len = ngx_heap_len(t[page].word);
        sweep_one(&s, page);
        len += len == 0;
    }

    if (s.last != NGX_HEAP_NONE) {
        ngx_heap_insert(heap, s.last);
    }

    bury_slots(&s);
    heap->recovered += heap->died;
    heap->died = 0;
    heap->doubt = 0;

    if (have) {
        (void) ngx_lock_release(&heap->common);
    }

    if (freed != NULL) {
        *freed = s.freed;
    }
}
