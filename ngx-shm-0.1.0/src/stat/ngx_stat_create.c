/*
 * ngx_stat_create.c - make a set, attach it, end it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

#include <time.h>
#include <unistd.h>

#define MEMBERS  64
#define NAMES    64

size_t
ngx_shm_stat_size(ngx_uint_t members, ngx_uint_t names, ngx_uint_t words)
{
    uint64_t  cell, size;

    members = members != 0 ? members : MEMBERS;
    names = names != 0 ? names : NAMES;

    if (members > NGX_STAT_MOST || names > NGX_STAT_MOST
        || words >= NGX_STAT_WORDS)
    {
        return 0;
    }

    cell = ngx_align(NGX_STAT_HEAD + (words + (uint64_t) 1) * 8,
                     (uint64_t) NGX_STAT_LINE);
    size = ngx_stat_cells_at(names) + cell * (members + NGX_STAT_FIRST);

    return size <= SIZE_MAX / 2 ? (size_t) size : 0;
}

/* A set at the same address as another one, in the same process, is not it. */
static uint64_t
new_id(void)
{
    uint64_t                id;
    struct timespec         ts;
    static volatile size_t  serial;

    (void) clock_gettime(CLOCK_REALTIME, &ts);
    id = (uint64_t) ts.tv_sec * 1000000000 + (uint64_t) ts.tv_nsec;
    id = (id << 8 ^ (uint64_t) getpid() << 40) + ++serial;
#if NGX_LOCK_HAVE_WORD
    id ^= ngx_lock_me() << 20;
#endif

    return id != 0 ? id : 1;
}

ngx_shm_stat_t *
ngx_shm_stat_create(void *addr, size_t size, ngx_uint_t members,
    ngx_uint_t names)
{
    int              err;
    uint64_t         cells, cell;
    ngx_shm_stat_t  *stat = addr;

    members = members != 0 ? members : MEMBERS;
    names = names != 0 ? names : NAMES;

    if (addr == NULL || (uintptr_t) addr % NGX_STAT_ALIGN != 0
        || members > NGX_STAT_MOST || names > NGX_STAT_MOST)
    {
        errno = EINVAL;
        return NULL;
    }

    cells = ngx_stat_cells_at(names);
    cell = size > cells ? (size - cells) / (members + NGX_STAT_FIRST) : 0;
    cell &= ~(uint64_t) (NGX_STAT_LINE - 1);

    if (cell == 0 || cells > UINT32_MAX) {
        errno = ENOMEM;
        return NULL;
    }

    if (cell > NGX_STAT_WORDS * 8) {
        cell = NGX_STAT_WORDS * 8;
    }

    if (!ngx_lock_can_write(addr)) {
        errno = EACCES;
        return NULL;
    }

    stat->magic = 0;
    ngx_lock_barrier();
    ngx_memzero(addr, (size_t) (cells + cell * (members + NGX_STAT_FIRST)));

    stat->version = NGX_STAT_VERSION;
    stat->format = sizeof(void *);
    stat->id = new_id();
    stat->size = cells + cell * (members + NGX_STAT_FIRST);
    stat->members = (uint32_t) members;
    stat->names = (uint32_t) names;
    stat->cell = (uint32_t) cell;
    stat->words = (uint32_t) ((cell - NGX_STAT_HEAD) / 8);
    stat->cells = (uint32_t) cells;
    stat->boot = ngx_lock_boot();
#if NGX_LOCK_HAVE_WORD
    (void) ngx_lock_me();
    stat->ns = ngx_lock_self.ns;
#endif

    err = ngx_lock_init(&stat->lock, NULL, NULL);

    if (err != 0) {
        errno = err;
        return NULL;
    }

    ngx_lock_barrier();
    stat->magic = NGX_STAT_MAGIC;
    return stat;
}

/* The byte order is seen in the magic. */
static int
is_swapped(const void *addr)
{
    int                  i;
    uint64_t             magic = NGX_STAT_MAGIC;
    const unsigned char  *p = addr, *q = (const unsigned char *) &magic;

    for (i = 0; i < 8; i++) {
        if (p[i] != q[7 - i]) {
            return 0;
        }
    }

    return 1;
}

/* Members of an earlier boot are dead: let none be taken for a living one. */
static void
forget_boot(ngx_shm_stat_t *stat, uint32_t boot)
{
#if NGX_STAT_HAVE_CELLS
    uint32_t          i;
    ngx_stat_cell_t  *cell;

    for (i = 0; i < stat->members; i++) {
        cell = ngx_stat_cell(stat, NGX_STAT_FIRST + i);
        ngx_stat_settle(stat, cell);
        ngx_stat_put(&cell->ready, 0);
        ngx_stat_put(&cell->owner, 0);
    }

    (void) ngx_lock_me();
    stat->ns = ngx_lock_self.ns;
#endif

    ngx_lock_barrier();
    stat->boot = boot;
}

ngx_shm_stat_t *
ngx_shm_stat_attach(void *addr, size_t size)
{
    int              err;
    uint32_t         boot = ngx_lock_boot();
    ngx_shm_stat_t  *stat = ngx_stat_sound(addr, size);

    if (stat == NULL) {
        if (errno == EINVAL && addr != NULL && size >= sizeof(ngx_shm_stat_t)
            && (uintptr_t) addr % NGX_STAT_ALIGN == 0 && is_swapped(addr))
        {
            errno = EXDEV;
        }
        return NULL;
    }

    if (!ngx_lock_can_write(addr)) {
        return stat;
    }

    err = ngx_lock_init(&stat->lock, NULL, NULL);

    if (err == 0 && boot != 0 && stat->boot != boot) {
        err = ngx_lock_acquire(&stat->lock, 0, NGX_STAT_LOCK_MS);

        if (err == 0 || err == EOWNERDEAD) {
            if (stat->boot != boot) {
                forget_boot(stat, boot);
            }
            err = ngx_lock_release(&stat->lock);
        }
    }

    /* from another namespace: it counts in the common cell */
    if (err != 0 && err != EXDEV) {
        errno = err;
        return NULL;
    }

    return stat;
}

void
ngx_shm_stat_destroy(ngx_shm_stat_t *stat)
{
    if (ngx_stat_can_write(stat)) {
        stat->magic = 0;
    }
}
