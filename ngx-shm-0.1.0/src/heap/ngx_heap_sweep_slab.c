/*
 * ngx_heap_sweep_slab.c - the sweep of one slab: eight chunks at a time.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sweep.h"

#define EACH  ((uint64_t) 0x0101010101010101u)

/*
 * What becomes of a byte, and is counted; 1: it is 0 then.  A live one is
 * changed only if it still is as seen, for others may change it meanwhile.
 */
static int
sweep_byte(ngx_heap_sweep_t *s, volatile unsigned char *byte)
{
    unsigned  b = *byte, fate = s->fate[b & 0x7f];

    if (b == 0) {
        return 1;
    }

    if (b & NGX_HEAP_HELD) {
        if (fate & NGX_HEAP_HELD_FREE) {
            *byte = 0;
        }
        return (fate & NGX_HEAP_HELD_FREE) != 0;
    }

    if (fate & NGX_HEAP_LIVE_FREE && !ngx_heap_is_claimed(s, byte)
        && ngx_heap_cas(byte, (unsigned char) b, 0))
    {
        s->freed++;
        return 1;
    }

    if (!(fate & NGX_HEAP_RETAG && ngx_heap_cas(byte, (unsigned char) b, 1))) {
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

/* Count eight bytes at once if none must change; 0: one by one. */
static int
sweep_eight(ngx_heap_sweep_t *s, volatile unsigned char *bytes, uint32_t *none)
{
    uint32_t  i, n;
    uint64_t  w;

    memcpy(&w, (void *) (uintptr_t) bytes, 8);

    if (w & NGX_HEAP_HELD * EACH || s->ndead > NGX_HEAP_DEAD) {
        return 0;
    }

    for (i = 0; i < s->ndead; i++) {
        n = zeros(w ^ s->dead[i] * EACH);
        if (n != 0 && s->fate[s->dead[i]] != NGX_HEAP_HELD_FREE) {
            return 0;
        }
    }

    for (i = 0; i < s->ndead; i++) {
        s->live[s->dead[i]] += zeros(w ^ s->dead[i] * EACH);
    }

    *none += zeros(w);
    return 1;
}

/* Sweep the bytes of the slab; how many are 0 then. */
static uint32_t
sweep_slab(ngx_heap_sweep_t *s, uint32_t page, ngx_heap_class_t *c)
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

/* With the lock nobody else can end the slab. */
uint32_t
ngx_heap_sweep_slab(ngx_heap_sweep_t *s, uint32_t page, uint32_t w)
{
    uint32_t           class = ngx_heap_tag(w), none, all;
    ngx_heap_page_t   *t = ngx_heap_table(s->heap) + page;
    ngx_heap_class_t  *c = ngx_heap_classes(s->heap) + class;
    ngx_slab_stat_t   *st = ngx_heap_stats(s->heap) + c->stat;

    all = c->n - c->first;
    none = sweep_slab(s, page, c);

    if (none == all) {
        ngx_heap_no_spots(s->heap, page, ngx_heap_len(w));
        t->word = ngx_heap_word(NGX_HEAP_FREE, 0, ngx_heap_len(w));
        return t->word;
    }

    if (ngx_heap_mags_of(s->heap, t->owner) == NULL) {
        t->owner = 0;
    }

    ngx_heap_set_spots(s->heap, page, class);
    t->free = (uint16_t) none;
    st->total += all;
    st->used += all - none;

    if (none != 0) {
        ngx_heap_slab_link(s->heap, page, class);
    }

    return w;
}
