/*
 * ngx_heap_check.h - the state of a check, and its parts.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_CHECK_H_INCLUDED
#define NGX_HEAP_CHECK_H_INCLUDED

#include "ngx_heap.h"

#define NGX_HEAP_FOUND  100      /* findings that are logged */

typedef struct {
    unsigned     invariant;
    const char  *what;
    uint32_t     where;
} ngx_heap_broken_t;

/* Sums for invariant 9, and what the caller's magazines must hold. */
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
    ngx_heap_broken_t  found[NGX_HEAP_FOUND];
} ngx_heap_check_t;

/* The slabs: invariants 4, 5, 10. */
void ngx_heap_check_slab(ngx_heap_check_t *k, uint32_t page);
void ngx_heap_check_no_bytes(ngx_heap_check_t *k, uint32_t page, uint32_t len);
void ngx_heap_check_lists(ngx_heap_check_t *k);
void ngx_heap_check_spots(ngx_heap_check_t *k, uint32_t page);

static ngx_inline void
ngx_heap_broken(ngx_heap_check_t *k, unsigned invariant, const char *what,
    uint32_t where)
{
    if (k->broken < NGX_HEAP_FOUND) {
        k->found[k->broken].invariant = invariant;
        k->found[k->broken].what = what;
        k->found[k->broken].where = where;
    }

    k->broken++;
}

static ngx_inline int
ngx_heap_in_use(ngx_heap_t *heap, uint32_t tag)
{
    return tag == 1 || (tag > 1 && tag <= heap->nslots && tag <= heap->high
                        && ngx_heap_slots(heap)[tag - 1].owner != 0);
}

#endif
