/*
 * ngx_heap_slot.c - a thread joins a pool: it gets a slot of its own, or shares
 * slot 0.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sanitizer.h"
#include "ngx_lock_kind.h"

void
ngx_heap_note(ngx_heap_t *heap, ngx_heap_self_t *self, ngx_heap_slot_t *slot)
{
    self->heap = heap;
    self->id = heap->id;
    self->slot = slot;
    self->tag = (unsigned char) (slot - ngx_heap_slots(heap) + 1);
    self->held = (unsigned char) (self->tag | NGX_HEAP_HELD);
    self->calls = 0;
    self->vacant = heap->vacant;
    self->spots = (uintptr_t) ngx_heap_spots(heap)
                  - ((uintptr_t) ngx_heap_page(heap, 0) >> NGX_HEAP_SHIFT)
                    * sizeof(ngx_heap_spot_t);
    self->size = (size_t) heap->size;
    self->mags = ngx_heap_mags_of(heap, self->tag);
    self->key = NULL;

    if (self->mags != NULL && !(heap->flags & NGX_SLAB_DEBUG)) {
        self->key = self->tag != 1 ? ngx_heap_pool(heap)
                                   : NGX_HEAP_COMMON_KEY(ngx_heap_pool(heap));
    }

    ngx_heap_show_all(self);
}

#if NGX_LOCK_HAVE_WORD

#define EACH_MS  100    /* how often all threads together check all owners */
#define SHARE    50     /* sweeps for slots may take 1/SHARE of the time */

static int
is_mine(ngx_heap_slot_t *slot, uint64_t me)
{
    return ngx_lock_read(&slot->owner) == me && slot->ns == ngx_lock_self.ns
           && !slot->dead;
}

/* A slot that is mine already, or else one that is nobody's. */
static ngx_heap_slot_t *
choose(ngx_heap_t *heap, uint64_t me)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap), *empty = NULL;

    for (i = 1; i < heap->nslots; i++) {
        if (is_mine(&slot[i], me)) {
            return &slot[i];
        }
        if (empty == NULL && slot[i].owner == 0) {
            empty = &slot[i];
        }
    }

    return empty;
}

static void
occupy(ngx_heap_t *heap, ngx_heap_slot_t *slot, uint64_t me)
{
    slot->ns = ngx_lock_self.ns;
    slot->pid = ngx_lock_self.pid;
    slot->image = ngx_lock_image();
    slot->dead = 0;
    slot->mags = 0;
    slot->epoch = heap->epoch;
    slot->intent.op = 0;
    slot->intent.journal = 0;
    heap->nused++;

    if (heap->high <= slot - ngx_heap_slots(heap)) {
        heap->high = (uint32_t) (slot - ngx_heap_slots(heap)) + 1;
    }

    (void) ngx_lock_cas(&slot->owner, 0, me);
}

/*
 * No slot is free.  A sweep frees those of the dead that have no live chunks;
 * if there are none, a second sweep retags the live chunks of all the dead as
 * slot 0's.  The pause between such sweeps is SHARE times what they took.
 */
static ngx_heap_slot_t *
make_vacant(ngx_heap_t *heap, uint64_t me)
{
    int64_t           start = ngx_lock_now();
    uint32_t          i, dead = 0;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 1; i < heap->nslots; i++) {
        dead += slot[i].owner != 0 && slot[i].dead;
    }

    if (dead == 0 || (start < heap->rested
                      && heap->rested - start < 60 * (int64_t) 1000000))
    {
        return NULL;
    }

    ngx_heap_sweep(heap, 0, 0, NULL);
    slot = choose(heap, me);

    if (slot == NULL) {
        ngx_heap_sweep(heap, 0, 1, NULL);
        slot = choose(heap, me);
    }

    heap->rested = ngx_lock_now();
    heap->rested += (heap->rested - start) * SHARE;
    return slot;
}

static ngx_heap_slot_t *
find_slot(ngx_heap_t *heap, uint64_t me)
{
    int64_t           ms;
    ngx_heap_slot_t  *slot = choose(heap, me);

    if (slot != NULL && slot->owner != 0) {
        return slot;
    }

    ms = ngx_lock_ms() - heap->when;

    if (ms >= EACH_MS || ms < 0) {
        (void) ngx_heap_bury(heap, 1);
    } else {
        (void) ngx_heap_bury_some(heap);
    }

    return slot != NULL ? slot : make_vacant(heap, me);
}

ngx_heap_self_t *
ngx_heap_join(ngx_heap_t *heap)
{
    uint64_t          me = ngx_lock_me();
    ngx_heap_slot_t  *slot;
    ngx_heap_self_t  *self;

    if (heap->flags & NGX_HEAP_NO_SLOTS) {
        return NULL;
    }

    if (heap->magic != NGX_HEAP_MAGIC || !ngx_heap_admits(heap)
        || ngx_heap_lock(heap) != 0)
    {
        return NULL;
    }

    slot = find_slot(heap, me);
    self = ngx_heap_self_new(heap);

    if (self != NULL) {
        if (slot == NULL) {
            slot = ngx_heap_slots(heap);
        } else {
            if (slot->owner == 0) {
                occupy(heap, slot, me);
            }
            ngx_heap_get_mags(heap, slot);
        }
        ngx_heap_note(heap, self, slot);
    }

    ngx_heap_unlock(heap);
    return self;
}

int
ngx_heap_is_due(ngx_heap_t *heap, ngx_heap_self_t *self)
{
    int64_t  ms;

    if (self->vacant != *(volatile uint32_t *) &heap->vacant) {
        return 1;
    }

    if (++self->calls % NGX_HEAP_ASK != 0) {
        return 0;
    }

    ms = ngx_lock_ms() - heap->when;
    return ms >= EACH_MS || ms < 0;
}

#else

int
ngx_heap_is_due(ngx_heap_t *heap, ngx_heap_self_t *self)
{
    (void) heap;
    (void) self;
    return 0;
}

ngx_heap_self_t *
ngx_heap_join(ngx_heap_t *heap)
{
    (void) heap;
    return NULL;
}

#endif
