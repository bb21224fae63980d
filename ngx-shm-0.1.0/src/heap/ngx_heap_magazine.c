/*
 * ngx_heap_magazine.c - refill the magazines of a slot from the heap, and flush
 * them into it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"
#include "ngx_heap_sanitizer.h"

#define RUNS  8         /* taken or given at a time: each is some work */

/* Flush the n oldest entries: those freed last are in the CPU's cache. */
static void
flush(ngx_heap_t *heap, ngx_heap_self_t *self, uint32_t class, uint32_t n)
{
    uint32_t           i, left;
    ngx_heap_mag_t    *m = &self->mags->mag[class];
    ngx_heap_entry_t  *e = ngx_heap_entries(self->mags, m->bottom);

    for (i = 0; i < n; i++) {
        ngx_heap_show(heap, class, e[i]);
        if (class < heap->nclasses) {
            ngx_heap_chunk_give(heap, e[i], self->tag);
        } else {
            ngx_heap_held_give(heap, ngx_heap_page_of(heap, e[i]), self->tag);
        }
    }

    left = ngx_heap_count(m) - n;
    memmove(e, e + n, left * sizeof(*e));
    m->top = m->bottom + left * (uint32_t) sizeof(*e);
}

static void
flush_all(ngx_heap_t *heap, ngx_heap_self_t *self)
{
    uint32_t          i;
    ngx_heap_mag_t   *m;
    ngx_heap_mags_t  *mags = self->mags;

    for (i = 0; mags != NULL && i < heap->nclasses + heap->nruns; i++) {
        m = &mags->mag[i];
        if (m->top != m->bottom) {
            flush(heap, self, i, ngx_heap_count(m));
        }
    }
}

/* An allocation failed somewhere: return what is cached here. */
static void
flush_if_asked(ngx_heap_call_t *call)
{
    ngx_heap_slot_t  *slot = call->self->slot;

    if (slot->epoch != call->heap->epoch) {
        slot->epoch = call->heap->epoch;
        flush_all(call->heap, call->self);
    }
}

static uint32_t
take_runs(ngx_heap_t *heap, uint32_t len, uint32_t tag, ngx_heap_entry_t *e,
    uint32_t n)
{
    uint32_t  i, page;

    for (i = 0; i < n; i++) {
        page = ngx_heap_run_take(heap, len,
                                 ngx_heap_word(NGX_HEAP_HELDRUN, tag, len));
        if (page == NGX_HEAP_NONE) {
            break;
        }
        e[i].chunk = (uint32_t) (ngx_heap_offset(heap,
                                     ngx_heap_page(heap, page)) / 8);
        e[i].byte = 0;
    }

    return i;
}

/* Fill half a magazine; the last entry is for the caller. */
static int
refill(ngx_heap_call_t *call, ngx_heap_hold_t *h)
{
    uint32_t           n, want = 1, tag = call->self->tag;
    ngx_heap_t        *heap = call->heap;
    ngx_heap_mag_t    *m = NULL;
    ngx_heap_mags_t   *mags = call->self->mags;
    ngx_heap_entry_t   one, *e = &one;

    if (mags != NULL) {
        flush_if_asked(call);
        m = &mags->mag[h->class];
        e = ngx_heap_entries(mags, m->top);
        if (!ngx_heap_is_low(heap)) {
            want = (m->limit - m->top) / 16;
            want = h->class >= heap->nclasses && want > RUNS ? RUNS : want;
            want += want == 0;
        }
    }

    n = h->class < heap->nclasses
        ? ngx_heap_chunk_take(heap, h->class, tag, e, want)
        : take_runs(heap, h->class - heap->nclasses + 1, tag, e, want);

    if (n == 0) {
        return 0;
    }

    ngx_heap_hold_entry(heap, h, e[n - 1]);

    if (mags != NULL) {
        m->top += (n - 1) * (uint32_t) sizeof(*e);
    }

    return 1;
}

/* Pages in no magazine: the lock is held until they are live. */
static int
take_pages(ngx_heap_call_t *call, uint32_t n, uint32_t align,
    ngx_heap_hold_t *h)
{
    uint32_t     word, page;
    ngx_heap_t  *heap = call->heap;

    if (n > heap->npages) {
        return 0;
    }

    word = ngx_heap_word(NGX_HEAP_HELDRUN, call->self->tag, n);
    page = align > 1 ? ngx_heap_run_aligned(heap, n, align, word)
                     : ngx_heap_run_take(heap, n, word);
    if (page == NGX_HEAP_NONE) {
        return 0;
    }

    call->locked = 1;
    h->loose = 1;
    h->class = heap->nclasses + n - 1;
    h->byte = NULL;
    h->p = ngx_heap_page(heap, page);
    return 1;
}

static int
take(ngx_heap_call_t *call, uint32_t n, uint32_t align, ngx_heap_hold_t *h)
{
    if (h->class < call->heap->nclasses + call->heap->nruns) {
        return refill(call, h);
    }

    return take_pages(call, n, align, h);
}

/*
 * Slot 0 caches for threads that may never call again, so others flush it.  If
 * its lock is taken, its owner flushes at its next refill.
 */
static void
flush_common(ngx_heap_t *heap)
{
    ngx_heap_self_t  common;

    if (!ngx_heap_common_try(heap)) {
        return;
    }

    if (!heap->died) {
        memset(&common, 0, sizeof(common));
        common.tag = 1;
        common.mags = ngx_heap_mags_of(heap, 1);
        flush_all(heap, &common);
    }

    (void) ngx_lock_release(&heap->common);
}

/* Retry with all that can be freed: caches, and what the dead held. */
static int
take_hard(ngx_heap_call_t *call, uint32_t n, uint32_t align,
    ngx_heap_hold_t *h)
{
    ngx_heap_t  *heap = call->heap;

    if (n > heap->npages) {
        return 0;
    }

    flush_all(heap, call->self);
    if (!call->common) {
        flush_common(heap);
    }
    if (take(call, n, align, h)) {
        return 1;
    }

    if (ngx_heap_bury(heap, 0) && take(call, n, align, h)) {
        return 1;
    }

    if (h->class < heap->nclasses && take_pages(call, n, 1, h)) {
        return 1;
    }

    heap->epoch++;
    return 0;
}

static void
no_memory(ngx_heap_call_t *call, uint32_t class)
{
    ngx_heap_t  *heap = call->heap;

    if (class < heap->nclasses) {
        ngx_heap_stats(heap)[ngx_heap_classes(heap)[class].stat].fails++;
    }

    if (ngx_heap_pool(heap)->log_nomem) {
        ngx_heap_say(heap, NGX_LOG_CRIT,
                     "ngx_slab_alloc() failed: no memory");
    }
}

int
ngx_heap_obtain(ngx_heap_call_t *call, size_t size, uint32_t class,
    size_t align, ngx_heap_hold_t *h)
{
    int               done;
    size_t            pages;
    uint32_t          n, all = call->heap->nclasses + call->heap->nruns;
    ngx_heap_mag_t   *m;
    ngx_heap_mags_t  *mags = call->self->mags;
    ngx_heap_entry_t  e;

    pages = (size >> NGX_HEAP_SHIFT) + (size % NGX_HEAP_PAGE != 0);
    pages += pages == 0;
    n = pages > NGX_HEAP_PAGES ? NGX_HEAP_PAGES : (uint32_t) pages;
    align >>= NGX_HEAP_SHIFT;
    align = align > NGX_HEAP_PAGES ? NGX_HEAP_PAGES : align;

    if (class >= call->heap->nclasses && align <= 1) {
        class = call->heap->nclasses + n - 1;
    }

    h->class = class;
    h->loose = mags == NULL;

    if (class < all && mags != NULL) {
        m = &mags->mag[class];
        if (m->top != m->bottom) {
            NGX_HEAP_SET(m->top, m->top - sizeof(e));
            e = *ngx_heap_entries(mags, m->top);
            ngx_heap_show(call->heap, class, e);
            ngx_heap_hold_entry(call->heap, h, e);
            return 1;
        }
    }

    if (!ngx_heap_call_lock(call)) {
        return 0;
    }

    done = take(call, n, (uint32_t) align, h)
           || take_hard(call, n, (uint32_t) align, h);
    if (!done) {
        no_memory(call, class);
    }

    ngx_heap_call_unlock(call);
    return done;
}

/* Flush half of the magazine; all of it when pages are low. */
void
ngx_heap_make_room(ngx_heap_call_t *call, uint32_t class)
{
    uint32_t         n;
    ngx_heap_mag_t  *m = &call->self->mags->mag[class];

    flush_if_asked(call);

    if (m->top == m->limit) {
        n = ngx_heap_count(m);
        if (!ngx_heap_is_low(call->heap)) {
            n = (n + 1) / 2;
            n = class >= call->heap->nclasses && n > RUNS ? RUNS : n;
        }
        flush(call->heap, call->self, class, n);
    }
}
