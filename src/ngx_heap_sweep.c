#include "ngx_auto_config.h"

#include "ngx_heap.h"

/* What becomes of what a tag stands on: bits. */
#define HELD_FREE  1        /* what it holds is free */
#define LIVE_FREE  2        /* and what it has live too */
#define RETAG      4        /* what it has live is nobody's */

#define DEAD  4
#define EACH  ((uint64_t) 0x0101010101010101u)

typedef struct {
    ngx_heap_t     *heap;
    unsigned char   fate[128];
    uint32_t        live[128];      /* of the dead: what they still have */
    uint32_t        ndead;
    unsigned char   dead[DEAD];     /* their tags, if there are so few */
    uint32_t        last;           /* the free run being gathered */
    ngx_uint_t      freed;
} sweep_t;

/* Both change while they are looked at, so only if it is still as seen. */
static int
replace(volatile unsigned char *b, unsigned old, unsigned set)
{
#if NGX_HAVE_ATOMIC_OPS
    return __sync_bool_compare_and_swap(b, (unsigned char) old,
                                        (unsigned char) set);
#else
    (void) old;
    *b = (unsigned char) set;
    return 1;
#endif
}

static int
replace_word(volatile uint32_t *w, uint32_t old, uint32_t set)
{
#if NGX_HAVE_ATOMIC_OPS
    return __sync_bool_compare_and_swap(w, old, set);
#else
    (void) old;
    *w = set;
    return 1;
#endif
}

/* Ask after each slot's owner.  Slot 0 is that of the lock: of nobody now. */
static void
judge(sweep_t *s, uint32_t reap, int retag)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(s->heap);

    s->fate[1] = HELD_FREE;

    for (i = 1; i < s->heap->nslots; i++) {
        if (slot[i].owner == 0) {
            s->fate[i + 1] = HELD_FREE;
        } else if (ngx_heap_is_dead(&slot[i])) {
            s->fate[i + 1] = (unsigned char)
                (HELD_FREE | (retag ? RETAG : 0)
                 | (reap != 0 && reap == slot[i].pid ? LIVE_FREE : 0));
            if (s->ndead < DEAD) {
                s->dead[s->ndead] = (unsigned char) (i + 1);
            }
            s->ndead++;
        }
    }

    for (i = 0; i < s->heap->nslots; i++) {
        if (s->fate[i + 1] & HELD_FREE) {
            slot[i].mags = 0;
        }
    }
}

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

    for (k = 2; k <= heap->nslots; k++) {
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

/* What becomes of a byte, and is counted; 1: it is 0 then. */
static int
sweep_byte(sweep_t *s, volatile unsigned char *byte)
{
    unsigned  b = *byte, fate = s->fate[b & 0x7f];

    if (b == 0) {
        return 1;
    }

    if (b & NGX_HEAP_HELD) {
        if (fate & HELD_FREE) {
            *byte = 0;
        }
        return (fate & HELD_FREE) != 0;
    }

    if (fate & LIVE_FREE && replace(byte, b, 0)) {
        s->freed++;
        return 1;
    }

    if (!(fate & RETAG && replace(byte, b, 1))) {
        s->live[b]++;
    }

    return 0;
}

/* How many of eight bytes, each less than 128, are 0. */
static uint32_t
zeros(uint64_t w)
{
    w = ((w + 0x7f * EACH) >> 7) & EACH;
    return 8 - (uint32_t) (w * EACH >> 56);
}

/* Eight bytes of which none is to change, counted at once; 0: one by one. */
static int
sweep_eight(sweep_t *s, volatile unsigned char *bytes, uint32_t *none)
{
    uint32_t  i, n;
    uint64_t  w;

    memcpy(&w, (void *) (uintptr_t) bytes, 8);

    if (w & NGX_HEAP_HELD * EACH || s->ndead > DEAD) {
        return 0;
    }

    for (i = 0; i < s->ndead; i++) {
        n = zeros(w ^ s->dead[i] * EACH);
        if (n != 0 && s->fate[s->dead[i]] != HELD_FREE) {
            return 0;
        }
    }

    for (i = 0; i < s->ndead; i++) {
        s->live[s->dead[i]] += zeros(w ^ s->dead[i] * EACH);
    }

    *none += zeros(w);
    return 1;
}

/* How many bytes of the slab are 0 when it has been looked through. */
static uint32_t
sweep_slab(sweep_t *s, uint32_t page, ngx_heap_class_t *c)
{
    uint32_t                 i = c->first, k, none = 0;
    volatile unsigned char  *bytes = ngx_heap_bytes(s->heap, page, c);

    while (i < c->n) {
        k = c->n - i < 8 ? c->n : i + 8;

        if (k == i + 8 && sweep_eight(s, bytes + i, &none)) {
            i = k;
        }

        for ( ; i < k; i++) {
            none += (uint32_t) sweep_byte(s, &bytes[i]);
        }
    }

    return none;
}

/* What is not the first word of a run must not look so. */
static void
sweep_inside(ngx_heap_t *heap, uint32_t page, uint32_t len, int slab)
{
    uint32_t          i;
    ngx_slab_page_t  *t = ngx_heap_table(heap) + page;

    for (i = 1; i < len; i++) {
        if (slab || i == len - 1) {
            t[i].word = ngx_heap_word(NGX_HEAP_INNER, 0, i);

        } else if (ngx_heap_kind(t[i].word) != NGX_HEAP_INNER) {
            t[i].word = NGX_HEAP_INNER;
        }
    }
}

static int
is_magazine(ngx_heap_t *heap, uint32_t page)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 0; i < heap->nslots; i++) {
        if (slot[i].mags == page + 1) {
            return 1;
        }
    }

    return 0;
}

/* What a run that is not free is to be; FREE counts it as freed. */
static uint32_t
run_to_be(sweep_t *s, uint32_t page, uint32_t w)
{
    uint32_t  tag = ngx_heap_tag(w), fate = s->fate[tag];
    uint32_t  free = ngx_heap_word(NGX_HEAP_FREE, 0, ngx_heap_len(w));

    if (tag == 0) {
        return is_magazine(s->heap, page) ? w : free;
    }

    if (ngx_heap_kind(w) == NGX_HEAP_HELDRUN) {
        return fate & HELD_FREE ? free : w;
    }

    if (fate & LIVE_FREE) {
        return free;
    }

    return fate & RETAG ? ngx_heap_word(NGX_HEAP_RUN, 1, ngx_heap_len(w)) : w;
}

/* Its owner may make it live or held meanwhile, without the lock. */
static uint32_t
sweep_run(sweep_t *s, uint32_t page)
{
    uint32_t            w, set;
    volatile uint32_t  *word = &ngx_heap_table(s->heap)[page].word;

    do {
        w = *word;
        set = run_to_be(s, page, w);
    } while (set != w && !replace_word(word, w, set));

    if (ngx_heap_kind(w) == NGX_HEAP_RUN) {
        if (set == w) {
            s->live[ngx_heap_tag(w)]++;
        } else if (ngx_heap_kind(set) == NGX_HEAP_FREE) {
            s->freed += ngx_heap_tag(w) != 0;
        }
    }

    return set;
}

/* Nobody else makes a run of it or an end to it: the lock is ours. */
static uint32_t
sweep_slab_at(sweep_t *s, uint32_t page, uint32_t w)
{
    uint32_t           class = ngx_heap_tag(w), none, all;
    ngx_slab_page_t   *t = ngx_heap_table(s->heap) + page;
    ngx_heap_class_t  *c = ngx_heap_classes(s->heap) + class;
    ngx_slab_stat_t   *st = ngx_heap_stats(s->heap) + c->stat;

    all = c->n - c->first;
    none = sweep_slab(s, page, c);

    if (none == all) {
        ngx_heap_set_spots(s->heap, page, ngx_heap_len(w), 0);
        t->word = ngx_heap_word(NGX_HEAP_FREE, 0, ngx_heap_len(w));
        return t->word;
    }

    if (ngx_heap_mags_of(s->heap, t->owner) == NULL) {
        t->owner = 0;
    }

    ngx_heap_set_spots(s->heap, page, ngx_heap_len(w), class + 1);
    t->free = (uint16_t) none;
    st->total += all;
    st->used += all - none;

    if (none != 0) {
        ngx_heap_slab_link(s->heap, page, class);
    }

    return w;
}

static void
sweep_one(sweep_t *s, uint32_t page)
{
    ngx_slab_page_t  *t = ngx_heap_table(s->heap);
    uint32_t          w = t[page].word, len = ngx_heap_len(w);

    if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
        w = sweep_slab_at(s, page, w);

    } else {
        ngx_heap_set_spots(s->heap, page, len, 0);
        if (ngx_heap_kind(w) != NGX_HEAP_FREE) {
            w = sweep_run(s, page);
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

/* Slots that were found dead: what they held is free now. */
static void
bury_slots(sweep_t *s)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(s->heap);

    for (i = 1; i < s->heap->nslots; i++) {
        if (slot[i].owner == 0 || !(s->fate[i + 1] & HELD_FREE)) {
            continue;
        }

        if (!slot[i].dead) {
            s->heap->recovered++;
            slot[i].dead = 1;
        }

        slot[i].live = s->live[i + 1];

        if (slot[i].live == 0) {
            slot[i].owner = 0;
        }
    }
}

/*
 * Look at everything, and build anew what follows from it.  reap: a process
 * whose live chunks are to be freed, if it is dead; retag: those of all the
 * dead are nobody's from now on.  May be killed anywhere and begun again.
 */
void
ngx_heap_sweep(ngx_heap_t *heap, uint32_t reap, int retag, ngx_uint_t *freed)
{
    sweep_t           s;
    uint32_t          page, len, i;
    ngx_slab_page_t  *t = ngx_heap_table(heap);

    memset(&s, 0, sizeof(s));
    s.heap = heap;
    s.last = NGX_HEAP_NONE;

    judge(&s, reap, retag);
    forget(heap);

    for (page = 0; page < heap->npages; page += ngx_heap_len(t[page].word)) {
        if (!ngx_heap_is_sound(heap, page)) {
            ngx_heap_say(heap, NGX_LOG_ALERT, "page table is damaged");
            t[page].word = ngx_heap_word(NGX_HEAP_RUN, 1, heap->npages - page);
        }
        sweep_inside(heap, page, ngx_heap_len(t[page].word),
                     ngx_heap_kind(t[page].word) == NGX_HEAP_SLAB_OF);
    }

    for (i = 0; i < heap->nslots; i++) {
        if (s.fate[i + 1] & HELD_FREE) {
            ngx_heap_settle(heap, &ngx_heap_slots(heap)[i], i + 1);
        }
    }

    for (page = 0; page < heap->npages; page += len) {
        len = ngx_heap_len(t[page].word);
        sweep_one(&s, page);
    }

    if (s.last != NGX_HEAP_NONE) {
        ngx_heap_insert(heap, s.last);
    }

    bury_slots(&s);

    if (freed != NULL) {
        *freed = s.freed;
    }
}
