/*
 * ngx_heap_call.c - a call begins and ends, and frees.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"
#include "ngx_heap_sanitizer.h"

static ngx_heap_entry_t
entry_of(ngx_heap_t *heap, ngx_heap_hold_t *h)
{
    ngx_heap_entry_t  e;

    e.chunk = (uint32_t) (ngx_heap_offset(heap, h->p) / 8);
    e.byte = h->byte == NULL ? 0 : (uint32_t) ngx_heap_offset(heap, h->byte);
    return e;
}

/* Tag 1: a sweep has retagged it as slot 0's, when slots ran out. */
static int
is_meant(const ngx_heap_hold_t *h, unsigned tag)
{
    return tag == h->only || tag == 1;
}

/*
 * Chunks of other slots by CAS, as a reap may run.  0: it is not live, or not
 * the one that was judged.
 */
static int
set_held(ngx_heap_call_t *call, ngx_heap_hold_t *h)
{
    uint32_t            w, held;
    unsigned            b, tag = call->self->tag;
    ngx_heap_t         *heap = call->heap;
    volatile uint32_t  *word;

    if (h->byte != NULL) {
        for (b = *h->byte;
             b != tag && ngx_heap_is_live(b) && is_meant(h, b);
             b = *h->byte)
        {
            if (ngx_heap_cas(h->byte, (unsigned char) b, call->self->held)) {
                return 1;
            }
        }
        if (b == tag) {
            *h->byte = call->self->held;
        }
        return b == tag;
    }

    word = &ngx_heap_word_of(heap, ngx_heap_offset(heap, h->p) / 8);

    for ( ;; ) {
        w = *word;
        if (ngx_heap_kind(w) != NGX_HEAP_RUN
            || heap->nclasses + ngx_heap_len(w) - 1 != h->class
            || !is_meant(h, ngx_heap_tag(w)))
        {
            return 0;
        }
        held = ngx_heap_word(NGX_HEAP_HELDRUN, tag, ngx_heap_len(w));
        if (ngx_heap_cas(word, w, held)) {
            return 1;
        }
    }
}

const char *
ngx_heap_take_back(ngx_heap_call_t *call, ngx_heap_hold_t *h)
{
    ngx_heap_t        *heap = call->heap;
    ngx_heap_mag_t    *m;
    ngx_heap_entry_t  *e;

    if (h->loose) {
        if (!ngx_heap_stay(call)) {
            return "the lock cannot be had";
        }

    } else {
        m = &call->self->mags->mag[h->class];
        if (m->top == m->limit && ngx_heap_call_lock(call)) {
            ngx_heap_make_room(call, h->class);
            ngx_heap_call_unlock(call);
        }
        if (m->top == m->limit) {
            return "the lock cannot be had";
        }
        e = ngx_heap_entries(call->self->mags, m->top);
        *e = entry_of(heap, h);
        ngx_heap_order();
    }

    return set_held(call, h) ? NULL : h->byte != NULL
           ? "chunk is already free" : "page is already free";
}

void
ngx_heap_put_back(ngx_heap_call_t *call, ngx_heap_hold_t *h)
{
    ngx_heap_t        *heap = call->heap;
    ngx_heap_mag_t    *m;
    ngx_heap_entry_t   e = entry_of(heap, h);

    if (!h->loose) {
        m = &call->self->mags->mag[h->class];
        if (call->self->tag != 1) {     /* slot 0 is for all processes */
            ngx_heap_hide(heap, h->class, e);
        }
        NGX_HEAP_SET(m->top, m->top + sizeof(e));

    } else if (h->byte != NULL) {
        ngx_heap_chunk_give(heap, e, call->self->tag);

    } else {
        ngx_heap_held_give(heap, ngx_heap_page_of(heap, e), call->self->tag);
    }
}

int
ngx_heap_stay(ngx_heap_call_t *call)
{
    if (!call->locked) {
        call->locked = ngx_heap_lock(call->heap) == 0;
    }

    return call->locked;
}

const char *
ngx_heap_judge(ngx_heap_call_t *call, const void *p, ngx_heap_place_t *place,
    ngx_heap_hold_t *h)
{
    ngx_heap_t  *heap = call->heap;
    const char  *wrong = ngx_heap_find_live(heap, p, place);

    if (wrong != NULL) {
        return wrong;
    }

    h->only = place->byte == NULL ? ngx_heap_tag(place->word)
                                  : *place->byte & 0x7fu;
    h->byte = place->byte;
    h->p = (void *) (uintptr_t) p;
    h->class = place->class == NULL
               ? heap->nclasses + ngx_heap_len(place->word) - 1
               : (uint32_t) (place->class - ngx_heap_classes(heap));
    h->loose = call->self->mags == NULL
               || h->class >= heap->nclasses + heap->nruns;
    return NULL;
}

const char *
ngx_heap_free(ngx_heap_call_t *call, const void *p)
{
    const char        *wrong;
    ngx_heap_hold_t    h;
    ngx_heap_place_t   place;

    wrong = ngx_heap_judge(call, p, &place, &h);

    if (wrong == NULL && h.loose) {     /* once more, with the lock */
        wrong = ngx_heap_stay(call) ? ngx_heap_judge(call, p, &place, &h)
                                    : "the lock cannot be had";
    }

    if (wrong == NULL) {
        wrong = ngx_heap_take_back(call, &h);
    }

    if (wrong == NULL) {
        ngx_heap_unseal(call->heap, (void *) (uintptr_t) p, place.size,
                        place.class != NULL);
        ngx_heap_put_back(call, &h);
    }

    return wrong;
}

static int
take_common(ngx_lock_t *lock)
{
#if NGX_LOCK_HAVE_WORD
    int  rc = ngx_lock_at_once(lock);

    if (rc == EOWNERDEAD) {
        lock->death_pending = 0;
    }

    if (rc != -1) {
        return rc;
    }
#endif

    return ngx_lock_acquire(lock, ngx_lock_spin(), -1);
}

/* Its magazines may have moved since this thread's last call. */
static int
enter_common(ngx_heap_call_t *call)
{
    int               rc;
    ngx_heap_t       *heap = call->heap;
    ngx_heap_self_t  *self = call->self;

    rc = take_common(&heap->common);

    if (rc != 0 && rc != EOWNERDEAD) {
        errno = rc;
        return 0;
    }

    call->common = 1;

    if (rc == EOWNERDEAD) {
        heap->died = 1;
    }

    if (heap->died) {
        if (ngx_heap_lock(heap) != 0) {     /* which sweeps */
            ngx_heap_leave(call);
            return 0;
        }
        ngx_heap_unlock(heap);
    }

    self->mags = ngx_heap_mags_of(heap, 1);

    if (self->mags == NULL && ngx_heap_stay(call)) {
        ngx_heap_get_mags(heap, self->slot);
        self->mags = ngx_heap_mags_of(heap, 1);
    }

    return 1;
}

/* No page was left for magazines when the thread joined: is there now? */
static void
try_again(ngx_heap_call_t *call)
{
    ngx_heap_t       *heap = call->heap;
    ngx_heap_self_t  *self = call->self;

    if (self->tag != 1 && heap->mags != 0 && !ngx_heap_is_low(heap)) {
        ngx_heap_get_mags(heap, self->slot);
        ngx_heap_note(heap, self, self->slot);
    }
}

int
ngx_heap_enter(ngx_heap_call_t *call, ngx_slab_pool_t *pool)
{
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_self_t  *self;

    call->heap = heap;
    call->locked = 0;
    call->common = 0;

    self = ngx_heap_self(heap);

    if (self != NULL && self->tag == 1 && ngx_heap_is_due(heap, self)) {
        self = ngx_heap_join(heap);
    }

    if (self == NULL) {
        if (heap->magic != NGX_HEAP_MAGIC || !ngx_heap_can_write(heap)
            || !ngx_heap_is_home(heap))
        {
            return 0;
        }
        self = &call->none;
        ngx_heap_note(heap, self, ngx_heap_slots(heap));
    }

    call->self = self;

    if (self->tag == 1 && heap->mags != 0 && !enter_common(call)) {
        return 0;
    }

    /* what it holds for a moment is in no magazine */
    if (self->mags == NULL) {
        if (!ngx_heap_stay(call)) {
            ngx_heap_leave(call);
            return 0;
        }
        try_again(call);
    }

    return 1;
}

void
ngx_heap_leave(ngx_heap_call_t *call)
{
    if (call->locked) {
        ngx_heap_unlock(call->heap);
    }

    if (call->common) {
#if NGX_LOCK_HAVE_WORD
        if (ngx_lock_leave_at_once(&call->heap->common)) {
            return;
        }
#endif
        (void) ngx_lock_release(&call->heap->common);
    }
}
