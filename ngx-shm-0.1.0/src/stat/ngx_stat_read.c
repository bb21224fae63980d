/*
 * ngx_stat_read.c - summing up, without a lock and without a write.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

#define TRIES  3

#if NGX_STAT_HAVE_CELLS

/* Is what the cell's owner has of a level what a living one has? */
static int
counts(const ngx_shm_stat_t *stat, const ngx_stat_cell_t *cell, uint64_t owner)
{
    return owner != 0 && ngx_stat_get(&cell->ready) == owner
           && !ngx_stat_is_dead(stat, cell, owner);
}

static uint64_t
level_of(const ngx_shm_stat_t *stat, const ngx_stat_cell_t *cell, uint32_t word)
{
    int       i;
    uint64_t  owner, value;

    for (i = 0; i < TRIES; i++) {
        owner = ngx_stat_get(&cell->owner);
        ngx_lock_acquired();
        value = ngx_stat_get(&cell->word[word]);
        ngx_lock_acquired();

        /* most cells have none: then nobody need be asked for */
        if (value == 0 || !counts(stat, cell, owner)) {
            value = 0;
        }

        if (ngx_stat_get(&cell->owner) == owner) {
            return value;
        }
    }

    return 0;       /* it goes from hand to hand */
}

/*
 * The owner of the cell died within an observation, and nobody has moved in
 * yet: the words as they will be.  0: not so.  n is 1 or more.
 */
static int
read_half(const ngx_shm_stat_t *stat, const ngx_stat_cell_t *cell,
    uint32_t first, uint32_t n, uint64_t *words)
{
    uint32_t  i, bucket;
    uint64_t  owner = ngx_stat_get(&cell->owner);
    uint64_t  ready = ngx_stat_get(&cell->ready);

    ngx_lock_acquired();

    if (cell->op == 0
        || (ready == owner && !ngx_stat_is_dead(stat, cell, owner)))
    {
        return 0;
    }

    bucket = cell->bucket;

    if (cell->first != first || bucket <= first || bucket - first >= n) {
        return 0;
    }

    for (i = 1; i < n; i++) {
        words[i] = ngx_stat_get(&cell->word[first + i]);
    }

    words[0] = cell->sum;
    words[bucket - first] = cell->count;
    ngx_lock_acquired();

    return cell->op != 0 && ngx_stat_get(&cell->ready) == ready
           && ngx_stat_get(&cell->owner) == owner;
}

#endif

/* Add n words of a cell, from first on, to sums. */
static void
add_cell(const ngx_shm_stat_t *stat, const ngx_stat_cell_t *cell,
    uint32_t first, uint32_t n, uint64_t *sums)
{
    uint32_t  i;
    uint64_t  words[NGX_SHM_STAT_BOUNDS + 2];

#if NGX_STAT_HAVE_CELLS
    if (n == 1 || cell->op == 0 || !read_half(stat, cell, first, n, words))
#endif
    {
        for (i = 0; i < n; i++) {
            words[i] = ngx_stat_get(&cell->word[first + i]);
        }
    }

    for (i = 0; i < n; i++) {
        sums[i] += words[i];
    }

    (void) stat;
}

/* 0: it is no definition. */
static uint32_t
length_of(const ngx_shm_stat_t *stat, ngx_int_t id, uint32_t *nbounds)
{
    uint32_t  n, first = ngx_stat_word(id);

    *nbounds = 0;

    if ((ngx_uint_t) id >= ngx_stat_limit(stat) || first == 0) {
        return 0;
    }

    if (!ngx_stat_is_histogram(ngx_stat_limit(stat), id)) {
        return ngx_stat_may_add(ngx_stat_limit(stat), id, 0);
    }

    n = ngx_stat_nbounds(stat, first);
    *nbounds = n;
    return n != 0 ? n + 2 : 0;
}

static uint64_t
sum_up(const ngx_shm_stat_t *stat, ngx_int_t id, uint32_t n, uint64_t *sums)
{
    uint32_t                i, first = ngx_stat_word(id);
    const ngx_stat_cell_t  *cell;

    for (i = NGX_STAT_COMMON; i < stat->members + NGX_STAT_FIRST; i++) {
        cell = ngx_stat_cell(stat, i);

#if NGX_STAT_HAVE_CELLS
        if (ngx_stat_shape(id) == NGX_SHM_STAT_LEVEL) {
            sums[0] += i == NGX_STAT_COMMON ? 0 : level_of(stat, cell, first);
            continue;
        }
#endif

        add_cell(stat, cell, first, n, sums);
    }

    return sums[0];
}

ngx_int_t
ngx_shm_stat_read(const ngx_shm_stat_t *stat, ngx_int_t id,
    ngx_shm_stat_value_t *value)
{
    uint32_t                  i, n, nbounds;
    uint64_t                  total = 0;
    uint64_t                  sums[NGX_SHM_STAT_BOUNDS + 2] = { 0 };
    const volatile uint64_t  *bounds;

    if (value == NULL || ngx_stat_sound(stat, SIZE_MAX) == NULL
        || (n = length_of(stat, id, &nbounds)) == 0)
    {
        errno = EINVAL;
        return NGX_ERROR;
    }

    ngx_memzero(value, sizeof(*value));
    value->value = (int64_t) sum_up(stat, id, n, sums);

    if (nbounds == 0) {
        return NGX_OK;
    }

    bounds = ngx_stat_cell(stat, NGX_STAT_BOUNDS)->word + ngx_stat_word(id) + 1;
    value->sum = sums[0];
    value->nbounds = nbounds;

    for (i = 0; i < nbounds; i++) {
        value->bound[i] = bounds[i];
    }

    for (i = 0; i <= nbounds; i++) {
        value->count[i] = sums[i + 1];
        total += sums[i + 1];
    }

    value->value = (int64_t) total;
    return NGX_OK;
}
