/*
 * situations_other.c - resizing, and the chunks of others.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "situations.h"

#include <sys/wait.h>
#include <unistd.h>


static const size_t  resize[][2] = {
    { 64, 60 }, { 100, 64 }, { 64, 100 }, { 600, 2000 }, { 2000, 100 },
    { 2048, PAGE }, { PAGE, 3 * PAGE }, { 3 * PAGE, PAGE }, { 3 * PAGE, 64 },
    { 5 * PAGE, 4 * PAGE }
};


void
before_realloc(kill_world_t *w)
{
    int  i = kill_put(w, resize[w->variant][0]);

    (void) kill_put(w, resize[w->variant][0]);
    w->extra = 1;
    if (i != -1) {
        aim(w, i);
    }
}


void
do_realloc(kill_world_t *w)
{
    (void) kill_heap.realloc(w->live[w->target].p, resize[w->variant][1]);
}


void
do_calloc(kill_world_t *w)
{
    (void) kill_heap.calloc(w->variant ? 2 * PAGE : 200);
}


void
do_aligned(kill_world_t *w)
{
    static const size_t  how[][2] = {
        { 64, 64 }, { 100, 256 }, { 300, 2048 }, { 64, PAGE }, { 5000, PAGE }
    };

    (void) kill_heap.aligned(how[w->variant][0], how[w->variant][1]);
}


void
others_kinds(kill_world_t *w)
{
    kill_put_many(w, 3, kill_sizes[w->variant]);
    aim(w, w->n - 2);
}


void
others_row(kill_world_t *w)
{
    kill_put_many(w, 3 * ROUND, 64);
}


void
before_others(kill_world_t *w)      /* the n-th of them in a row */
{
    int  i;

    (void) kill_put(w, 64);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, i);
    }
    aim(w, w->variant);
}


void
others_page(kill_world_t *w)
{
    kill_put_many(w, 6, PAGE);
    kill_drop(w, 2);
}


void
before_others_page(kill_world_t *w)
{
    (void) kill_put(w, 64);
    aim(w, w->variant < 2 ? w->variant : w->variant + 1);
}


void
others_holes(kill_world_t *w)       /* and its cache is full of them */
{
    int  first = w->n;

    kill_put_many(w, 3 * ROUND, 64);
    thin(w, first, 8);
}


void
others_fragments(kill_world_t *w)
{
    int  first;

    kill_exhaust(w, PAGE);
    for (first = 1; first < w->n; first += 2) {
        kill_drop(w, first);
    }
}


void
before_fragments(kill_world_t *w)
{
    w->extra = 1;
}


/* A process that came and went: its place and its pages are there to take. */
void
others_dead(kill_world_t *w)
{
    pid_t  pid;

    kill_put_many(w, 20, 64);

    pid = fork();
    if (pid == 0) {
        kill_put_many(w, 90, 64);
        thin(w, w->n - 60, 2);
        kill_put_many(w, 2, 2 * PAGE);
        _exit(0);
    }
    (void) waitpid(pid, NULL, 0);
}
