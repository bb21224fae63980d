/*
 * survivor.c - the one who examines a world that somebody left by dying.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "kill.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FILL   64                   /* the black box is filled with these */
#define GRAIN  8
#define MOST_LOOSE  64              /* chunks that died with their address */

static unsigned char  *mark;        /* one for each grain of the heap */
static unsigned char  *fills[1 << 16];


/* Take the grains of a chunk; 0 if it is outside or one was taken. */
static int
claim(kill_world_t *w, unsigned char *p, size_t size)
{
    size_t  i, from = (size_t) (p - w->base);

    if (p < w->base || from + size > w->size) {
        return 0;
    }

    for (i = from / GRAIN; i <= (from + size - 1) / GRAIN; i++) {
        if (mark[i] != 0) {
            return 0;
        }
        mark[i] = 1;
    }

    return 1;
}


typedef struct {
    kill_world_t  *w;
    size_t         n;               /* chunks seen */
    size_t         strange;         /* that the ledger does not name */
    int            target;          /* the chunk at work was among them */
    int            cell;            /* so was what its cell names */
    size_t         bytes;           /* of these */
    unsigned char *loose[MOST_LOOSE];
    pid_t          whose[MOST_LOOSE];
} walk_t;


static int
by_address(const void *a, const void *b)
{
    const kill_chunk_t  *x = a, *y = b;

    return x->p < y->p ? -1 : x->p > y->p;
}


static kill_chunk_t  *sorted;
static size_t         nsorted;


static void
seen(void *data, void *p, size_t size, pid_t owner)
{
    walk_t        *k = data;
    kill_world_t  *w = k->w;
    kill_chunk_t   key, *c;

    k->n++;
    key.p = p;
    key.size = size;

    c = bsearch(&key, sorted, nsorted, sizeof(key), by_address);
    if (c != NULL) {
        if (size < c->size) {
            kill_fail(w, KILL_DAMAGED, "chunk of %zu has become %zu", c->size,
                 size);
        }
        c->size = 0;                /* found */

    } else if (w->target != -1 && p == w->live[w->target].p) {
        k->target++;
        if (size < w->live[w->target].size) {       /* shrunk in place */
            w->live[w->target].size = size;
        }

    } else if (w->cell != -1 && w->cells[w->cell] != 0
               && p == kill_heap.at(w->cells[w->cell]))
    {
        k->cell++;

    } else {
        if (k->strange < MOST_LOOSE) {
            k->loose[k->strange] = p;
            k->whose[k->strange] = owner;
        }
        k->strange++;
        k->bytes += size;
    }
}


/* The ledger without the chunk at work, in order of address. */
static void
sort_ledger(kill_world_t *w)
{
    int  i;

    sorted = malloc((size_t) (w->n + 1) * sizeof(sorted[0]));
    nsorted = 0;

    for (i = 0; i < w->n; i++) {
        if (w->live[i].p != NULL && i != w->target) {
            sorted[nsorted++] = w->live[i];
        }
    }

    qsort(sorted, nsorted, sizeof(sorted[0]), by_address);
}


/* What is live must be what the ledger and the cell say. */
static void
account(kill_world_t *w, walk_t *k)
{
    size_t  i, lost = 0;

    memset(k, 0, sizeof(*k));
    k->w = w;
    sort_ledger(w);
    kill_heap.walk(seen, k);

    for (i = 0; i < nsorted; i++) {
        lost += sorted[i].size != 0;
    }

    /* what died with its address is accounted for by its owner's tag */
    w->record.live = k->n - k->strange;
    w->record.free_bytes = kill_heap.free_bytes() + k->bytes;

    if (lost > 0) {
        kill_fail(w, KILL_LOST, "%zu of %zu live chunks not in the walk", lost,
             nsorted);
    }
    if (k->strange > (size_t) w->extra) {
        kill_fail(w, KILL_GAINED, "%zu chunks that nobody holds, %zu allowed",
             k->strange, (size_t) w->extra);
    }
    if (w->cell != -1 && k->cell != (w->cells[w->cell] != 0)) {
        kill_fail(w, KILL_LOST, "the cell names %zu chunk, live %zu",
             (size_t) (w->cells[w->cell] != 0), (size_t) k->cell);
    }
}


static size_t
fill(kill_world_t *w, int clear)
{
    size_t          n;
    unsigned char  *p;

    for (n = 0; n < sizeof(fills) / sizeof(fills[0]); n++) {
        p = kill_heap.alloc(FILL);
        if (p == NULL) {
            break;
        }
        if (!claim(w, p, FILL)) {
            kill_fail(w, KILL_OVERLAP, "object %zu at +%zx is taken or outside",
                      n, (size_t) (p - w->base));
            break;
        }
        kill_paint(p, FILL);
        fills[n] = p;
    }

    if (clear) {
        size_t  i;

        for (i = 0; i < n; i++) {
            if (!kill_painted(fills[i], FILL)) {
                kill_fail(w, KILL_DAMAGED, "object %zu of %zu overwritten", i,
                          n);
            }
            kill_heap.free(fills[i]);
        }
    }

    return n;
}


/* Only the owner tag tells of a chunk whose address nobody was given. */
static void
give_back(kill_world_t *w, walk_t *k)
{
    size_t  n;
    int     i;

    for (n = 0; n < k->strange && n < MOST_LOOSE; n++) {
        if (kill_heap.reap == NULL) {
            kill_heap.free(k->loose[n]);
            continue;
        }

        kill_heap.reap(k->whose[n]);
        for (i = 0; i < w->n; i++) {
            if (w->live[i].owner == k->whose[n]) {
                w->live[i].p = NULL;
            }
        }
    }
}


static void
free_live(kill_world_t *w, walk_t *k)
{
    int  i;

    for (i = 0; i < w->n; i++) {
        if (w->live[i].p == NULL || (i == w->target && !k->target)) {
            continue;
        }
        if (i != w->target && !kill_painted(w->live[i].p, w->live[i].size)) {
            kill_fail(w, KILL_DAMAGED, "live chunk %zu of %zu overwritten",
                 (size_t) i, (size_t) w->n);
        }
        kill_heap.free(w->live[i].p);
    }
}


static size_t
nanoseconds(void)
{
    struct timespec  t;

    (void) syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return (size_t) t.tv_sec * 1000000000 + (size_t) t.tv_nsec;
}


static void
claim_live(kill_world_t *w, walk_t *k)
{
    int  i;

    memset(mark, 0, w->size / GRAIN + 1);

    for (i = 0; i < w->n; i++) {
        if (w->live[i].p != NULL && (i != w->target || k->target)
            && !claim(w, w->live[i].p, w->live[i].size))
        {
            kill_fail(w, KILL_OVERLAP, "live chunk %zu of %zu overlaps",
                      (size_t) i, (size_t) w->n);
        }
    }
}


void
kill_examine(kill_world_t *w)
{
    walk_t  k;
    size_t  t = nanoseconds();

    memset(&k, 0, sizeof(k));
    mark = calloc(1, w->size / GRAIN + 1);

    if (kill_heap.can & KILL_EXACT) {
        if (kill_heap.check() != 0) {           /* no call before this one */
            kill_fail(w, KILL_CHECK, "check, first%.0zu%.0zu", 0, 0);
        }
        w->record.healing = nanoseconds() - t;
        account(w, &k);
    } else {
        k.target = 0;               /* unknown: leave it alone */
    }

    if (k.strange != 0) {
        give_back(w, &k);
    }

    claim_live(w, &k);
    w->record.fill = fill(w, 1);

    if (k.cell) {
        kill_heap.free_from(&w->cells[w->cell]);
    }
    free_live(w, &k);

    if (kill_heap.can & KILL_EXACT && kill_heap.check() != 0) {
        kill_fail(w, KILL_CHECK, "check, everything freed%.0zu%.0zu", 0, 0);
    }

    memset(mark, 0, w->size / GRAIN + 1);
    w->record.refill = fill(w, 1);

    if (kill_heap.can & KILL_EXACT && kill_heap.check() != 0) {
        kill_fail(w, KILL_CHECK, "check, filled again%.0zu%.0zu", 0, 0);
    }
}
