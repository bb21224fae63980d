/*
 * situations_chunk.c - chunks smaller than a page.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "situations.h"


const size_t  kill_sizes[KILL_SIZES] = {
    8, 16, 24, 40, 64, 100, 128, 200, 320, 512, 700, 1024, 1500, 2048
};


/* What is allocated now is lost with the victim, unless the owner tag tells. */
void
alloc(kill_world_t *w, size_t size)
{
    (void) w;
    (void) kill_heap.alloc(size);
}


void
aim(kill_world_t *w, int i)
{
    w->target = i;
}


void
release(kill_world_t *w)
{
    if (w->target != -1) {
        kill_heap.free(w->live[w->target].p);
    }
}


/* Free every chunk from the first on but each step-th. */
void
thin(kill_world_t *w, int first, int step)
{
    int  i;

    for (i = first; i < w->n; i++) {
        if ((i - first) % step != 0) {
            kill_drop(w, i);
        }
    }
}


void
before_first(kill_world_t *w)       /* in pages that are not clear */
{
    w->extra = 1;
    kill_drop(w, kill_put(w, 6 * PAGE));
}


void
alloc_kind(kill_world_t *w)
{
    alloc(w, kill_sizes[w->variant]);
}


void
before_nth(kill_world_t *w)
{
    w->extra = 1;
    kill_put_many(w, w->variant, 64);
}


void
alloc_64(kill_world_t *w)
{
    alloc(w, 64);
}


void
before_nth_big(kill_world_t *w)
{
    w->extra = 1;
    kill_put_many(w, w->variant, 600);
}


void
alloc_600(kill_world_t *w)
{
    alloc(w, 600);
}


void
before_reuse(kill_world_t *w)       /* what was freed last is cached */
{
    int  first = w->n;

    w->extra = 1;
    kill_put_many(w, 40, 64);
    thin(w, first, 2 + w->variant);
}


void
before_empty_cache(kill_world_t *w) /* holes in the page, none in the cache */
{
    int  first = w->n, i;

    w->extra = 1;
    kill_put_many(w, 200, 64);
    thin(w, first, 3);
    for (i = 0; i < 30 + w->variant; i++) {
        (void) kill_put(w, 64);
    }
}


void
before_free_kind(kill_world_t *w)
{
    kill_put_many(w, 3, kill_sizes[w->variant]);
    aim(w, w->n - 2);
}


void
before_free_nth(kill_world_t *w)    /* first, last and between */
{
    int  first = w->n;

    kill_put_many(w, ROUND, 64);
    aim(w, first + w->variant);
}


void
before_flush(kill_world_t *w)       /* the n-th free in a row */
{
    int  first = w->n, i;

    kill_put_many(w, 2 * ROUND, 64);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, first + i);
    }
    aim(w, first + w->variant);
}


void
before_flush_big(kill_world_t *w)   /* each such page holds but a few */
{
    int  first = w->n, i;

    kill_put_many(w, 24, 1500);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, first + i);
    }
    aim(w, first + w->variant);
}


void
before_last_of_page(kill_world_t *w)        /* this free empties pages */
{
    int  first = w->n, i;

    kill_put_many(w, 3 * 64, 64);
    for (i = 0; i < 3 * 64 - 1; i++) {
        if (i != w->variant * 24) {
            kill_drop(w, first + i);
        }
    }
    aim(w, first + w->variant * 24);
}
