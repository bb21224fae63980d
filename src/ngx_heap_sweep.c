#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <time.h>

/* What becomes of what a tag stands on: bits. */
#define HELD_FREE  1        /* what it holds is free */
#define LIVE_FREE  2        /* and what it has live too */
#define RETAG      4        /* what it has live is nobody's */

#define POLL_MS    10

typedef struct {
    ngx_heap_t     *heap;
    unsigned char   fate[128];
    unsigned char   fated;          /* some fate is not 0 */
    uint32_t        live[128];
    uint32_t        last;           /* the free run being gathered */
    ngx_uint_t      freed;
} sweep_t;

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

static int
is_dead(ngx_heap_slot_t *slot)
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

/* Bytes change while they are looked at, so only if it is still as seen. */
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

/* Finish what the slot's call had begun: see ngx_slab_alloc_to(). */
static void
settle(ngx_heap_t *heap, ngx_heap_slot_t *slot, unsigned tag)
{
    int                  named, held, run;
    uint64_t             cell = slot->intent.cell, chunk = slot->intent.chunk;
    ngx_heap_place_t     place;
    volatile uint32_t   *word;

    if (slot->intent.op == 0) {
        return;
    }

    if (cell > heap->size - sizeof(uintptr_t) || chunk >= heap->size) {
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
        } else if (is_dead(&slot[i])) {
            s->fate[i + 1] = (unsigned char)
                (HELD_FREE | (retag ? RETAG : 0)
                 | (reap != 0 && reap == slot[i].pid ? LIVE_FREE : 0));
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
    uint32_t           i;
    ngx_heap_class_t  *c = ngx_heap_classes(heap);
    ngx_slab_stat_t   *st = ngx_heap_stats(heap);

    memset(heap->bits, 0, sizeof(heap->bits));
    memset(heap->bins, 0xff, sizeof(heap->bins));

    for (i = 0; i < heap->nclasses; i++) {
        c[i].list = NGX_HEAP_NONE;
    }

    for (i = 0; i < heap->nstats; i++) {
        st[i].total = 0;
        st[i].used = 0;
    }

    ngx_heap_pool(heap)->pfree = 0;
}

/* How many bytes of the slab are 0 when it has been looked through. */
static uint32_t
sweep_slab(sweep_t *s, uint32_t page, ngx_heap_class_t *c)
{
    unsigned                 b, fate;
    uint32_t                 i, none = 0;
    volatile unsigned char  *bytes = ngx_heap_bytes(s->heap, page, c);

    for (i = c->first; i < c->n; i++) {
        b = bytes[i];
        fate = s->fate[b & 0x7f];

        if (b == 0) {
            none++;

        } else if (b & NGX_HEAP_HELD) {
            if (fate & HELD_FREE) {
                bytes[i] = 0;
                none++;
            }

        } else if (fate & LIVE_FREE && replace(&bytes[i], b, 0)) {
            none++;
            s->freed++;

        } else if (!(fate & RETAG && replace(&bytes[i], b, 1))) {
            s->live[b]++;
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

static void
sweep_run(sweep_t *s, uint32_t page, uint32_t *word)
{
    uint32_t  w = *word, tag = ngx_heap_tag(w), free;

    free = ngx_heap_word(NGX_HEAP_FREE, 0, ngx_heap_len(w));

    if (tag == 0) {
        *word = is_magazine(s->heap, page) ? w : free;

    } else if (ngx_heap_kind(w) == NGX_HEAP_HELDRUN) {
        *word = s->fate[tag] & HELD_FREE ? free : w;

    } else if (s->fate[tag] & LIVE_FREE) {
        *word = free;
        s->freed++;

    } else if (s->fate[tag] & RETAG) {
        *word = ngx_heap_word(NGX_HEAP_RUN, 1, ngx_heap_len(w));

    } else {
        s->live[tag]++;
    }
}

static void
sweep_one(sweep_t *s, uint32_t page)
{
    uint32_t           w, was, none, len;
    ngx_slab_page_t   *t = ngx_heap_table(s->heap);
    ngx_heap_class_t  *c;

    was = w = t[page].word;
    len = ngx_heap_len(w);

    if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
        c = ngx_heap_classes(s->heap) + ngx_heap_tag(w);
        none = sweep_slab(s, page, c);

        if (none == c->n - c->first) {
            w = ngx_heap_word(NGX_HEAP_FREE, 0, len);

        } else {
            t[page].free = none;
            ngx_heap_stats(s->heap)[c->stat].total += c->n - c->first;
            ngx_heap_stats(s->heap)[c->stat].used += c->n - c->first - none;
            if (none != 0) {
                ngx_heap_slab_link(s->heap, page, c);
            }
        }

    } else if (ngx_heap_kind(w) != NGX_HEAP_FREE) {
        sweep_run(s, page, &w);
    }

    if (ngx_heap_kind(w) != NGX_HEAP_FREE) {
        if (w != was) {
            t[page].word = w;
        }
        if (s->last != NGX_HEAP_NONE) {
            ngx_heap_insert(s->heap, s->last);
            s->last = NGX_HEAP_NONE;
        }
        return;
    }

    ngx_heap_pool(s->heap)->pfree += len;

    if (s->last == NGX_HEAP_NONE) {
        t[page].word = w;
        s->last = page;

    } else {
        t[s->last].word = ngx_heap_word(NGX_HEAP_FREE, 0,
                                        page + len - s->last);
        t[page].word = NGX_HEAP_INNER;
    }
}

/* A damaged word: what follows cannot be known and is nobody's. */
static int
is_sound(ngx_heap_t *heap, uint32_t page)
{
    uint32_t           w = ngx_heap_table(heap)[page].word;
    ngx_heap_class_t  *c = ngx_heap_classes(heap) + ngx_heap_tag(w);

    if (ngx_heap_kind(w) == NGX_HEAP_INNER
        || ngx_heap_kind(w) > NGX_HEAP_SLAB_OF
        || ngx_heap_len(w) == 0 || ngx_heap_len(w) > heap->npages - page)
    {
        return 0;
    }

    return ngx_heap_kind(w) != NGX_HEAP_SLAB_OF
           || (ngx_heap_tag(w) < heap->nclasses
               && c->pages == ngx_heap_len(w));
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
        if (!is_sound(heap, page)) {
            ngx_heap_say(heap, NGX_LOG_ALERT, "page table is damaged");
            t[page].word = ngx_heap_word(NGX_HEAP_RUN, 1, heap->npages - page);
        }
        sweep_inside(heap, page, ngx_heap_len(t[page].word),
                     ngx_heap_kind(t[page].word) == NGX_HEAP_SLAB_OF);
    }

    for (i = 0; i < heap->nslots; i++) {
        if (s.fate[i + 1] & HELD_FREE) {
            settle(heap, &ngx_heap_slots(heap)[i], i + 1);
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
        if (!slot[i].dead && is_dead(&slot[i])) {
            ngx_heap_sweep(heap, 0, 0, NULL);
            return 1;
        }
    }

    return 0;
}
