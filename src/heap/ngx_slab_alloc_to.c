/*
 * ngx_slab_alloc_to.c - a chunk and the cell that names it change together.
 * Why a kill at any of the stores is right is told in ngx_heap.h.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"

#define TIMES  1000     /* a cell that changes at each look is somebody's */

static int
is_cell(ngx_heap_t *heap, volatile uintptr_t *cell)
{
    uintptr_t  off = ngx_heap_offset(heap, cell);

    return off <= heap->size - sizeof(uintptr_t) && off % sizeof(*cell) == 0;
}

static ngx_inline ngx_heap_intent_t *
intend(ngx_heap_t *heap, ngx_heap_self_t *self, uintptr_t chunk,
    volatile uintptr_t *cell, uint32_t op)
{
    ngx_heap_intent_t  *intent = &self->slot->intent;

    intent->cell = ngx_heap_offset(heap, cell);
    intent->chunk = chunk;
    intent->op = op;
    return intent;
}

/* A claim of slot 0 is one of the dead if nobody is in there. */
static int
settle_common(ngx_heap_t *heap)
{
    int  rc = ngx_heap_common_try(heap);

    if (rc) {
        (void) ngx_lock_release(&heap->common);
    }

    if (heap->died && ngx_heap_lock(heap) == 0) {   /* which sweeps */
        ngx_heap_unlock(heap);
    }

    return rc;
}

/*
 * There is a claim in the cell.  1: there was, look again.  0: its slot is
 * about to free the chunk.  -1: it is no claim.
 */
static int
resolve(ngx_heap_call_t *call, uintptr_t claim)
{
    int               dead;
    uint32_t          tag = (uint32_t) (claim >> 3);
    ngx_heap_t       *heap = call->heap;
    ngx_heap_slot_t  *slot;

    if (tag == 0 || tag > heap->nslots || claim != ngx_heap_claim(tag)) {
        return -1;
    }

    if (tag == call->self->tag) {
        return 0;
    }

    if (tag == 1) {
        return !call->locked && settle_common(heap);
    }

    slot = ngx_heap_slots(heap) + tag - 1;

    if (slot->owner != 0 && !ngx_heap_is_dead(slot)) {
        return 0;
    }

    if (!ngx_heap_call_lock(call)) {
        return 0;
    }

    dead = slot->owner == 0 || ngx_heap_is_dead(slot);
    if (dead && slot->owner != 0 && slot->intent.op != 0) {
        ngx_heap_bury_slot(heap, tag - 1);
    }

    ngx_heap_call_unlock(call);
    return dead;
}

static ngx_heap_seldom void *
alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    int               i, err = ENOMEM;
    size_t            want = size;
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_call_t   call;
    ngx_heap_hold_t   h;

    if (!ngx_heap_enter(&call, pool)) {
        return NULL;
    }

    for (i = 0; i < TIMES && ngx_heap_is_claim(*cell); i++) {
        if (resolve(&call, *cell) <= 0) {
            break;
        }
    }

    h.p = NULL;
    size = ngx_heap_padded(heap, size);

    if (*cell != 0) {
        err = EEXIST;

    } else if (ngx_heap_obtain(&call, size, ngx_heap_class_of(heap, size), 1,
                               &h))
    {
        ngx_heap_seal_held(heap, &h, want);
        (void) intend(heap, call.self, ngx_slab_offset(pool, h.p), cell,
                      NGX_HEAP_TO);
        ngx_heap_set_live(&call, &h);
        ngx_heap_publish(cell, ngx_slab_offset(pool, h.p));
        call.self->slot->intent.op = 0;

    } else {
        h.p = NULL;
    }

    ngx_heap_leave(&call);

    if (h.p == NULL) {
        errno = err;
    }

    return h.p;
}

void *
ngx_slab_alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    void               *p;
    uintptr_t           chunk;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = ngx_heap_known(pool);
    ngx_heap_entry_t   *e;
    ngx_heap_intent_t  *intent;

    if (!is_cell(heap, cell)) {
        errno = EINVAL;
        return NULL;
    }

    e = self == NULL || *cell != 0 ? NULL
                                   : ngx_heap_pop(pool, self->mags, size);
    if (!ngx_heap_likely(e != NULL)) {
        return alloc_to(pool, cell, size);
    }

    p = NGX_HEAP_CHUNK(pool, e);
    chunk = (uintptr_t) e->chunk * 8;
    intent = intend(heap, self, chunk, cell, NGX_HEAP_TO);
    NGX_HEAP_BYTE(pool, e->byte) = self->tag;
    ngx_heap_publish(cell, chunk);
    intent->op = 0;
    return p;
}

/* The caller's claim is in the cell. */
static ngx_int_t
free_claimed(ngx_heap_call_t *call, volatile uintptr_t *cell, uintptr_t chunk)
{
    void              *p = ngx_heap_at(call->heap, chunk);
    const char        *wrong;
    ngx_heap_hold_t    h;
    ngx_heap_place_t   place;

    wrong = ngx_heap_judge(call, p, &place, &h);

    if (wrong == NULL && h.loose) {
        wrong = ngx_heap_stay(call) ? ngx_heap_judge(call, p, &place, &h)
                                    : "the lock cannot be had";
    }

    if (wrong == NULL) {
        ngx_heap_unseal(call->heap, p, place.size, place.class != NULL);
        wrong = ngx_heap_take_back(call, &h);
    }

    *cell = wrong == NULL ? 0 : chunk;
    call->self->slot->intent.op = 0;

    if (wrong == NULL) {
        ngx_heap_put_back(call, &h);
    } else {
        ngx_heap_complain(call->heap, wrong);
    }

    return wrong == NULL ? NGX_OK : NGX_ERROR;
}

static ngx_heap_seldom ngx_int_t
free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    int              i, look = 1;
    uintptr_t        chunk;
    ngx_int_t        rc = NGX_DECLINED;
    ngx_heap_t      *heap = ngx_heap_of(pool);
    ngx_heap_call_t  call;

    if (!ngx_heap_enter(&call, pool)) {
        return NGX_ERROR;
    }

    for (i = 0; i < TIMES && look > 0; i++) {
        chunk = *cell;

        if (chunk == 0) {
            break;
        }

        if (ngx_heap_is_claim(chunk)) {
            look = resolve(&call, chunk);
            continue;
        }

        (void) intend(heap, call.self, chunk, cell, NGX_HEAP_FROM);

        if (ngx_heap_cas(cell, chunk, ngx_heap_claim(call.self->tag))) {
            rc = free_claimed(&call, cell, chunk);
            break;
        }

        call.self->slot->intent.op = 0;
    }

    if (look < 0) {
        ngx_heap_complain(heap, "pointer to wrong chunk");
        rc = NGX_ERROR;
    }

    ngx_heap_leave(&call);
    return rc;
}

/* The caller's claim is in the cell; another slot's chunk, or no room. */
static ngx_heap_seldom ngx_int_t
go_on(ngx_slab_pool_t *pool, volatile uintptr_t *cell, uintptr_t chunk)
{
    ngx_int_t        rc = NGX_ERROR;
    ngx_heap_call_t  call;

    if (ngx_heap_enter(&call, pool)) {
        rc = free_claimed(&call, cell, chunk);
        ngx_heap_leave(&call);
    }

    return rc;
}

ngx_int_t
ngx_slab_free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    void               *p;
    uintptr_t           chunk;
    ngx_heap_found_t    f;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = ngx_heap_known(pool);
    ngx_heap_intent_t  *intent;

    if (!is_cell(heap, cell)) {
        return NGX_ERROR;
    }

    chunk = *cell;
    if (chunk == 0) {
        return NGX_DECLINED;
    }

    if (!ngx_heap_likely(self != NULL) || ngx_heap_is_claim(chunk)) {
        return free_from(pool, cell);
    }

    intent = intend(heap, self, chunk, cell, NGX_HEAP_FROM);

    if (!ngx_heap_cas(cell, chunk, ngx_heap_claim(self->tag))) {
        intent->op = 0;
        return free_from(pool, cell);
    }

    p = ngx_heap_at(heap, chunk);

    if (!ngx_heap_likely(ngx_heap_found(pool, self, p, &f, 0))) {
        return go_on(pool, cell, chunk);
    }

    ngx_heap_hold(pool, self, p, &f);
    *cell = 0;
    intent->op = 0;
    ngx_heap_keep(&f);
    return NGX_OK;
}
