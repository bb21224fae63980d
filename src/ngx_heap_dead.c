#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <time.h>

#define POLL_MS    10

int
ngx_heap_lock(ngx_heap_t *heap)
{
    return ngx_heap_lock_within(heap, -1);
}

int
ngx_heap_lock_within(ngx_heap_t *heap, ngx_int_t ms)
{
    int  rc = ngx_lock_acquire(&heap->lock, ngx_lock_spin(), ms);

    if (rc == EOWNERDEAD) {
        ngx_heap_sweep(heap, 0, 0, NULL);
        rc = 0;
    }

    return rc;
}

void
ngx_heap_unlock(ngx_heap_t *heap)
{
    (void) ngx_lock_release(&heap->lock);
}

int
ngx_heap_is_dead(ngx_heap_slot_t *slot)
{
#if NGX_LOCK_HAVE_WORD
    uint64_t  owner = ngx_lock_read(&slot->owner);

    return owner != 0
           && (slot->dead || ngx_lock_owner_dead(slot->ns, owner));
#else
    (void) slot;
    return 0;
#endif
}

void
ngx_heap_settle(ngx_heap_t *heap, ngx_heap_slot_t *slot, unsigned tag)
{
    int                  named, held, run;
    uint64_t             cell = slot->intent.cell, chunk = slot->intent.chunk;
    ngx_heap_place_t     place;
    volatile uint32_t   *word;

    if (slot->intent.op == 0) {
        return;
    }

    if (ngx_heap_readable(heap, cell) < sizeof(uintptr_t)
        || chunk >= heap->size)
    {
        slot->intent.op = 0;
        return;
    }

    memset(&place, 0, sizeof(place));
    (void) ngx_heap_find(heap, ngx_heap_at(heap, chunk), &place);
    named = *(volatile uintptr_t *) ngx_heap_at(heap, cell)
            == (uintptr_t) chunk;

    word = &ngx_heap_table(heap)[place.page].word;
    run = place.byte == NULL;
    held = run ? *word == ngx_heap_word(NGX_HEAP_HELDRUN, tag,
                                        ngx_heap_len(*word))
               : *place.byte == (NGX_HEAP_HELD | tag);

    if (place.size == 0) {      /* it leads nowhere */
        slot->intent.op = 0;
        return;
    }

    if (slot->intent.op == NGX_HEAP_TO && named && held) {
        if (run) {
            *word = ngx_heap_word(NGX_HEAP_RUN, tag, ngx_heap_len(*word));
        } else {
            *place.byte = (unsigned char) tag;
        }
    }

    if (slot->intent.op == NGX_HEAP_FROM && !named) {
        if (run && ngx_heap_kind(*word) == NGX_HEAP_RUN) {
            *word = ngx_heap_word(NGX_HEAP_HELDRUN, tag, ngx_heap_len(*word));
        } else if (!run && *place.byte != 0
                   && !(*place.byte & NGX_HEAP_HELD))
        {
            *place.byte = (unsigned char) (NGX_HEAP_HELD | tag);
        }
    }

    slot->intent.op = 0;
}

int
ngx_heap_bury(ngx_heap_t *heap, int now)
{
    int64_t           ms;
    uint32_t          i;
    struct timespec   ts;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    if (!now) {
#ifdef CLOCK_MONOTONIC_COARSE
        (void) clock_gettime(CLOCK_MONOTONIC_COARSE, &ts);
#else
        (void) clock_gettime(CLOCK_MONOTONIC, &ts);
#endif
        ms = (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;

        if (heap->polled == heap->nused && ms - heap->when < POLL_MS
            && ms >= heap->when)
        {
            return 0;
        }

        heap->polled = heap->nused;
        heap->when = ms;
    }

    for (i = 1; i < heap->nslots; i++) {
        if (!slot[i].dead && ngx_heap_is_dead(&slot[i])) {
            ngx_heap_sweep(heap, 0, 0, NULL);
            return 1;
        }
    }

    return 0;
}
