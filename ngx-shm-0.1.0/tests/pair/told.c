/*
 * told.c - calls of the heap, and the ledger of what they told.
 *
 * The ledger is written outside of the library's calls, and nobody is stopped
 * or killed there: an entry and a call are one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "told.h"

#include <stdio.h>
#include <string.h>

#define HEAD  64            /* bytes that are painted, and the last */
#define TAIL  8

void
pair_wrong(const char *why, long a, long b)
{
    if (!w->now.wrong) {
        w->now.wrong = 1;
        (void) snprintf(w->now.why, sizeof(w->now.why), why, a, b);
    }
}

static unsigned char
paint_of(int k, size_t i)
{
    return (unsigned char) (37 * k + (int) i + 1);
}

static void
paint(pair_known_t *c)
{
    size_t  i;
    int     k = (int) (c - w->now.known);

    for (i = 0; i < c->size && i < HEAD; i++) {
        c->p[i] = paint_of(k, i);
    }
    for (i = c->size < HEAD + TAIL ? c->size : c->size - TAIL; i < c->size;
         i++)
    {
        c->p[i] = paint_of(k, i);
    }
}

int
pair_painted(const pair_known_t *c, size_t size)
{
    size_t  i;
    int     k = (int) (c - w->now.known);

    for (i = 0; i < size && i < HEAD; i++) {
        if (c->p[i] != paint_of(k, i)) {
            return 0;
        }
    }
    for (i = size < HEAD + TAIL || size != c->size ? size : size - TAIL;
         i < size; i++)
    {
        if (c->p[i] != paint_of(k, i)) {
            return 0;
        }
    }
    return 1;
}

static int
overlap(const unsigned char *p, size_t n, const unsigned char *q, size_t m)
{
    return p < q + m && q < p + n;
}

/* Somebody is about to free all that it has. */
static int
is_reaped(int who)
{
    int  i;

    for (i = 0; i < PAIR_PROCESSES; i++) {
        if (w->now.reaping[i] == who + 1) {
            return 1;
        }
    }
    return 0;
}

/* A chunk that was given now is nobody else's. */
static void
is_new(int k)
{
    int            i;
    pair_known_t  *c = &w->now.known[k], *o;

    if (c->p < w->base || c->p + c->size > w->base + w->size) {
        pair_wrong("a chunk outside of the pool%.0ld%.0ld", 0, 0);
    }

    for (i = 0; i < w->now.n; i++) {
        o = &w->now.known[i];
        if (i == k || o->state == NEVER || o->state == GONE
            || !overlap(c->p, c->size, o->p, o->size))
        {
            continue;
        }
        if (o->state == LIVE && !is_reaped(o->owner)) {
            pair_wrong("a live chunk was given again, at +%ld, chunk %ld",
                       c->p - w->base, i);
        }
        o->state = GONE;
    }

    for (i = 0; w->cells != NULL && i < PAIR_CELLS; i++) {
        if (w->cells[i] != 0 && w->cells[i] % 2 == 0
            && !is_reaped(w->now.filler[i])
            && overlap(c->p, c->size, w->base + w->cells[i], w->c.size))
        {
            pair_wrong("a chunk that a cell names was given, at +%ld, "
                       "cell %ld", c->p - w->base, i);
        }
    }
}

int
pair_put_at(int k, size_t size)
{
    void          *p;
    pair_known_t  *c;

    w->now.getting[me] = 1;
    p = ngx_slab_alloc(pair_pool, size);
    w->now.getting[me] = 0;

    if (p == NULL) {
        return -1;
    }
    if (k == -1) {
        if (w->now.n == PAIR_KNOWN) {
            pair_wrong("the ledger is full%.0ld%.0ld", 0, 0);
            return -1;
        }
        k = w->now.n++;
    }

    c = &w->now.known[k];
    c->p = p;
    c->size = (uint32_t) size;
    c->owner = (uint8_t) me;
    c->state = LIVE;
    c->drained = 0;
    is_new(k);
    paint(c);
    return k;
}

int
pair_put(size_t size)
{
    return pair_put_at(-1, size);
}

void
pair_drop(int k)
{
    pair_known_t  *c = &w->now.known[k];

    if (k == -1 || c->state != LIVE) {
        return;
    }
    if (k >= K_FIRST && !pair_painted(c, c->size)) {
        pair_wrong("chunk %ld of %ld bytes was overwritten", k, c->size);
    }
    c->state = GOING;
    ngx_slab_free(pair_pool, c->p);
    c->state = GONE;
}

void
pair_resize(int k, size_t size)
{
    void          *p;
    size_t         least;
    pair_known_t  *c = &w->now.known[k];

    if (k == -1) {
        return;
    }

    c->state = GOING;
    w->now.getting[me] = 1;
    p = ngx_slab_realloc(pair_pool, c->p, size);
    w->now.getting[me] = 0;
    c->state = LIVE;

    if (p != NULL) {
        least = c->size < size ? c->size : size;
        c->p = p;
        if (!pair_painted(c, least < HEAD ? least : HEAD)) {
            pair_wrong("realloc to %ld bytes lost what was there%.0ld",
                       (long) size, 0);
        }
        c->size = (uint32_t) size;
        is_new(k);
        paint(c);
    }
}

void
pair_to(int cell)
{
    if (w->cells[cell] != 0 && w->cells[cell] % 2 == 0) {
        return;                     /* it is in use */
    }
    w->now.filler[cell] = me;
    w->now.to[cell]++;
    if (ngx_slab_alloc_to(pair_pool, &w->cells[cell], w->c.size) == NULL) {
        w->now.to[cell]--;
    }
}

void
pair_from(int cell)
{
    ngx_int_t  rc;

    w->now.from[cell]++;
    rc = ngx_slab_free_from(pair_pool, &w->cells[cell]);

    if (rc != NGX_OK) {
        w->now.from[cell]--;
        if (rc != NGX_DECLINED) {
            pair_wrong("free_from told %ld, cell %ld", (long) rc, cell);
        }
    }
}

/* Who has no slot of its own has no share that is known. */
int
pair_few(void)
{
    return pair_pools[w->c.pool].few;
}

static int
has_any(int who)
{
    int  i;

    for (i = 0; i < w->now.n; i++) {
        if (w->now.known[i].owner == who && w->now.known[i].state == LIVE) {
            return 1;
        }
    }
    return 0;
}

/* spare: of chunks that may have been freed without their cells. */
static void
free_cells_of(int who, int spare)
{
    int  i;

    for (i = 0; i < PAIR_CELLS; i++) {
        if (w->now.filler[i] == who) {
            w->now.spare[i] += spare;
            pair_from(i);
        }
    }
}

void
pair_reap(int who)
{
    int         i, any = has_any(who);
    ngx_int_t   rc;
    ngx_uint_t  n = 0;

    w->now.reaping[me] = who + 1;
    if (w->process[who].state == PAIR_DEAD) {
        free_cells_of(who, 0);      /* first, as ngx_slab_reap() asks for */
    }
    rc = ngx_slab_reap(pair_pool, w->process[who].pid, &n);

    if (w->process[who].state != PAIR_DEAD) {
        w->now.reaping[me] = 0;
        if (rc == NGX_OK || (rc != NGX_BUSY && any && !pair_few())) {
            pair_wrong("reap of a living process told %ld, %ld chunks",
                       (long) rc, (long) n);
        }
        return;
    }

    if (rc == NGX_OK) {
        w->now.reaped[who] += (int) n;
        free_cells_of(who, 1);
        for (i = 0; i < PAIR_CELLS; i++) {
            if (w->now.filler[i] == who && w->cells[i] != 0
                && w->cells[i] % 2 == 0)
            {
                pair_wrong("cell %ld names what was reaped%.0ld", i, 0);
            }
        }
        for (i = 0; i < w->now.n; i++) {
            if (w->now.known[i].owner == who && w->now.known[i].state == LIVE)
            {
                w->now.known[i].state = pair_few() ? GOING : GONE;
            }
        }
    }

    w->now.reaping[me] = 0;
}
