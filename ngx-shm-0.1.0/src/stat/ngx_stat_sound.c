/*
 * ngx_stat_sound.c - is there a set, and may this process write to it?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

uint64_t
ngx_stat_cells_at(uint64_t names)
{
    return ngx_align(sizeof(ngx_shm_stat_t) + names * sizeof(ngx_stat_def_t),
                     (uint64_t) NGX_STAT_LINE);
}

ngx_shm_stat_t *
ngx_stat_sound(const void *addr, size_t size)
{
    const ngx_shm_stat_t  *stat = addr;

    if (addr == NULL || (uintptr_t) addr % NGX_STAT_ALIGN != 0
        || size < sizeof(ngx_shm_stat_t))
    {
        errno = EINVAL;
        return NULL;
    }

    if (stat->magic == NGX_STAT_MAGIC
        && (stat->version != NGX_STAT_VERSION
            || stat->format != sizeof(void *)))
    {
        errno = EXDEV;
        return NULL;
    }

    if (stat->magic != NGX_STAT_MAGIC || stat->size > size
        || stat->members == 0 || stat->members > NGX_STAT_MOST
        || stat->names == 0 || stat->names > NGX_STAT_MOST
        || stat->ndefs > stat->names
        || stat->cells != ngx_stat_cells_at(stat->names)
        || stat->cell == 0 || stat->cell % NGX_STAT_LINE != 0
        || stat->cell > NGX_STAT_WORDS * 8
        || stat->words != (stat->cell - NGX_STAT_HEAD) / 8
        || stat->size != stat->cells + (uint64_t) stat->cell
                         * (stat->members + NGX_STAT_FIRST))
    {
        errno = EINVAL;
        return NULL;
    }

    return (ngx_shm_stat_t *) (uintptr_t) addr;
}

int
ngx_stat_can_write(const ngx_shm_stat_t *stat)
{
    if (ngx_stat_sound(stat, SIZE_MAX) == NULL) {
        return 0;
    }

    if (!ngx_lock_can_write(stat)) {
        errno = EACCES;
        return 0;
    }

    return 1;
}
