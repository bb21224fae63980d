/*
 * situations_cell.c - cells, and the housekeeping.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "situations.h"


/* In the heap, and in the ledger as one live chunk. */
static void
make_cells(kill_world_t *w)
{
    int  i = kill_put(w, KILL_CELLS * sizeof(uintptr_t));
    int  n;

    if (i == -1) {
        return;
    }

    w->cells = (uintptr_t *) w->live[i].p;
    w->live[i].size = 0;            /* its bytes change: nothing to compare */
    for (n = 0; n < KILL_CELLS; n++) {
        w->cells[n] = 0;
    }
}


void
with_cell(kill_world_t *w)
{
    make_cells(w);
    w->cell = 1;
}


void
alloc_to_kind(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1], kill_sizes[w->variant]);
}


void
before_to_nth(kill_world_t *w)
{
    kill_put_many(w, w->variant, 64);
}


void
alloc_to_64(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1], 64);
}


void
alloc_to_run(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1],
                              PAGE * (size_t) (w->variant + 1) - 50);
}


void
before_from_kind(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1], kill_sizes[w->variant]);
    (void) kill_put(w, kill_sizes[w->variant]);
}


void
free_from(kill_world_t *w)
{
    kill_heap.free_from(&w->cells[1]);
}


void
before_from_nth(kill_world_t *w)
{
    int  first = w->n, i;

    kill_put_many(w, ROUND, 64);
    (void) kill_heap.alloc_to(&w->cells[1], 64);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, first + i);
    }
}


void
before_from_run(kill_world_t *w)
{
    (void) kill_put(w, PAGE);
    (void) kill_heap.alloc_to(&w->cells[1], PAGE * (size_t) (w->variant + 1));
    (void) kill_put(w, PAGE);
}


void
others_cell(kill_world_t *w)
{
    with_cell(w);
    (void) kill_heap.alloc_to(&w->cells[1], kill_sizes[w->variant]);
    (void) kill_put(w, kill_sizes[w->variant]);
}


void
do_reap(kill_world_t *w)
{
    kill_heap.reap(w->live[0].owner);
}


void
do_check(kill_world_t *w)
{
    (void) w;
    (void) kill_heap.check();
}


/* Pseudo-random calls, for what the single ones do not meet. */
void
do_mixture(kill_world_t *w)
{
    void     *p[8] = { NULL };
    uint32_t  seed = (uint32_t) w->variant * 2654435761u + 1;
    int       i, n;

    for (n = 0; n < 24; n++) {
        seed = seed * 1664525u + 1013904223u;
        i = seed >> 29;
        if (p[i] != NULL) {
            kill_heap.free(p[i]);
            p[i] = NULL;
        } else {
            p[i] = kill_heap.alloc(1 + ((seed >> 8)
                                        & (seed & 0x4000 ? 8191 : 511)));
        }
    }
}


void
before_mixture(kill_world_t *w)
{
    w->extra = 8;
}
