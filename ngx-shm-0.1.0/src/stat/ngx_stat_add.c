/*
 * ngx_stat_add.c - adding to counters, gauges and levels.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat_seat.h"

static ngx_int_t
wrong(void)
{
    errno = EINVAL;
    return NGX_ERROR;
}

static ngx_int_t ngx_stat_seldom
slowly(ngx_shm_stat_t *stat, ngx_int_t id, int64_t n)
{
    ngx_stat_cell_t  *cell = ngx_stat_enter(stat);

    if (cell == NULL) {
        return NGX_ERROR;
    }

    if (!ngx_stat_may_add(ngx_stat_limit(stat), id, n)) {
        return wrong();
    }

    if (cell != ngx_stat_cell(stat, NGX_STAT_COMMON)) {
        ngx_stat_plus(&cell->word[ngx_stat_word(id)], (uint64_t) n);
        return NGX_OK;
    }

    if (ngx_stat_shape(id) == NGX_SHM_STAT_LEVEL) {
        return NGX_BUSY;
    }

    ngx_stat_common_add(stat, ngx_stat_word(id), (uint64_t) n);
    return NGX_OK;
}

ngx_int_t
ngx_shm_stat_add(ngx_shm_stat_t *stat, ngx_int_t id, int64_t n)
{
#if NGX_STAT_HAVE_CELLS
    ngx_stat_seat_t  *seat = ngx_stat_last;

    /* of a seat that is nobody's the limit is 0 */
    if (ngx_stat_likely(ngx_stat_may_add(seat->limit, id, n)
                        && seat->key == stat && seat->id == stat->id))
    {
        ngx_stat_plus((volatile uint64_t *) (void *)
                      (seat->words + ((ngx_uint_t) id & ~(ngx_uint_t) 7)),
                      (uint64_t) n);
        return NGX_OK;
    }
#endif

    return slowly(stat, id, n);
}

ngx_int_t
ngx_shm_stat_set(ngx_shm_stat_t *stat, ngx_int_t id, int64_t n)
{
    ngx_stat_cell_t  *cell = ngx_stat_enter(stat);

    if (cell == NULL) {
        return NGX_ERROR;
    }

    if ((ngx_uint_t) id >= ngx_stat_limit(stat)
        || ngx_stat_shape(id) != NGX_SHM_STAT_LEVEL)
    {
        return wrong();
    }

    if (cell == ngx_stat_cell(stat, NGX_STAT_COMMON)) {
        return NGX_BUSY;
    }

    ngx_stat_put(&cell->word[ngx_stat_word(id)], (uint64_t) n);
    return NGX_OK;
}

void
ngx_stat_common_add(ngx_shm_stat_t *stat, uint32_t word, uint64_t n)
{
    volatile uint64_t  *p = &ngx_stat_cell(stat, NGX_STAT_COMMON)->word[word];

#if NGX_STAT_HAVE_CELLS
    (void) __sync_fetch_and_add(p, n);
#else
    int  rc = ngx_lock_acquire(&stat->lock, 0, -1);

    *p += n;

    if (rc == 0 || rc == EOWNERDEAD) {
        (void) ngx_lock_release(&stat->lock);
    }
#endif
}
