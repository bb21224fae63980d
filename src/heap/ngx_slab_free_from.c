/*
 * ngx_slab_free_from.c - free the chunk that a cell names, and clear the cell,
 * as one step.  ngx_heap.h tells why a kill at any store is right.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_cell.h"

/* Results of a try that has not freed the chunk. */
enum { AGAIN = 1, GONE, WRONG };

/* What is seen of a chunk before the claim. */
typedef struct {
    uintptr_t  chunk;
    unsigned   tag;         /* 0: it is not live */
    uint32_t   reaps;
} seen_t;

static ngx_inline unsigned
tag_in(const ngx_heap_place_t *place)
{
    return place->byte == NULL ? ngx_heap_tag(place->word)
                               : *place->byte & 0x7fu;
}

static unsigned
tag_of(ngx_heap_t *heap, uintptr_t chunk)
{
    ngx_heap_place_t  place;

    return ngx_heap_find_live(heap, ngx_heap_at(heap, chunk), &place) == NULL
           ? tag_in(&place) : 0;
}

/* Tag 1: a sweep may have retagged it as slot 0's meanwhile. */
static ngx_inline int
is_same(const seen_t *seen, unsigned tag)
{
    return seen->tag != 0 && (tag == seen->tag || tag == 1);
}

/* The slab may have been reaped, so only the address can be checked. */
static int
may_have_been_chunk(ngx_heap_t *heap, uintptr_t chunk)
{
    return chunk % 8 == 0 && chunk >= heap->pages
           && (chunk - heap->pages) >> NGX_HEAP_SHIFT < heap->npages;
}

/*
 * The chunk has changed since it was seen.  Either it was freed and the cell
 * filled again: AGAIN.  Or it was reaped, and the cell names nothing, or a
 * chunk of somebody else: GONE.
 */
static int
why_not(ngx_heap_t *heap, const seen_t *seen)
{
    unsigned  tag = tag_of(heap, seen->chunk);
    uint32_t  reaps;

    if (is_same(seen, tag)) {       /* the lock cannot be had */
        return WRONG;
    }

    ngx_lock_barrier();
    reaps = *(volatile uint32_t *) &heap->reaps;

    if (tag != 0 && reaps == seen->reaps && reaps % 2 == 0) {
        return AGAIN;
    }

    return reaps != 0 && may_have_been_chunk(heap, seen->chunk) ? GONE : WRONG;
}

/* The caller's claim is in the cell. */
static int
free_claimed(ngx_heap_call_t *call, volatile uintptr_t *cell,
    const seen_t *seen)
{
    int                rc = 0;
    void              *p = ngx_heap_at(call->heap, seen->chunk);
    const char        *wrong;
    ngx_heap_hold_t    h;
    ngx_heap_place_t   place;

    wrong = ngx_heap_judge(call, p, &place, &h);

    if (wrong == NULL && h.loose) {
        wrong = ngx_heap_stay(call) ? ngx_heap_judge(call, p, &place, &h)
                                    : "the lock cannot be had";
    }

    if (wrong == NULL && !is_same(seen, tag_in(&place))) {
        wrong = "chunk is already free";
    }

    if (wrong == NULL) {
        h.only = seen->tag;
        wrong = ngx_heap_take_back(call, &h);
    }

    if (wrong == NULL) {
        ngx_heap_unseal(call->heap, p, place.size, place.class != NULL);
    } else {
        rc = why_not(call->heap, seen);
    }

    *cell = rc == 0 || rc == GONE ? 0 : seen->chunk;
    call->self->slot->intent.op = 0;

    if (rc == 0) {
        ngx_heap_put_back(call, &h);
    } else if (rc == WRONG) {
        ngx_heap_complain(call->heap, wrong);
    }

    return rc;
}

/* AGAIN: somebody changed the cell; NGX_DECLINED: it was to be 0. */
static int
try(ngx_heap_call_t *call, volatile uintptr_t *cell)
{
    seen_t       seen;
    ngx_heap_t  *heap = call->heap;

    seen.reaps = *(volatile uint32_t *) &heap->reaps;
    seen.chunk = ngx_heap_acquire(cell);

    if (seen.chunk == 0 || ngx_heap_is_claim(seen.chunk)) {
        return AGAIN;
    }

    seen.tag = tag_of(heap, seen.chunk);
    (void) ngx_heap_intend(heap, call->self, seen.chunk, cell,
                           ngx_heap_from(seen.tag));

    if (ngx_heap_cas(cell, seen.chunk, ngx_heap_claim(call->self->tag))) {
        return free_claimed(call, cell, &seen);
    }

    call->self->slot->intent.op = 0;
    return AGAIN;
}

static ngx_heap_seldom ngx_int_t
free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    int              i, look = 1, rc = AGAIN;
    uintptr_t        c;
    ngx_heap_call_t  call;

    if (!ngx_heap_enter(&call, pool)) {
        return NGX_ERROR;
    }

    for (i = 0; i < NGX_HEAP_LOOKS && look > 0 && rc == AGAIN; i++) {
        c = *cell;

        if (c == 0) {
            break;
        }

        if (ngx_heap_is_claim(c)) {
            look = ngx_heap_resolve(&call, c);
        } else {
            rc = try(&call, cell);
        }
    }

    if (look < 0) {
        ngx_heap_complain(call.heap, "pointer to wrong chunk");
        rc = WRONG;
    }

    ngx_heap_leave(&call);

    if (rc == WRONG) {
        errno = EINVAL;
    }

    return rc == 0 ? NGX_OK : rc == WRONG ? NGX_ERROR : NGX_DECLINED;
}

/*
 * The chunk is found before the CAS of the claim, as everything after a CAS
 * waits for it; the byte is read again after it.
 */
ngx_int_t
ngx_slab_free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    void               *p;
    uintptr_t           chunk;
    ngx_heap_found_t    f;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = ngx_heap_known(pool);
    ngx_heap_intent_t  *intent;

    if (!ngx_heap_is_cell(heap, cell)) {
        return NGX_ERROR;
    }

    chunk = ngx_heap_acquire(cell);
    if (chunk == 0) {
        return NGX_DECLINED;
    }

    p = ngx_heap_at(heap, chunk);

    if (!ngx_heap_likely(self != NULL && !ngx_heap_is_claim(chunk)
                         && ngx_heap_found(pool, self, p, &f, 0)))
    {
        return free_from(pool, cell);
    }

    intent = ngx_heap_intend(heap, self, chunk, cell,
                             ngx_heap_from(self->tag));

    if (!ngx_heap_cas(cell, chunk, ngx_heap_claim(self->tag))) {
        intent->op = 0;
        return free_from(pool, cell);
    }

    if (!ngx_heap_likely(NGX_HEAP_BYTE(pool, f.byte) == self->tag)) {
        *cell = chunk;
        intent->op = 0;
        return free_from(pool, cell);
    }

    ngx_heap_hold(pool, self, p, &f);
    *cell = 0;
    intent->op = 0;
    ngx_heap_keep(&f);
    return NGX_OK;
}
