/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_shm_log.h"

#define MOST  100       /* that are told */

typedef struct {
    unsigned     invariant;
    const char  *what;
    uint32_t     where;
} broken_t;

/* Sums that invariant 9 compares, and what the caller's magazines must hold. */
typedef struct {
    ngx_heap_t       *heap;
    ngx_heap_self_t  *self;
    ngx_uint_t        broken;
    uint32_t          bins;         /* runs found free */
    uint32_t          nfree;        /* pages */
    uint32_t          listed[NGX_HEAP_CLASSES];
    uint32_t          held[NGX_HEAP_CLASSES + NGX_HEAP_RUNS];
    ngx_uint_t        total[NGX_HEAP_CLASSES];
    ngx_uint_t        used[NGX_HEAP_CLASSES];
    broken_t          said[MOST];
} check_t;

static void
broken(check_t *k, unsigned invariant, const char *what, uint32_t where)
{
    if (k->broken < MOST) {
        k->said[k->broken].invariant = invariant;
        k->said[k->broken].what = what;
        k->said[k->broken].where = where;
    }

    k->broken++;
}

/* Not before it is sure that nobody changed the pool meanwhile. */
static void
tell(check_t *k)
{
    ngx_uint_t  i;

    for (i = 0; i < k->broken && i < MOST; i++) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), 0,
                      "ngx_slab_check(): invariant %ud: %s, at %ud",
                      k->said[i].invariant, k->said[i].what,
                      k->said[i].where);
    }
}

static int
in_use(ngx_heap_t *heap, uint32_t tag)
{
    return tag == 1 || (tag > 1 && tag <= heap->nslots && tag <= heap->high
                        && ngx_heap_slots(heap)[tag - 1].owner != 0);
}

/* 2 */
static void
check_inside(check_t *k, uint32_t page)
{
    uint32_t          i;
    ngx_heap_page_t  *t = ngx_heap_table(k->heap) + page;
    uint32_t          len = ngx_heap_len(t->word);
    int               slab = ngx_heap_kind(t->word) == NGX_HEAP_SLAB_OF;

    for (i = 1; i < len; i++) {
        if (ngx_heap_kind(t[i].word) != NGX_HEAP_INNER
            || ((slab || i == len - 1) && ngx_heap_len(t[i].word) != i))
        {
            broken(k, 2, "not inside of its run", page + i);
        }
    }
}

/* 3: the list of its bin leads here. */
static void
check_free(check_t *k, uint32_t page, int after_free)
{
    ngx_heap_page_t  *t = ngx_heap_table(k->heap);
    uint32_t          len = ngx_heap_len(t[page].word);
    uint32_t          bin = ngx_heap_bin(len), prev = t[page].prev;

    k->bins++;
    k->nfree += len;

    if (after_free) {
        broken(k, 3, "free runs are neighbours", page);
    }

    if (!(k->heap->bits[bin / 32] >> bin % 32 & 1)
        || (prev == NGX_HEAP_NONE
            ? k->heap->bins[bin] != page
            : prev >= k->heap->npages || t[prev].next != page))
    {
        broken(k, 3, "not in the bin of its length", page);
    }
}

/* 3, the rest: what is in the bins is as many. */
static void
check_bins(check_t *k)
{
    uint32_t          bin, page, n = 0;
    ngx_heap_page_t  *t = ngx_heap_table(k->heap);

    for (bin = 0; bin < NGX_HEAP_BINS; bin++) {
        if ((k->heap->bits[bin / 32] >> bin % 32 & 1)
            != (k->heap->bins[bin] != NGX_HEAP_NONE))
        {
            broken(k, 3, "the bit of a bin is wrong", bin);
        }

        for (page = k->heap->bins[bin];
             page < k->heap->npages && n <= k->bins;
             page = t[page].next)
        {
            n++;
            if (ngx_heap_kind(t[page].word) != NGX_HEAP_FREE) {
                broken(k, 3, "in a bin and not free", page);
            }
        }
    }

    if (n != k->bins) {
        broken(k, 3, "free runs and what is in the bins differ", n);
    }
}

/* 4, bytes of pages that are in no slab */
static void
check_no_bytes(check_t *k, uint32_t page, uint32_t len)
{
    size_t          i;
    unsigned char  *b = ngx_heap_at(k->heap, k->heap->map
                                             + page * NGX_HEAP_MAP);

    for (i = 0; i < (size_t) len * NGX_HEAP_MAP; i++) {
        if (b[i] != 0) {
            broken(k, 4, "a chunk outside of the slabs",
                   page + (uint32_t) (i / NGX_HEAP_MAP));
            return;
        }
    }
}

/* 4, 6 */
static void
check_slab(check_t *k, uint32_t page)
{
    uint32_t                 i, none = 0, tag;
    ngx_heap_page_t         *t = ngx_heap_table(k->heap) + page;
    uint32_t                 class = ngx_heap_tag(t->word);
    ngx_heap_class_t        *c = ngx_heap_classes(k->heap) + class;
    volatile unsigned char  *bytes = ngx_heap_bytes(k->heap, page, c);

    for (i = c->first; i < c->n; i++) {
        tag = bytes[i];

        if (tag == 0) {
            none++;
            continue;
        }

        if (k->self != NULL && tag == (NGX_HEAP_HELD | k->self->tag)) {
            k->held[class]++;
        }

        if (!in_use(k->heap, tag & 0x7f)) {
            broken(k, 6, "a chunk of nobody", page);
        }
    }

    if (none == c->n - c->first) {
        broken(k, 4, "an empty slab", page);
    }

    if (none != 0 && t->owner != 0
        && ngx_heap_mags_of(k->heap, t->owner) == NULL)
    {
        broken(k, 5, "a slab that a slot without magazines owns", page);
    }

    if (none != t->free) {
        broken(k, 4, "a wrong count of free chunks", page);
    }

    k->listed[class] += none != 0;
    k->total[c->stat] += c->n - c->first;
    k->used[c->stat] += c->n - c->first - none;
}

/* 5: how many there are in a list that is of this class and owner. */
static uint32_t
check_list(check_t *k, uint32_t page, uint32_t class, uint32_t owner)
{
    uint32_t          n = 0;
    ngx_heap_page_t  *t = ngx_heap_table(k->heap);

    for ( ; page < k->heap->npages && n <= k->listed[class];
         page = t[page].next)
    {
        n++;
        if (ngx_heap_kind(t[page].word) != NGX_HEAP_SLAB_OF
            || ngx_heap_tag(t[page].word) != class || t[page].free == 0
            || t[page].owner != owner)
        {
            broken(k, 5, "not a slab for the list that it is in", page);
        }
    }

    return n;
}

/* 5 */
static void
check_lists(check_t *k)
{
    uint32_t           i, n, tag;
    ngx_heap_mags_t   *mags;
    ngx_heap_class_t  *c = ngx_heap_classes(k->heap);

    for (i = 0; i < k->heap->nclasses; i++) {
        n = check_list(k, c[i].list, i, 0);

        for (tag = 1; tag <= k->heap->nslots; tag++) {
            mags = ngx_heap_mags_of(k->heap, tag);
            if (mags != NULL) {
                n += check_list(k, mags->mag[i].list, i, tag);
            }
        }

        if (n != k->listed[i]) {
            broken(k, 5, "slabs with free chunks are not in the lists", i);
        }
    }
}

/* 6, 7, and for 8 what the caller holds */
static void
check_run(check_t *k, uint32_t page)
{
    uint32_t          i, tag, w = ngx_heap_table(k->heap)[page].word;
    ngx_heap_slot_t  *slot = ngx_heap_slots(k->heap);

    tag = ngx_heap_tag(w);

    if (k->self != NULL && ngx_heap_kind(w) == NGX_HEAP_HELDRUN
        && tag == k->self->tag && ngx_heap_len(w) <= k->heap->nruns)
    {
        k->held[k->heap->nclasses + ngx_heap_len(w) - 1]++;
    }

    if (tag != 0) {
        if (!in_use(k->heap, tag)) {
            broken(k, 6, "pages of nobody", page);
        }
        return;
    }

    for (i = 0; i < k->heap->nslots; i++) {
        if ((i == 0 || slot[i].owner != 0) && slot[i].mags == page + 1) {
            return;
        }
    }

    broken(k, 7, "magazines of nobody", page);
}

/* 8 */
static void
check_magazines(check_t *k)
{
    uint32_t  i;

    if (k->self == NULL || k->self->mags == NULL) {
        return;
    }

    for (i = 0; i < k->heap->nclasses + k->heap->nruns; i++) {
        if (ngx_heap_count(&k->self->mags->mag[i]) != k->held[i]) {
            broken(k, 8, "a magazine does not hold what is held", i);
        }
    }
}

/* 9 */
static void
check_counts(check_t *k)
{
    uint32_t          i;
    ngx_slab_stat_t  *st = ngx_heap_stats(k->heap);

    if (ngx_heap_pool(k->heap)->pfree != k->nfree) {
        broken(k, 9, "pfree is wrong, free pages", k->nfree);
    }

    for (i = 0; i < k->heap->nstats; i++) {
        if (st[i].total != k->total[i] || st[i].used != k->used[i]) {
            broken(k, 9, "the counts of stats are wrong", i);
        }
    }
}

/* 10 */
static void
check_spots(check_t *k, uint32_t page)
{
    uint32_t         i, w = ngx_heap_table(k->heap)[page].word;
    ngx_heap_spot_t  want, *spot = ngx_heap_spots(k->heap) + page;

    want.mag = 0;

    if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
        ngx_heap_spot_of(k->heap, page, ngx_heap_tag(w), &want);
    }

    for (i = 0; i < ngx_heap_len(w); i++, spot++) {
        if (spot->mag != want.mag
            || (want.mag != 0 && (spot->start != want.start
                                  || spot->bytes != want.bytes
                                  || spot->inverse != want.inverse)))
        {
            broken(k, 10, "a spot that leads elsewhere", page + i);
        }
    }
}

static void
check_all(check_t *k)
{
    int               after_free = 0;
    uint32_t          page, w;
    ngx_heap_page_t  *t = ngx_heap_table(k->heap);

    for (page = 0; page < k->heap->npages; page += ngx_heap_len(w)) {
        w = t[page].word;

        if (!ngx_heap_is_sound(k->heap, page)) {
            broken(k, 1, "no run begins here", page);
            return;
        }

        check_inside(k, page);
        check_spots(k, page);

        if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
            check_slab(k, page);

        } else {
            check_no_bytes(k, page, ngx_heap_len(w));

            if (ngx_heap_kind(w) == NGX_HEAP_FREE) {
                check_free(k, page, after_free);
            } else {
                check_run(k, page);
            }
        }

        after_free = ngx_heap_kind(w) == NGX_HEAP_FREE;
    }

    check_bins(k);
    check_lists(k);
    check_magazines(k);
    check_counts(k);
}

ngx_int_t
ngx_slab_check(ngx_slab_pool_t *pool)
{
    check_t          k;
    ngx_heap_t      *heap = ngx_heap_of(pool);
    ngx_heap_look_t  at = { 0 };

    do {
        if (!ngx_heap_look_begin(&at, pool)) {
            return NGX_ERROR;
        }

        memset(&k, 0, sizeof(k));
        k.heap = heap;

        k.self = ngx_heap_self_at(heap);
        if (!ngx_heap_is_self(k.self, heap) || k.self->tag == 1) {
            k.self = NULL;
        }

        check_all(&k);
    } while (!ngx_heap_look_end(&at));

    tell(&k);
    return k.broken == 0 ? NGX_OK : NGX_ERROR;
}
