/*
 * ngx_heap_sweep.c - rebuild all that is derived, after a death with the lock.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sweep.h"

/*
 * Step 1: who is dead?  Slot 0 belongs to the owner of the lock, so to nobody
 * now; or to the owner of its own lock, who may live and be at work.
 *
 * Twice: the dead stay dead, and their magazines are gone already.
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
            if (!ngx_heap_in_journal(s->heap, &slot[i])) {
                slot[i].intent.journal = 0;
            }
        }
    }
}

/*
 * Step 2: forget all that is derived.
 *
 * Twice: step 5 makes it anew, of nothing but the words and the bytes.
 */
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

/* Words inside a run must be INNER. */
static void
mend_inside(ngx_heap_t *heap, uint32_t page, uint32_t len, int slab)
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

/*
 * Step 3: let the words of the pages lead from run to run, for the steps below
 * find chunks and neighbours by them.
 *
 * Twice: all follows from the first words of the runs, and none of those
 * changes but a damaged one, which is sound after one store.
 */
static void
mend_words(ngx_heap_t *heap)
{
    uint32_t          page;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    for (page = 0; page < heap->npages; page += ngx_heap_len(t[page].word)) {
        if (!ngx_heap_is_sound(heap, page)) {
            ngx_heap_say(heap, NGX_LOG_ALERT, "page table is damaged");
            t[page].word = ngx_heap_word(NGX_HEAP_RUN, 1, heap->npages - page);
        }
        mend_inside(heap, page, ngx_heap_len(t[page].word),
                    ngx_heap_kind(t[page].word) == NGX_HEAP_SLAB_OF);
    }
}

/* Note the chunk that the living owner of the slot is about to free. */
static void
note_claim(ngx_heap_sweep_t *s, ngx_heap_slot_t *slot, uint32_t tag)
{
    uint64_t             at = slot->intent.cell, chunk = slot->intent.chunk;
    ngx_heap_place_t     place;
    volatile uintptr_t  *cell;

    if (ngx_heap_op(slot->intent.op) != NGX_HEAP_FROM
        || ngx_heap_readable(s->heap, at) < sizeof(uintptr_t))
    {
        return;
    }

    cell = ngx_heap_at(s->heap, at);

    if (*cell == ngx_heap_claim(tag)
        && ngx_heap_find(s->heap, ngx_heap_at(s->heap, chunk), &place) == NULL)
    {
        s->claimed[s->nclaimed++] = place.byte != NULL
            ? (volatile void *) place.byte
            : (volatile void *) &ngx_heap_table(s->heap)[place.page].word;
    }
}

/*
 * Step 4: finish what the dead had begun.  Before step 5, which frees what
 * becomes held here, and frees nothing that a living one has claimed.
 *
 * Twice: see ngx_heap_settle().
 */
static void
settle(ngx_heap_sweep_t *s)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(s->heap);

    for (i = 0; i < s->heap->nslots; i++) {
        if (s->fate[i + 1] & NGX_HEAP_HELD_FREE) {
            ngx_heap_settle(s->heap, &slot[i], i + 1);
        } else {
            note_claim(s, &slot[i], i + 1);
        }
    }
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
            w = ngx_heap_sweep_run(s, page);
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

/*
 * Step 5: free what the dead held, join free runs, and build anew the bins,
 * lists, spots and counts.
 *
 * Twice: a chunk or run is freed by one store and is found free after it; what
 * is built begins as nothing, in step 2.
 */
static void
rebuild(ngx_heap_sweep_t *s)
{
    uint32_t          page, len;
    ngx_heap_page_t  *t = ngx_heap_table(s->heap);

    for (page = 0; page < s->heap->npages; page += len) {
        len = ngx_heap_len(t[page].word);
        sweep_one(s, page);
        len += len == 0;
    }

    if (s->last != NGX_HEAP_NONE) {
        ngx_heap_insert(s->heap, s->last);
    }
}

/*
 * Step 6: the dead give up their slots, unless they have live chunks, or a
 * journal that is open.  Last, as a tag is used again only when nothing has it.
 *
 * Twice: a slot goes by its last store, and is found dead until then.  Only
 * the counts may count it twice; vacant comes first, for who sees it change
 * waits for the lock, and who does not see it would not come for long.
 */
static void
bury(ngx_heap_sweep_t *s)
{
    uint32_t          i;
    ngx_heap_t       *heap = s->heap;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 1; i < heap->nslots; i++) {
        if (slot[i].owner == 0 || !(s->fate[i + 1] & NGX_HEAP_HELD_FREE)) {
            continue;
        }

        if (!slot[i].dead) {
            heap->recovered++;
            slot[i].dead = 1;
        }

        slot[i].live = s->live[i + 1];

        if (slot[i].live == 0 && slot[i].intent.journal == 0) {
            heap->vacant++;
            slot[i].owner = 0;
        }
    }

    heap->recovered += heap->died;
    heap->died = 0;
    heap->doubt = 0;
}

/*
 * Look at everything, and build anew what follows from it.  reap: a process
 * whose live chunks are to be freed, if it is dead; retag: those of all the
 * dead are nobody's from now on.
 *
 * May be killed anywhere: the next owner of the lock begins at the first step.
 * At each step stands why doing it twice is right.
 */
void
ngx_heap_sweep(ngx_heap_t *heap, uint32_t reap, int retag, ngx_uint_t *freed)
{
    int               have;
    ngx_heap_sweep_t  s;

    memset(&s, 0, sizeof(s));
    s.heap = heap;
    s.last = NGX_HEAP_NONE;

    have = ngx_heap_common_try(heap);

    judge(&s, reap, retag);
    forget(heap);
    mend_words(heap);
    settle(&s);
    rebuild(&s);
    bury(&s);

    if (have) {
        (void) ngx_lock_release(&heap->common);
    }

    if (freed != NULL) {
        *freed = s.freed;
    }
}
