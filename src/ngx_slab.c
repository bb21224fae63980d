#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* Who calls; without a slot of its own, slot 0 and the lock for it all. */
typedef struct {
    ngx_heap_t       *heap;
    ngx_heap_self_t  *self;
    ngx_heap_self_t   none;
    int               locked;
} call_t;

/* What a call has in its hands: a chunk, or pages. */
typedef struct {
    volatile unsigned char  *byte;      /* NULL: pages */
    uint32_t                 page;
    uint32_t                 class;
    void                    *p;
} hold_t;

static int
enter(call_t *call, ngx_slab_pool_t *pool)
{
    call->heap = ngx_heap_of(pool);
    call->locked = 0;
    call->self = ngx_heap_self(call->heap);

    if (call->self != NULL) {
        return 1;
    }

    if (call->heap->magic != NGX_HEAP_MAGIC || ngx_heap_lock(call->heap) != 0)
    {
        return 0;
    }

    call->locked = 1;
    call->none.slot = ngx_heap_slots(call->heap);
    call->none.mags = NULL;
    call->none.tag = 1;
    call->self = &call->none;
    return 1;
}

static void
leave(call_t *call)
{
    if (call->locked) {
        ngx_heap_unlock(call->heap);
    }
}

static int
lock(call_t *call)
{
    return call->locked || ngx_heap_lock(call->heap) == 0;
}

static void
unlock(call_t *call)
{
    if (!call->locked) {
        ngx_heap_unlock(call->heap);
    }
}

/* One store makes live what is held, and the other way round. */
static void
set_live(call_t *call, hold_t *h, int live)
{
    uint32_t            tag = call->self->tag;
    volatile uint32_t  *w;

    if (h->byte != NULL) {
        *h->byte = (unsigned char) (live ? tag : tag | NGX_HEAP_HELD);
        return;
    }

    w = &ngx_heap_table(call->heap)[h->page].word;
    *w = ngx_heap_word(live ? NGX_HEAP_RUN : NGX_HEAP_HELDRUN, tag,
                       ngx_heap_len(*w));
}

static void
hold_entry(call_t *call, hold_t *h, ngx_heap_entry_t *e)
{
    h->byte = ngx_heap_at(call->heap, e->byte);
    h->p = ngx_heap_at(call->heap, (size_t) e->chunk * 8);
}

/* Somebody had no memory: what is not needed here goes back. */
static void
hear(call_t *call)
{
    if (call->self->slot->epoch != call->heap->epoch) {
        call->self->slot->epoch = call->heap->epoch;
        ngx_heap_flush_all(call->heap, call->self);
    }
}

/* Half a magazine, the last of them for the caller. */
static int
refill(call_t *call, uint32_t class, hold_t *h)
{
    uint32_t           n, want = 1;
    ngx_heap_t        *heap = call->heap;
    ngx_heap_mag_t    *mags = call->self->mags;
    ngx_heap_entry_t   one, *e = &one;

    if (mags != NULL) {
        hear(call);
        want = mags[class].cap / 2;
        e = ngx_heap_entries(mags, &mags[class]) + mags[class].n;
    }

    n = ngx_heap_chunk_take(heap, class, call->self->tag, e, want);

    if (n == 0) {
        return 0;
    }

    hold_entry(call, h, &e[n - 1]);

    if (mags != NULL) {
        mags[class].n += n - 1;
    }

    return 1;
}

static int
take_pages(call_t *call, uint32_t n, uint32_t align, hold_t *h)
{
    uint32_t     word;
    ngx_heap_t  *heap = call->heap;

    if (n > heap->npages) {
        return 0;
    }

    word = ngx_heap_word(NGX_HEAP_HELDRUN, call->self->tag, n);
    h->page = align > 1 ? ngx_heap_run_aligned(heap, n, align, word)
                        : ngx_heap_run_take(heap, n, word);
    if (h->page == NGX_HEAP_NONE) {
        return 0;
    }

    h->byte = NULL;
    h->p = ngx_heap_page(heap, h->page);
    return 1;
}

static int
take(call_t *call, uint32_t n, uint32_t align, hold_t *h)
{
    if (h->class < call->heap->nclasses) {
        return refill(call, h->class, h);
    }

    return take_pages(call, n, align, h);
}

/* Bring memory together: what is cached here, what the dead had. */
static int
take_hard(call_t *call, uint32_t n, uint32_t align, hold_t *h)
{
    ngx_heap_t  *heap = call->heap;

    if (n > heap->npages) {
        return 0;
    }

    ngx_heap_flush_all(heap, call->self);
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
no_memory(call_t *call, uint32_t class)
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

/* Hold size bytes.  class: nclasses or more for whole pages. */
static int
obtain(call_t *call, size_t size, uint32_t class, size_t align, hold_t *h)
{
    int              done;
    size_t           pages;
    uint32_t         n;
    ngx_heap_mag_t  *m;

    h->class = class;

    if (class < call->heap->nclasses && call->self->mags != NULL) {
        m = &call->self->mags[class];
        if (m->n != 0) {
            m->n--;
            hold_entry(call, h, ngx_heap_entries(call->self->mags, m) + m->n);
            return 1;
        }
    }

    pages = (size >> NGX_HEAP_SHIFT) + (size % NGX_HEAP_PAGE != 0);
    pages += pages == 0;
    n = pages > NGX_HEAP_PAGES ? NGX_HEAP_PAGES : (uint32_t) pages;
    align >>= NGX_HEAP_SHIFT;
    align = align > NGX_HEAP_PAGES ? NGX_HEAP_PAGES : align;

    if (!lock(call)) {
        return 0;
    }

    done = take(call, n, (uint32_t) align, h)
           || take_hard(call, n, (uint32_t) align, h);
    if (!done) {
        no_memory(call, class);
    }

    unlock(call);
    return done;
}

static uint32_t
class_of(ngx_heap_t *heap, size_t size)
{
    return size > heap->max ? NGX_HEAP_NONE : ngx_heap_class(heap, size);
}

static ngx_heap_seldom void *
alloc(ngx_slab_pool_t *pool, size_t size, uint32_t class, size_t align)
{
    call_t  call;
    hold_t  h;

    if (!enter(&call, pool)) {
        return NULL;
    }

    if (!obtain(&call, size, class, align, &h)) {
        h.p = NULL;
    } else {
        set_live(&call, &h, 1);
    }

    leave(&call);
    return h.p;
}

void *
ngx_slab_alloc(ngx_slab_pool_t *pool, size_t size)
{
    uint32_t           class;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_mag_t    *m;
    ngx_heap_self_t   *self;
    ngx_heap_entry_t  *e;

    if (size > heap->max) {
        return alloc(pool, size, NGX_HEAP_NONE, 1);
    }

    class = ngx_heap_class(heap, size);
    self = ngx_heap_self_known(heap);

    if (ngx_heap_likely(self != NULL && self->mags != NULL)) {
        m = &self->mags[class];

        if (ngx_heap_likely(m->n != 0)) {
            e = ngx_heap_entries(self->mags, m) + --m->n;
            *(volatile unsigned char *) ngx_heap_at(heap, e->byte) =
                (unsigned char) self->tag;
            return ngx_heap_at(heap, (size_t) e->chunk * 8);
        }
    }

    return alloc(pool, size, class, 1);
}

void *
ngx_slab_calloc(ngx_slab_pool_t *pool, size_t size)
{
    void  *p = ngx_slab_alloc(pool, size);

    return p == NULL ? NULL : memset(p, 0, size);
}

void *
ngx_slab_calloc_array(ngx_slab_pool_t *pool, size_t n, size_t size)
{
    if (size != 0 && n > SIZE_MAX / size) {
        return NULL;
    }

    return ngx_slab_calloc(pool, n * size);
}

/* The least class whose chunks all lie right, or whole pages. */
void *
ngx_slab_alloc_aligned(ngx_slab_pool_t *pool, size_t align, size_t size)
{
    uint32_t           class;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_class_t  *c = ngx_heap_classes(heap);

    if (align == 0 || (align & (align - 1)) != 0) {
        return NULL;
    }

    if (align > NGX_HEAP_PAGE) {
        return alloc(pool, size, NGX_HEAP_NONE, align);
    }

    for (class = class_of(heap, size); class < heap->nclasses; class++) {
        if (c[class].size % align == 0) {
            break;
        }
    }

    return alloc(pool, size, class, 1);
}

static void
complain(ngx_heap_t *heap, const char *what)
{
    char  text[64] = "ngx_slab_free(): ";

    (void) strncat(text, what, sizeof(text) - strlen(text) - 1);
    ngx_heap_say(heap, NGX_LOG_ALERT, text);
}

/* A dead process may have been about to make it live: find out, then judge. */
static const char *
find(call_t *call, const void *p, ngx_heap_place_t *place)
{
    const char  *wrong = ngx_heap_find(call->heap, p, place);

    if (wrong != NULL && lock(call)) {
        (void) ngx_heap_bury(call->heap, 1);
        wrong = ngx_heap_find(call->heap, p, place);
        unlock(call);
    }

    return wrong;
}

/* Give back what is held. */
static void
release(call_t *call, hold_t *h)
{
    ngx_heap_t        *heap = call->heap;
    ngx_heap_mag_t    *m;
    ngx_heap_entry_t   e;

    if (h->byte == NULL) {
        if (lock(call)) {
            ngx_heap_run_give(heap, h->page);
            unlock(call);
        }
        return;
    }

    e.chunk = (uint32_t) (((unsigned char *) h->p
                           - (unsigned char *) ngx_heap_at(heap, 0)) / 8);
    e.byte = (uint32_t) ((unsigned char *) (uintptr_t) h->byte
                         - (unsigned char *) ngx_heap_at(heap, 0));

    if (call->self->mags == NULL) {
        if (lock(call)) {
            ngx_heap_chunk_give(heap, e);
            unlock(call);
        }
        return;
    }

    m = &call->self->mags[h->class];

    if (m->n == m->cap && lock(call)) {
        hear(call);
        if (m->n == m->cap) {
            ngx_heap_flush(heap, call->self->mags, h->class, m->cap / 2);
        }
        unlock(call);
    }

    ngx_heap_entries(call->self->mags, m)[m->n++] = e;
}

static void
hold_place(call_t *call, hold_t *h, ngx_heap_place_t *place, void *p)
{
    h->byte = place->byte;
    h->page = place->page;
    h->class = place->class == NULL
               ? NGX_HEAP_NONE
               : (uint32_t) (place->class - ngx_heap_classes(call->heap));
    h->p = p;
}

/* Of pages, two who free the same would both join them: one at a time. */
static ngx_heap_seldom void
free_any(ngx_slab_pool_t *pool, void *p)
{
    call_t             call;
    hold_t             h;
    const char        *wrong;
    ngx_heap_place_t   place;

    if (!enter(&call, pool)) {
        return;
    }

    wrong = find(&call, p, &place);

    if (wrong == NULL && place.class == NULL && lock(&call)) {
        wrong = ngx_heap_find(call.heap, p, &place);
        if (wrong == NULL) {
            ngx_heap_run_give(call.heap, place.page);
        }
        unlock(&call);

    } else if (wrong == NULL) {
        hold_place(&call, &h, &place, p);
        set_live(&call, &h, 0);
        release(&call, &h);
    }

    if (wrong != NULL) {
        complain(call.heap, wrong);
    }

    leave(&call);
}

/*
 * ngx_heap_find() for a live chunk of a slab, which it says yes to; anything
 * else, and who has no magazine with room, takes the long way.
 */
void
ngx_slab_free(ngx_slab_pool_t *pool, void *p)
{
    size_t                   off;
    uint32_t                 page, w, i, at, back = 0;
    ngx_heap_t              *heap = ngx_heap_of(pool);
    ngx_heap_mag_t          *m;
    ngx_heap_self_t         *self = ngx_heap_self_known(heap);
    ngx_heap_class_t        *c;
    ngx_heap_entry_t        *e;
    volatile unsigned char  *byte;

    off = (size_t) ((uintptr_t) p - (uintptr_t) ngx_heap_page(heap, 0));

    if (off >> NGX_HEAP_SHIFT >= heap->npages || self == NULL
        || self->mags == NULL)
    {
        goto slow;
    }

    page = (uint32_t) (off >> NGX_HEAP_SHIFT);
    w = ngx_heap_table(heap)[page].word;

    if (ngx_heap_kind(w) == NGX_HEAP_INNER && ngx_heap_len(w) <= page) {
        back = ngx_heap_len(w);
        page -= back;
        w = ngx_heap_table(heap)[page].word;
    }

    if (ngx_heap_kind(w) != NGX_HEAP_SLAB_OF || back >= ngx_heap_len(w)) {
        goto slow;
    }

    c = ngx_heap_classes(heap) + ngx_heap_tag(w);
    m = self->mags + ngx_heap_tag(w);
    at = (uint32_t) (off & (NGX_HEAP_PAGE - 1)) + (back << NGX_HEAP_SHIFT);
    i = (uint32_t) ((uint64_t) at * c->inverse >> 32);
    byte = ngx_heap_bytes(heap, page, c) + i;

    /* first: an i below it makes a number that is too large */
    if (i * c->size != at || i - c->first >= c->n - c->first
        || (unsigned) *byte - 1 >= NGX_HEAP_HELD - 1 || m->n >= m->cap)
    {
        goto slow;
    }

    *byte = (unsigned char) (self->tag | NGX_HEAP_HELD);
    e = ngx_heap_entries(self->mags, m) + m->n++;
    e->chunk = (uint32_t) (((unsigned char *) p - (unsigned char *) pool) >> 3);
    e->byte = (uint32_t) ((unsigned char *) (uintptr_t) byte
                          - (unsigned char *) pool);
    return;

slow:

    free_any(pool, p);
}

void *
ngx_slab_alloc_locked(ngx_slab_pool_t *pool, size_t size)
{
    return ngx_slab_alloc(pool, size);
}

void *
ngx_slab_calloc_locked(ngx_slab_pool_t *pool, size_t size)
{
    return ngx_slab_calloc(pool, size);
}

void
ngx_slab_free_locked(ngx_slab_pool_t *pool, void *p)
{
    ngx_slab_free(pool, p);
}

size_t
ngx_slab_usable_size(ngx_slab_pool_t *pool, const void *p)
{
    ngx_heap_place_t  place;

    return ngx_heap_find(ngx_heap_of(pool), p, &place) == NULL
           ? place.size : 0;
}

/* Pages grow and shrink where they are, if what follows them allows. */
static int
resize(ngx_slab_pool_t *pool, ngx_heap_place_t *place, size_t size)
{
    int          done;
    uint32_t     n;
    ngx_heap_t  *heap = ngx_heap_of(pool);

    if (size > (size_t) heap->npages << NGX_HEAP_SHIFT) {
        return 0;
    }

    if (place->class != NULL) {
        return size <= place->size
               && (size > place->size / 2 || place->size <= 64);
    }

    if (size <= heap->max && size <= place->size / 2) {
        return 0;
    }

    n = (uint32_t) ((size + NGX_HEAP_PAGE - 1) >> NGX_HEAP_SHIFT);
    if (n == place->size >> NGX_HEAP_SHIFT) {
        return 1;
    }

    if (ngx_heap_lock(heap) != 0) {
        return 0;
    }

    done = ngx_heap_run_resize(heap, place->page, n);
    ngx_heap_unlock(heap);
    return done;
}

void *
ngx_slab_realloc(ngx_slab_pool_t *pool, void *p, size_t size)
{
    void              *q;
    const char        *wrong;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_place_t   place;

    if (p == NULL) {
        return ngx_slab_alloc(pool, size);
    }

    if (size == 0) {
        ngx_slab_free(pool, p);
        return NULL;
    }

    wrong = ngx_heap_find(heap, p, &place);
    if (wrong != NULL) {
        complain(heap, wrong);
        return NULL;
    }

    if (resize(pool, &place, size)) {
        return p;
    }

    q = ngx_slab_alloc(pool, size);
    if (q == NULL) {
        return NULL;
    }

    memcpy(q, p, size < place.size ? size : place.size);
    ngx_slab_free(pool, p);
    return q;
}

static int
is_cell(ngx_heap_t *heap, volatile uintptr_t *cell)
{
    uintptr_t  off = (uintptr_t) cell - (uintptr_t) ngx_heap_pool(heap);

    return off <= heap->size - sizeof(uintptr_t) && off % sizeof(*cell) == 0;
}

/*
 * The intent says which chunk and which cell; op, stored last, makes it valid.
 * ngx_heap_sweep() brings to its end what a dead process left: a held chunk
 * that its cell names becomes live, a live one that no cell names any more is
 * held; and all that is held by the dead is free.
 */
static void
intend(call_t *call, void *p, volatile uintptr_t *cell, uint32_t op)
{
    ngx_slab_pool_t    *pool = ngx_heap_pool(call->heap);
    ngx_heap_intent_t  *intent = &call->self->slot->intent;

    intent->cell = ngx_slab_offset(pool, cell);
    intent->chunk = ngx_slab_offset(pool, p);
    intent->op = op;
}

void *
ngx_slab_alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell, size_t size)
{
    call_t  call;
    hold_t  h;

    if (!is_cell(ngx_heap_of(pool), cell) || !enter(&call, pool)) {
        return NULL;
    }

    if (!obtain(&call, size, class_of(call.heap, size), 1, &h)) {
        h.p = NULL;

    } else {
        intend(&call, h.p, cell, NGX_HEAP_TO);
        *cell = ngx_slab_offset(pool, h.p);
        set_live(&call, &h, 1);
        call.self->slot->intent.op = 0;
    }

    leave(&call);
    return h.p;
}

ngx_int_t
ngx_slab_free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell)
{
    void              *p;
    call_t             call;
    hold_t             h;
    const char        *wrong;
    ngx_heap_place_t   place;

    if (!is_cell(ngx_heap_of(pool), cell)) {
        return NGX_ERROR;
    }

    p = ngx_slab_pointer(pool, *cell);
    if (p == NULL) {
        return NGX_DECLINED;
    }

    if (!enter(&call, pool)) {
        return NGX_ERROR;
    }

    wrong = find(&call, p, &place);

    if (wrong == NULL) {
        hold_place(&call, &h, &place, p);
        intend(&call, p, cell, NGX_HEAP_FROM);
        *cell = 0;
        set_live(&call, &h, 0);
        call.self->slot->intent.op = 0;
        release(&call, &h);

    } else {
        complain(call.heap, wrong);
    }

    leave(&call);
    return wrong == NULL ? NGX_OK : NGX_ERROR;
}
