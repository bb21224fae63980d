/*
 * ledger.c - what is live in the heap, and what it was filled with.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "kill.h"

#include <stdio.h>
#include <unistd.h>


void
kill_fail(kill_world_t *w, kill_verdict_t v, const char *why, size_t a,
    size_t b)
{
    if (w->record.verdict == KILL_CLEAN) {
        w->record.verdict = v;
        (void) snprintf(w->record.why, sizeof(w->record.why), why, a, b);
    }
}


void
kill_paint(unsigned char *p, size_t size)
{
    size_t  i;

    for (i = 0; i < size; i++) {
        p[i] = (unsigned char) (((uintptr_t) p >> 3) + 31 * (i >> 3) + i);
    }
}


int
kill_painted(unsigned char *p, size_t size)
{
    size_t  i;

    for (i = 0; i < size; i++) {
        if (p[i] != (unsigned char) (((uintptr_t) p >> 3) + 31 * (i >> 3) + i))
        {
            return 0;
        }
    }

    return 1;
}


int
kill_put(kill_world_t *w, size_t size)
{
    unsigned char  *p = kill_heap.alloc(size);

    if (p == NULL || w->n == KILL_LIVE) {
        return -1;
    }

    kill_paint(p, size);
    w->live[w->n].p = p;
    w->live[w->n].size = size;
    w->live[w->n].owner = getpid();
    return w->n++;
}


void
kill_put_many(kill_world_t *w, int n, size_t size)
{
    while (n-- > 0 && kill_put(w, size) != -1) { /* void */ }
}


void
kill_exhaust(kill_world_t *w, size_t size)
{
    kill_put_many(w, KILL_LIVE, size);
}


void
kill_drop(kill_world_t *w, int i)
{
    if (i != -1 && w->live[i].p != NULL) {
        kill_heap.free(w->live[i].p);
        w->live[i].p = NULL;
    }
}


void
kill_churn(kill_world_t *w, int n, unsigned seed)
{
    static struct { unsigned char *p; size_t size; }  c[64];
    size_t  i, size;

    while (n-- > 0) {
        seed = seed * 1664525u + 1013904223u;
        i = seed >> 26;
        if (c[i].p != NULL) {
            if (!kill_painted(c[i].p, c[i].size)) {
                kill_fail(w, KILL_DAMAGED, "churn: chunk of %zu, %zu to go",
                          c[i].size, (size_t) n);
            }
            kill_heap.free(c[i].p);
            c[i].p = NULL;
            continue;
        }
        size = 1 + ((seed >> 8) & (seed & 0x4000 ? 8191 : 511));
        c[i].p = kill_heap.alloc(size);
        c[i].size = size;
        if (c[i].p != NULL) {
            kill_paint(c[i].p, size);
        }
    }

    for (i = 0; i < 64; i++) {
        if (c[i].p != NULL) {
            kill_heap.free(c[i].p);
            c[i].p = NULL;
        }
    }
}
