/*
 * situations_run.c - runs of pages, and no memory.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "situations.h"


void
before_run(kill_world_t *w)
{
    w->extra = 1;
    (void) kill_put(w, PAGE);
}


void
alloc_run(kill_world_t *w)          /* split from the rest of the pool */
{
    alloc(w, (size_t) PAGE * (size_t) (w->variant + 1));
}


/* Rows of pages a b c d ...; each is one run. */
static int
pages(kill_world_t *w, int n)
{
    int  first = w->n;

    kill_put_many(w, n, PAGE);
    return first;
}


void
before_exact(kill_world_t *w)
{
    int  i, first;

    w->extra = 1;
    first = w->n;
    kill_put_many(w, 3, PAGE * (size_t) (w->variant + 1));
    i = first + 1;
    kill_drop(w, i);
    kill_exhaust(w, PAGE * 8);      /* nothing else will do */
}


void
before_apart(kill_world_t *w)       /* both neighbours are taken */
{
    aim(w, pages(w, 3) + 1);
}


void
before_left(kill_world_t *w)
{
    int  a = pages(w, 5);

    kill_drop(w, a + 1);
    aim(w, a + 2);
}


void
before_right(kill_world_t *w)
{
    int  a = pages(w, 5);

    kill_drop(w, a + 3);
    aim(w, a + 2);
}


void
before_both(kill_world_t *w)
{
    int  a = pages(w, 5);

    kill_drop(w, a + 1);
    kill_drop(w, a + 3);
    aim(w, a + 2);
}


void
before_tail(kill_world_t *w)        /* the right neighbour ends the pool */
{
    aim(w, pages(w, 2 + w->variant) + 1 + w->variant);
}


void
before_long(kill_world_t *w)
{
    int  a = w->n;

    kill_put_many(w, 3, PAGE * (size_t) (2 + w->variant) + 100);
    kill_drop(w, a + (w->variant & 2));
    aim(w, a + 1);
}


void
before_full(kill_world_t *w)
{
    kill_exhaust(w, 2 * PAGE);
    kill_exhaust(w, PAGE);
    kill_exhaust(w, 64);
}


void
alloc_none(kill_world_t *w)
{
    alloc(w, w->variant ? PAGE * 2 : 64);
}


void
alloc_hopeless(kill_world_t *w)
{
    alloc(w, w->variant ? (size_t) -100 : (size_t) 1 << 30);
}


void
before_nearly_full(kill_world_t *w) /* one page's worth is left */
{
    int  i;

    before_full(w);
    w->extra = 1;
    for (i = w->n - 1; i > 0 && w->live[i].size != PAGE; i--) { /* void */ }
    kill_drop(w, i);
    (void) w->variant;
}


void
before_pressure(kill_world_t *w)    /* what is free is in the others' hands */
{
    before_full(w);
    thin(w, w->n > 60 ? w->n - 60 : 0, 4);
}


void
alloc_pressed(kill_world_t *w)
{
    alloc(w, kill_sizes[w->variant]);
}
