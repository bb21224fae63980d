/*
 * ngx_stat_join.c - a thread gets a cell of its own, or shares the common one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat_seat.h"

#if NGX_STAT_HAVE_CELLS

/* Who has no cell asks for one again after so many calls and so long. */
#define ASK_CALLS  256
#define ASK_MS     100

int
ngx_stat_is_dead(const ngx_shm_stat_t *stat, const ngx_stat_cell_t *cell,
    uint64_t owner)
{
    uint32_t  boot;
    uint64_t  image;

    if (owner == 0) {
        return 1;
    }

    boot = ngx_lock_boot();

    if (boot != 0 && stat->boot != 0 && boot != stat->boot) {
        return 1;
    }

    if (ngx_lock_owner_dead(stat->ns, owner)) {
        return 1;
    }

    /* what is written between the two looks is not this owner's */
    if (ngx_lock_abroad(stat->ns) || ngx_stat_get(&cell->ready) != owner) {
        return 0;
    }

    image = cell->image;

    return ngx_stat_get(&cell->ready) == owner
           && ngx_lock_image_gone((uint32_t) owner & NGX_LOCK_TID, image);
}

static void
clear_levels(const ngx_shm_stat_t *stat, ngx_stat_cell_t *cell)
{
    uint32_t               i, n = stat->ndefs;
    const ngx_stat_def_t  *def;

    for (i = 0; i < n; i++) {
        def = ngx_stat_def(stat, i);

        if (def->kind == NGX_SHM_STAT_LEVEL) {
            ngx_stat_put(&cell->word[def->first], 0);
        }
    }
}

/* The cell names the caller: make it the caller's in all. */
static ngx_stat_cell_t *
move_in(const ngx_shm_stat_t *stat, ngx_stat_cell_t *cell, uint64_t me)
{
    if (ngx_stat_get(&cell->ready) != me) {
        ngx_stat_settle(stat, cell);
        clear_levels(stat, cell);
        cell->image = ngx_lock_image();
        ngx_lock_publish();
        ngx_stat_put(&cell->ready, me);
    }

    return cell;
}

static ngx_stat_cell_t *
find_mine(const ngx_shm_stat_t *stat, uint64_t me)
{
    uint32_t          i;
    ngx_stat_cell_t  *cell;

    for (i = 0; i < stat->members; i++) {
        cell = ngx_stat_cell(stat, NGX_STAT_FIRST + i);

        if (ngx_stat_get(&cell->owner) == me) {
            return cell;
        }
    }

    return NULL;
}

static ngx_stat_cell_t *
take_free(const ngx_shm_stat_t *stat, uint64_t me)
{
    uint32_t          i;
    ngx_stat_cell_t  *cell;

    for (i = 0; i < stat->members; i++) {
        cell = ngx_stat_cell(stat, NGX_STAT_FIRST + i);

        if (ngx_stat_get(&cell->owner) == 0
            && ngx_lock_cas(&cell->owner, 0, me))
        {
            return cell;
        }
    }

    return NULL;
}

static ngx_stat_cell_t *
take_dead(ngx_shm_stat_t *stat, uint64_t me)
{
    uint32_t          i, k, first = stat->next;
    uint64_t          owner;
    ngx_stat_cell_t  *cell;

    for (k = 0; k < stat->members; k++) {
        i = (first + k) % stat->members;
        cell = ngx_stat_cell(stat, NGX_STAT_FIRST + i);
        owner = ngx_stat_get(&cell->owner);

        if (ngx_stat_is_dead(stat, cell, owner)
            && ngx_lock_cas(&cell->owner, owner, me))
        {
            stat->next = i + 1;
            return cell;
        }
    }

    return NULL;
}

static ngx_stat_cell_t *
choose(ngx_shm_stat_t *stat)
{
    uint64_t          me = ngx_lock_me();
    ngx_stat_cell_t  *cell;

    if (ngx_lock_abroad(stat->ns)) {
        return NULL;
    }

    cell = find_mine(stat, me);
    cell = cell != NULL ? cell : take_free(stat, me);
    cell = cell != NULL ? cell : take_dead(stat, me);

    return cell != NULL ? move_in(stat, cell, me) : NULL;
}

static ngx_stat_cell_t *
join(ngx_shm_stat_t *stat)
{
    ngx_stat_cell_t  *own, *common;
    ngx_stat_seat_t  *seat;

    if (!ngx_stat_can_write(stat)) {
        return NULL;
    }

    own = choose(stat);
    common = ngx_stat_cell(stat, NGX_STAT_COMMON);
    seat = ngx_stat_seat_new(stat);

    if (seat != NULL) {
        seat->key = own != NULL ? stat : NULL;
        seat->id = stat->id;
        seat->limit = own != NULL ? ngx_stat_limit(stat) : 0;
        seat->set = stat;
        seat->cell = own != NULL ? own : common;
        seat->words = (unsigned char *) (uintptr_t) seat->cell->word;
        seat->calls = 0;
        seat->when = ngx_lock_ms();
        ngx_stat_last = seat;
    }

    return own != NULL ? own : common;
}

static int
is_due(ngx_stat_seat_t *seat)
{
    int64_t  ms;

    if (++seat->calls < ASK_CALLS) {
        return 0;
    }

    ms = ngx_lock_ms() - seat->when;
    seat->calls = 0;
    return ms >= ASK_MS || ms < 0;
}

ngx_stat_cell_t *
ngx_stat_enter(ngx_shm_stat_t *stat)
{
    ngx_stat_seat_t  *seat = ngx_stat_last;

    if (seat->key == stat && stat != NULL && seat->id == stat->id) {
        return seat->cell;
    }

    seat = stat != NULL ? ngx_stat_seat(stat) : NULL;

    if (seat == NULL || (seat->key == NULL && is_due(seat))) {
        return join(stat);
    }

    ngx_stat_last = seat;
    return seat->cell;
}

/* In the other order than it was taken. */
void
ngx_shm_stat_leave(ngx_shm_stat_t *stat)
{
    ngx_stat_cell_t  *cell;
    ngx_stat_seat_t  *seat;

    if (!ngx_stat_can_write(stat) || ngx_lock_abroad(stat->ns)) {
        return;
    }

    seat = ngx_stat_seat(stat);

    if (seat != NULL) {
        seat->key = NULL;
        seat->id = 0;
        seat->limit = 0;
    }

    cell = find_mine(stat, ngx_lock_me());

    if (cell != NULL) {
        (void) move_in(stat, cell, ngx_lock_me());
        clear_levels(stat, cell);
        ngx_lock_publish();
        ngx_stat_put(&cell->ready, 0);
        ngx_lock_publish();
        ngx_stat_put(&cell->owner, 0);
    }
}

#else

ngx_stat_cell_t *
ngx_stat_enter(ngx_shm_stat_t *stat)
{
    return ngx_stat_can_write(stat) ? ngx_stat_cell(stat, NGX_STAT_COMMON)
                                    : NULL;
}

void
ngx_shm_stat_leave(ngx_shm_stat_t *stat)
{
    (void) stat;
}

#endif
