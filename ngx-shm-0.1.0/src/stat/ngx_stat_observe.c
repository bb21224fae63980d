/*
 * ngx_stat_observe.c - counting an observation in a histogram.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat_seat.h"

/* The first n for which 1 << n is not less than value. */
static uint32_t
power_of(uint64_t value)
{
#if defined(__GNUC__) && !defined(__TINYC__)
    return value <= 1 ? 0 : 64 - (uint32_t) __builtin_clzll(value - 1);
#else
    uint32_t  n = 0;

    for (value = value == 0 ? 0 : value - 1; value != 0; value >>= 1) {
        n++;
    }

    return n;
#endif
}

static uint32_t
bucket_of(const ngx_shm_stat_t *stat, ngx_int_t id, uint64_t value)
{
    uint32_t                  n, low = 0, high, middle;
    uint32_t                  first = ngx_stat_word(id);
    const volatile uint64_t  *bounds;

    bounds = ngx_stat_cell(stat, NGX_STAT_BOUNDS)->word;
    high = ngx_stat_nbounds(stat, first);

    if (high == 0) {
        return 0;       /* no histogram begins there */
    }

    if (ngx_stat_shape(id) == NGX_STAT_POWERS) {
        n = power_of(value);
        return first + 1 + (n < high ? n : high);
    }

    while (low < high) {
        middle = (low + high) / 2;

        if (value <= bounds[first + 1 + middle]) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }

    return first + 1 + low;
}

#if NGX_STAT_HAVE_CELLS

static void
observe(ngx_stat_cell_t *cell, uint32_t first, uint32_t bucket,
    uint64_t value)
{
    cell->count = ngx_stat_get(&cell->word[bucket]) + 1;
    cell->sum = ngx_stat_get(&cell->word[first]) + value;
    cell->bucket = bucket;
    cell->first = first;
    ngx_lock_in_order();
    cell->op = 1;
    ngx_lock_in_order();
    ngx_stat_put_both(cell);
}

#endif

ngx_int_t
ngx_shm_stat_observe(ngx_shm_stat_t *stat, ngx_int_t id, uint64_t value)
{
    uint32_t          bucket;
    ngx_stat_cell_t  *cell = ngx_stat_enter(stat);

    if (cell == NULL) {
        return NGX_ERROR;
    }

    bucket = ngx_stat_is_histogram(ngx_stat_limit(stat), id)
             ? bucket_of(stat, id, value) : 0;

    if (bucket == 0) {
        errno = EINVAL;
        return NGX_ERROR;
    }

#if NGX_STAT_HAVE_CELLS
    if (cell != ngx_stat_cell(stat, NGX_STAT_COMMON)) {
        observe(cell, ngx_stat_word(id), bucket, value);
        return NGX_OK;
    }
#endif

    ngx_stat_common_add(stat, bucket, 1);
    ngx_stat_common_add(stat, ngx_stat_word(id), value);
    return NGX_OK;
}
