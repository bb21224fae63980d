#include "ngx_auto_config.h"

#include "ngx_heap_fast.h"

static int
is_cell(ngx_heap_t *heap, volatile uintptr_t *cell)
{
    uintptr_t  off = ngx_heap_offset(heap, cell);

    return off <= heap->size - sizeof(uintptr_t) && off % sizeof(*cell) == 0;
}

/*
 * The intent says which chunk and which cell; op, stored last, makes it valid.
 * ngx_heap_settle() brings to its end what a dead process left: a held chunk
 * that its cell names becomes live, a live one that no cell names any more is
 * held; and all that is held by the dead is free.
 */
static ngx_inline ngx_heap_intent_t *
intend(ngx_heap_t *heap, ngx_heap_self_t *self, const void *p,
    volatile uintptr_t *cell, uint32_t op)
{
    ngx_heap_intent_t  *intent = &self->slot->intent;

    intent->cell = ngx_heap_offset(heap, cell);
    intent->chunk = ngx_heap_offset(heap, p);
    intent->op = op;
    return intent;
}

static ngx_heap_seldom void *
alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_call_t   call;
    ngx_heap_hold_t   h;
    size_t            want = size;

    if (!ngx_heap_enter(&call, pool)) {
        return NULL;
    }

    size = ngx_heap_padded(heap, size);

    if (!ngx_heap_obtain(&call, size, ngx_heap_class_of(heap, size), 1, &h)) {
        h.p = NULL;

    } else {
        ngx_heap_seal_held(heap, &h, want);
        (void) intend(heap, call.self, h.p, cell, NGX_HEAP_TO);
        *cell = ngx_slab_offset(pool, h.p);
        ngx_heap_set_live(&call, &h, 1);
        call.self->slot->intent.op = 0;
    }

    ngx_heap_leave(&call);
    return h.p;
}

void *
ngx_slab_alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    void               *p;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = ngx_heap_known(pool);
    ngx_heap_entry_t   *e;
    ngx_heap_intent_t  *intent;

    if (!is_cell(heap, cell)) {
        return NULL;
    }

    e = self == NULL ? NULL : ngx_heap_pop(pool, self->mags, size);
    if (!ngx_heap_likely(e != NULL)) {
        return alloc_to(pool, cell, size);
    }

    p = NGX_HEAP_CHUNK(pool, e);
    intent = intend(heap, self, p, cell, NGX_HEAP_TO);
    *cell = (uintptr_t) e->chunk * 8;
    NGX_HEAP_BYTE(pool, e->byte) = self->tag;
    intent->op = 0;
    return p;
}

static ngx_heap_seldom ngx_int_t
free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell, void *p)
{
    ngx_heap_t        *heap = ngx_heap_of(pool);
    const char        *wrong;
    ngx_heap_call_t    call;
    ngx_heap_hold_t    h;
    ngx_heap_place_t   place;

    if (!ngx_heap_enter(&call, pool)) {
        return NGX_ERROR;
    }

    wrong = ngx_heap_judge(&call, p, &place, &h);

    if (wrong == NULL) {
        (void) intend(heap, call.self, p, cell, NGX_HEAP_FROM);
        *cell = 0;
        ngx_heap_unseal(heap, p, place.size, place.class != NULL);
        ngx_heap_set_live(&call, &h, 0);
        call.self->slot->intent.op = 0;
        ngx_heap_release(&call, &h);

    } else {
        ngx_heap_complain(heap, wrong);
    }

    ngx_heap_leave(&call);
    return wrong == NULL ? NGX_OK : NGX_ERROR;
}

ngx_int_t
ngx_slab_free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    void               *p;
    ngx_heap_found_t    f;
    ngx_heap_t         *heap = ngx_heap_of(pool);
    ngx_heap_self_t    *self = ngx_heap_known(pool);
    ngx_heap_intent_t  *intent;

    if (!is_cell(heap, cell)) {
        return NGX_ERROR;
    }

    p = ngx_slab_pointer(pool, *cell);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    if (!ngx_heap_likely(self != NULL && ngx_heap_found(pool, self, p, &f))) {
        return free_from(pool, cell, p);
    }

    intent = intend(heap, self, p, cell, NGX_HEAP_FROM);
    *cell = 0;
    NGX_HEAP_BYTE(pool, f.byte) = self->held;
    intent->op = 0;
    ngx_heap_push(pool, self->mags, p, &f);
    return NGX_OK;
}
