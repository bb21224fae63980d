/*
 * ngx_heap_check.c - ngx_slab_check(): does every invariant hold?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_check.h"
#include "ngx_shm_log.h"

#define broken(k, n, what, where)  ngx_heap_broken(k, n, what, where)

/* Log the findings, once the read is known to be consistent. */
static void
report(ngx_heap_check_t *k)
{
    ngx_uint_t  i;

    for (i = 0; i < k->broken && i < NGX_HEAP_FOUND; i++) {
        ngx_log_error(NGX_LOG_ALERT, ngx_shm_log(ngx_slab_log), 0,
                      "ngx_slab_check(): invariant %ud: %s, at %ud",
                      k->found[i].invariant, k->found[i].what,
                      k->found[i].where);
    }
}

/* 2 */
static void
check_inside(ngx_heap_check_t *k, uint32_t page)
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

/* 3: each free run is in the list of its bin. */
static void
check_free(ngx_heap_check_t *k, uint32_t page, int after_free)
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

/* 3: the bins hold as many runs, all of them free. */
static void
check_bins(ngx_heap_check_t *k)
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

/* 6, 7; counts for 8 what the caller holds */
static void
check_run(ngx_heap_check_t *k, uint32_t page)
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
        if (!ngx_heap_in_use(k->heap, tag)) {
            broken(k, 6, "pages of nobody", page);
        }
        return;
    }

    for (i = 0; i < k->heap->nslots; i++) {
        if ((i == 0 || slot[i].owner != 0)
            && (slot[i].mags == page + 1
                || slot[i].intent.journal == page + 1))
        {
            return;
        }
    }

    broken(k, 7, "magazines or a journal of nobody", page);
}

/* 8 */
static void
check_magazines(ngx_heap_check_t *k)
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
check_counts(ngx_heap_check_t *k)
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

static void
check_all(ngx_heap_check_t *k)
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
        ngx_heap_check_spots(k, page);

        if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
            ngx_heap_check_slab(k, page);

        } else {
            ngx_heap_check_no_bytes(k, page, ngx_heap_len(w));

            if (ngx_heap_kind(w) == NGX_HEAP_FREE) {
                check_free(k, page, after_free);
            } else {
                check_run(k, page);
            }
        }

        after_free = ngx_heap_kind(w) == NGX_HEAP_FREE;
    }

    check_bins(k);
    ngx_heap_check_lists(k);
    check_magazines(k);
    check_counts(k);
}

ngx_int_t
ngx_slab_check(ngx_slab_pool_t *pool)
{
    ngx_heap_t       *heap = ngx_heap_of(pool);
    ngx_heap_look_t   at = { 0 };
    ngx_heap_check_t  k;

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

    report(&k);
    return k.broken == 0 ? NGX_OK : NGX_ERROR;
}
