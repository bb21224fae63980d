/*
 * ngx_stat_settle.c - finish the observation that a dead thread began.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

#if NGX_STAT_HAVE_CELLS

void
ngx_stat_settle(const ngx_shm_stat_t *stat, ngx_stat_cell_t *cell)
{
    if (cell->op == 0) {
        return;
    }

    if (cell->bucket < stat->words && cell->first < stat->words) {
        ngx_stat_put_both(cell);
    } else {
        cell->op = 0;
    }
}

#endif
