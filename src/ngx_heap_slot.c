#include "ngx_auto_config.h"

#include "ngx_heap.h"

#if NGX_LOCK_HAVE_WORD

__thread ngx_heap_self_t  ngx_heap_selves[NGX_HEAP_SELVES];

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
    slot->dead = 0;
    slot->mags = 0;
    slot->epoch = heap->epoch;
    slot->intent.op = 0;
    heap->nused++;

    (void) ngx_lock_cas(&slot->owner, 0, me);
}

/* Its pages have no tag; the slot names them when they are ready. */
static void
get_magazines(ngx_heap_t *heap, ngx_heap_slot_t *slot)
{
    uint32_t           i, page;
    ngx_heap_mag_t    *mag;
    ngx_heap_class_t  *c = ngx_heap_classes(heap);

    if (heap->mags == 0 || slot->mags != 0) {
        return;
    }

    page = ngx_heap_run_take(heap, heap->mags,
                             ngx_heap_word(NGX_HEAP_RUN, 0, heap->mags));
    if (page == NGX_HEAP_NONE) {
        return;
    }

    mag = ngx_heap_page(heap, page);

    for (i = 0; i < heap->nclasses; i++) {
        mag[i].n = 0;
        mag[i].cap = c[i].cap;
        mag[i].entries = c[i].entries;
    }

    slot->mags = page + 1;
}

ngx_heap_self_t *
ngx_heap_join(ngx_heap_t *heap)
{
    uint64_t          me = ngx_lock_me();
    ngx_heap_slot_t  *slot;
    ngx_heap_self_t  *self;

    self = &ngx_heap_selves[(uintptr_t) heap >> NGX_HEAP_SHIFT
                            & (NGX_HEAP_SELVES - 1)];

    if (heap->magic != NGX_HEAP_MAGIC || ngx_heap_lock(heap) != 0) {
        return NULL;
    }

    slot = choose(heap, me);

    if (slot == NULL || slot->owner == 0) {
        (void) ngx_heap_bury(heap, 1);
        slot = choose(heap, me);
    }

    if (slot == NULL) {
        ngx_heap_sweep(heap, 0, 1, NULL);
        slot = choose(heap, me);
    }

    if (slot == NULL) {
        ngx_heap_unlock(heap);
        return NULL;
    }

    if (slot->owner == 0) {
        occupy(heap, slot, me);
    }

    get_magazines(heap, slot);
    ngx_heap_unlock(heap);

    self->heap = heap;
    self->id = heap->id;
    self->me = me;
    self->slot = slot;
    self->tag = (uint32_t) (slot - ngx_heap_slots(heap)) + 1;
    self->mags = slot->mags == 0 ? NULL : ngx_heap_page(heap, slot->mags - 1);

    return self;
}

#else

ngx_heap_self_t *
ngx_heap_join(ngx_heap_t *heap)
{
    (void) heap;
    return NULL;
}

#endif

/* The oldest go; what was freed last is warm. */
void
ngx_heap_flush(ngx_heap_t *heap, ngx_heap_mag_t *mags, uint32_t class,
    uint32_t n)
{
    uint32_t           i;
    ngx_heap_mag_t    *m = &mags[class];
    ngx_heap_entry_t  *e = ngx_heap_entries(mags, m);

    for (i = 0; i < n; i++) {
        ngx_heap_chunk_give(heap, e[i]);
    }

    m->n -= n;
    memmove(e, e + n, m->n * sizeof(*e));
}

void
ngx_heap_flush_all(ngx_heap_t *heap, ngx_heap_self_t *self)
{
    uint32_t  i;

    if (self->mags == NULL) {
        return;
    }

    for (i = 0; i < heap->nclasses; i++) {
        if (self->mags[i].n != 0) {
            ngx_heap_flush(heap, self->mags, i, self->mags[i].n);
        }
    }
}
