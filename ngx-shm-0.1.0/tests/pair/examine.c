/*
 * examine.c - what survivors do for the referee.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "told.h"

void
pair_drain(int undo)
{
    int            i, n = w->c.size <= 64 ? PAIR_DRAIN
                          : w->c.size < PAIR_PAGE ? 6 : 1;
    pair_known_t  *c;

    if (!undo) {
        while (n-- > 0 && (i = pair_put(w->c.size)) != -1) {
            w->now.known[i].drained = 1;
        }
        return;
    }

    for (i = K_X; i < w->now.n; i++) {
        c = &w->now.known[i];
        if (c->state == LIVE && !pair_painted(c, c->size)) {
            pair_wrong("chunk %ld of %ld bytes was overwritten", i, c->size);
        }
    }
    for (i = w->now.n - 1; i >= 0; i--) {
        c = &w->now.known[i];
        if (c->state == LIVE && c->drained && c->owner == me) {
            pair_drop(i);
        }
    }
}

/* What the dead have, first what cells name. */
void
pair_reap_all(int dead)
{
    int  i, who, sure, maybe, n;

    for (i = 0; i < PAIR_CELLS; i++) {
        if (w->cells[i] != 0) {
            pair_from(i);
            if (w->cells[i] != 0) {
                pair_wrong("cell %ld names what cannot be freed%.0ld", i, 0);
            }
        }
    }

    for (who = 0; who < PAIR_PROCESSES; who++) {
        if (!(dead & 1 << who)) {
            continue;
        }
        for (i = 0, sure = 0, maybe = w->now.getting[who]; i < w->now.n; i++) {
            if (w->now.known[i].owner == who) {
                sure += w->now.known[i].state == LIVE;
                maybe += w->now.known[i].state == GOING;
            }
        }

        n = w->now.reaped[who];
        pair_reap(who);
        n = w->now.reaped[who] - n;
        if ((n < sure && !pair_few()) || n > sure + maybe) {
            pair_wrong("reap freed %ld chunks, not %ld", n, sure);
        }
        for (i = 0; i < w->now.n; i++) {
            if (w->now.known[i].owner == who && !pair_few()) {
                w->now.known[i].state = GONE;
            }
        }
    }
}

/* Without slots nobody knows whose the chunk of a dead process is. */
static void
stray(void *data, void *p, size_t size, ngx_pid_t owner)
{
    (void) size;
    (void) owner;
    if (p != w->now.known[K_CELLS].p) {
        *(void **) data = p;
    }
}

static void
free_strays(void)
{
    int    i;
    void  *p = NULL;

    for (i = 0; i < PAIR_PROCESSES; i++) {
        if (pair_few() && w->now.getting[i]
            && w->process[i].state == PAIR_DEAD)
        {
            (void) ngx_slab_walk(pair_pool, stray, &p);
            if (p != NULL) {
                ngx_slab_free(pair_pool, p);
            }
        }
    }
}

void
pair_free_all(void)
{
    int                i;
    pair_known_t      *c;
    ngx_slab_usage_t   u;

    for (i = w->now.n - 1; i > K_CELLS; i--) {
        c = &w->now.known[i];
        if (c->state == GOING || (c->state == LIVE && pair_few())) {
            c->state = ngx_slab_usable_size(pair_pool, c->p) ? LIVE : GONE;
        }
        if (c->state == LIVE) {
            ngx_slab_free(pair_pool, c->p);
        }
        c->state = GONE;
    }

    free_strays();

    if (ngx_slab_usage(pair_pool, &u) != NGX_OK) {
        pair_wrong("usage failed%.0ld%.0ld", 0, 0);
    } else if (u.chunks != 1) {
        pair_wrong("%ld chunks live that nobody has%.0ld",
                   (long) u.chunks - 1, 0);
    }
}

void
pair_fill(int undo)
{
    size_t           n = 0;
    unsigned char  **p = w->fill[me];

    if (undo) {
        for (n = w->nfill[me]; n-- > 0; ) {
            ngx_slab_free(pair_pool, p[n]);
        }
        w->nfill[me] = 0;
        return;
    }

    while (n < PAIR_FILL
           && (p[n] = ngx_slab_alloc(pair_pool, PAIR_PAGE - 64))
                               != NULL)
    {
        n++;
    }
    w->nfill[me] = n;
}
