/*
 * situations.c - what the victim is about when it is killed.
 *
 * A situation is three small functions: what another process did before, what
 * the victim did before, and the operation.  Cases of one kind, such as the
 * n-th allocation from one page, are its variants.
 */

#include "kill.h"

#include <sys/wait.h>
#include <unistd.h>

#define PAGE    4096
#define ROUND   66                  /* allocations: a page of 64 bytes and on */

static const size_t  sizes[] = {    /* a chunk of each kind of page */
    8, 16, 24, 40, 64, 100, 128, 200, 320, 512, 700, 1024, 1500, 2048
};

#define SIZES   (int) (sizeof(sizes) / sizeof(sizes[0]))


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


/* What is allocated now is lost with the victim, unless the owner tag tells. */
static void
alloc(kill_world_t *w, size_t size)
{
    (void) w;
    (void) kill_heap.alloc(size);
}


static void
aim(kill_world_t *w, int i)
{
    w->target = i;
}


static void
release(kill_world_t *w)
{
    if (w->target != -1) {
        kill_heap.free(w->live[w->target].p);
    }
}


/* Free every chunk from the first on but each step-th. */
static void
thin(kill_world_t *w, int first, int step)
{
    int  i;

    for (i = first; i < w->n; i++) {
        if ((i - first) % step != 0) {
            kill_drop(w, i);
        }
    }
}


/* -- chunks -- */

static void
before_first(kill_world_t *w)
{
    w->extra = 1;
}


static void
alloc_kind(kill_world_t *w)
{
    alloc(w, sizes[w->variant]);
}


static void
before_nth(kill_world_t *w)
{
    w->extra = 1;
    kill_put_many(w, w->variant, 64);
}


static void
alloc_64(kill_world_t *w)
{
    alloc(w, 64);
}


static void
before_nth_big(kill_world_t *w)
{
    w->extra = 1;
    kill_put_many(w, w->variant, 600);
}


static void
alloc_600(kill_world_t *w)
{
    alloc(w, 600);
}


static void
before_reuse(kill_world_t *w)       /* what was freed last is cached */
{
    int  first = w->n;

    w->extra = 1;
    kill_put_many(w, 40, 64);
    thin(w, first, 2 + w->variant);
}


static void
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


static void
before_free_kind(kill_world_t *w)
{
    kill_put_many(w, 3, sizes[w->variant]);
    aim(w, w->n - 2);
}


static void
before_free_nth(kill_world_t *w)    /* first, last and between */
{
    int  first = w->n;

    kill_put_many(w, ROUND, 64);
    aim(w, first + w->variant);
}


static void
before_flush(kill_world_t *w)       /* the n-th free in a row */
{
    int  first = w->n, i;

    kill_put_many(w, 2 * ROUND, 64);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, first + i);
    }
    aim(w, first + w->variant);
}


static void
before_flush_big(kill_world_t *w)   /* each such page holds but a few */
{
    int  first = w->n, i;

    kill_put_many(w, 24, 1500);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, first + i);
    }
    aim(w, first + w->variant);
}


static void
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


/* -- runs of pages -- */

static void
before_run(kill_world_t *w)
{
    w->extra = 1;
    (void) kill_put(w, PAGE);
}


static void
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


static void
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


static void
before_apart(kill_world_t *w)       /* both neighbours are taken */
{
    aim(w, pages(w, 3) + 1);
}


static void
before_left(kill_world_t *w)
{
    int  a = pages(w, 5);

    kill_drop(w, a + 1);
    aim(w, a + 2);
}


static void
before_right(kill_world_t *w)
{
    int  a = pages(w, 5);

    kill_drop(w, a + 3);
    aim(w, a + 2);
}


static void
before_both(kill_world_t *w)
{
    int  a = pages(w, 5);

    kill_drop(w, a + 1);
    kill_drop(w, a + 3);
    aim(w, a + 2);
}


static void
before_tail(kill_world_t *w)        /* the right neighbour ends the pool */
{
    aim(w, pages(w, 2 + w->variant) + 1 + w->variant);
}


static void
before_long(kill_world_t *w)
{
    int  a = w->n;

    kill_put_many(w, 3, PAGE * (size_t) (2 + w->variant) + 100);
    kill_drop(w, a + (w->variant & 2));
    aim(w, a + 1);
}


/* -- no memory -- */

static void
before_full(kill_world_t *w)
{
    kill_exhaust(w, 2 * PAGE);
    kill_exhaust(w, PAGE);
    kill_exhaust(w, 64);
}


static void
alloc_none(kill_world_t *w)
{
    alloc(w, w->variant ? PAGE * 2 : 64);
}


static void
alloc_hopeless(kill_world_t *w)
{
    alloc(w, w->variant ? (size_t) -100 : (size_t) 1 << 30);
}


static void
before_nearly_full(kill_world_t *w) /* one page's worth is left */
{
    int  i;

    before_full(w);
    w->extra = 1;
    for (i = w->n - 1; i > 0 && w->live[i].size != PAGE; i--) { /* void */ }
    kill_drop(w, i);
    (void) w->variant;
}


static void
before_pressure(kill_world_t *w)    /* what is free is in the others' hands */
{
    before_full(w);
    thin(w, w->n > 60 ? w->n - 60 : 0, 4);
}


static void
alloc_pressed(kill_world_t *w)
{
    alloc(w, sizes[w->variant]);
}


/* -- realloc, calloc, aligned -- */

static const size_t  resize[][2] = {
    { 64, 60 }, { 100, 64 }, { 64, 100 }, { 600, 2000 }, { 2000, 100 },
    { 2048, PAGE }, { PAGE, 3 * PAGE }, { 3 * PAGE, PAGE }, { 3 * PAGE, 64 },
    { 5 * PAGE, 4 * PAGE }
};


static void
before_realloc(kill_world_t *w)
{
    int  i = kill_put(w, resize[w->variant][0]);

    (void) kill_put(w, resize[w->variant][0]);
    w->extra = 1;
    if (i != -1) {
        aim(w, i);
    }
}


static void
do_realloc(kill_world_t *w)
{
    (void) kill_heap.realloc(w->live[w->target].p, resize[w->variant][1]);
}


static void
do_calloc(kill_world_t *w)
{
    (void) kill_heap.calloc(w->variant ? 2 * PAGE : 200);
}


static void
do_aligned(kill_world_t *w)
{
    static const size_t  how[][2] = {
        { 64, 64 }, { 100, 256 }, { 300, 2048 }, { 64, PAGE }, { 5000, PAGE }
    };

    (void) kill_heap.aligned(how[w->variant][0], how[w->variant][1]);
}


/* -- another process's chunks -- */

static void
others_kinds(kill_world_t *w)
{
    kill_put_many(w, 3, sizes[w->variant]);
    aim(w, w->n - 2);
}


static void
others_row(kill_world_t *w)
{
    kill_put_many(w, 3 * ROUND, 64);
}


static void
before_others(kill_world_t *w)      /* the n-th of them in a row */
{
    int  i;

    (void) kill_put(w, 64);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, i);
    }
    aim(w, w->variant);
}


static void
others_page(kill_world_t *w)
{
    kill_put_many(w, 6, PAGE);
    kill_drop(w, 2);
}


static void
before_others_page(kill_world_t *w)
{
    (void) kill_put(w, 64);
    aim(w, w->variant < 2 ? w->variant : w->variant + 1);
}


static void
others_holes(kill_world_t *w)       /* and its cache is full of them */
{
    int  first = w->n;

    kill_put_many(w, 3 * ROUND, 64);
    thin(w, first, 8);
}


static void
others_fragments(kill_world_t *w)
{
    int  first;

    kill_exhaust(w, PAGE);
    for (first = 1; first < w->n; first += 2) {
        kill_drop(w, first);
    }
}


static void
before_fragments(kill_world_t *w)
{
    w->extra = 1;
}


/* A process that came and went: its place and its pages are there to take. */
static void
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


/* -- alloc_to and free_from -- */

static void
with_cell(kill_world_t *w)
{
    make_cells(w);
    w->cell = 1;
}


static void
alloc_to_kind(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1], sizes[w->variant]);
}


static void
before_to_nth(kill_world_t *w)
{
    kill_put_many(w, w->variant, 64);
}


static void
alloc_to_64(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1], 64);
}


static void
alloc_to_run(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1],
                              PAGE * (size_t) (w->variant + 1) - 50);
}


static void
before_from_kind(kill_world_t *w)
{
    (void) kill_heap.alloc_to(&w->cells[1], sizes[w->variant]);
    (void) kill_put(w, sizes[w->variant]);
}


static void
free_from(kill_world_t *w)
{
    kill_heap.free_from(&w->cells[1]);
}


static void
before_from_nth(kill_world_t *w)
{
    int  first = w->n, i;

    kill_put_many(w, ROUND, 64);
    (void) kill_heap.alloc_to(&w->cells[1], 64);
    for (i = 0; i < w->variant; i++) {
        kill_drop(w, first + i);
    }
}


static void
before_from_run(kill_world_t *w)
{
    (void) kill_put(w, PAGE);
    (void) kill_heap.alloc_to(&w->cells[1], PAGE * (size_t) (w->variant + 1));
    (void) kill_put(w, PAGE);
}


static void
others_cell(kill_world_t *w)
{
    with_cell(w);
    (void) kill_heap.alloc_to(&w->cells[1], sizes[w->variant]);
    (void) kill_put(w, sizes[w->variant]);
}


/* -- the heap's own housekeeping -- */

static void
do_reap(kill_world_t *w)
{
    kill_heap.reap(w->live[0].owner);
}


static void
do_check(kill_world_t *w)
{
    (void) w;
    (void) kill_heap.check();
}


/* Pseudo-random calls, for what the single ones do not meet. */
static void
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


static void
before_mixture(kill_world_t *w)
{
    w->extra = 8;
}


const kill_situation_t  kill_situations[] = {
    /* name, needs, variants, nested, others, setup, op */
    { "first chunk of each kind", 0, SIZES, 0, NULL, before_first,
      alloc_kind },
    { "n-th chunk of 64", 0, 2 * ROUND, 0, NULL, before_nth, alloc_64 },
    { "n-th chunk of 600", 0, 16, 0, NULL, before_nth_big, alloc_600 },
    { "alloc from the cache", 0, 4, 0, NULL, before_reuse, alloc_64 },
    { "refill from holes", 0, 40, 0, NULL, before_empty_cache, alloc_64 },
    { "free of each kind", 0, SIZES, 0, NULL, before_free_kind, release },
    { "free of the n-th chunk", 0, ROUND, 0, NULL, before_free_nth, release },
    { "n-th free in a row", 0, 2 * ROUND, 0, NULL, before_flush, release },
    { "n-th free in a row of 1500", 0, 24, 0, NULL, before_flush_big,
      release },
    { "free that empties pages", 0, 8, 0, NULL, before_last_of_page,
      release },
    { "run split", 0, 6, 0, NULL, before_run, alloc_run },
    { "run that fits exactly", 0, 4, 0, NULL, before_exact, alloc_run },
    { "run freed alone", 0, 1, 0, NULL, before_apart, release },
    { "run merged left", 0, 1, 0, NULL, before_left, release },
    { "run merged right", 0, 1, 0, NULL, before_right, release },
    { "run merged both ways", 0, 1, 0, NULL, before_both, release },
    { "run merged with the end", 0, 4, 0, NULL, before_tail, release },
    { "long runs merged", 0, 4, 0, NULL, before_long, release },
    { "no memory", 0, 2, 0, NULL, before_full, alloc_none },
    { "hopeless size", 0, 2, 0, NULL, NULL, alloc_hopeless },
    { "nearly no memory", 0, SIZES, 0, NULL, before_nearly_full,
      alloc_pressed },
    { "pressure", 0, SIZES, 0, before_pressure, before_first,
      alloc_pressed },
    { "realloc", KILL_REALLOC, 10, 0, NULL, before_realloc, do_realloc },
    { "calloc", 0, 2, 0, NULL, before_first, do_calloc },
    { "aligned", KILL_ALIGNED, 5, 0, NULL, before_first, do_aligned },
    { "free of another's, each kind", 0, SIZES, 0, others_kinds, NULL,
      release },
    { "n-th free of another's", 0, 2 * ROUND, 0, others_row, before_others,
      release },
    { "free of another's run", 0, 5, 0, others_page, before_others_page,
      release },
    { "alloc beside an idle cache", 0, SIZES, 0, others_holes, before_first,
      alloc_kind },
    { "page between fragments", 0, 2, 0, others_fragments, before_fragments,
      alloc_run },
    { "a dead process's remains", KILL_EXACT, SIZES, 0, others_dead,
      before_first, alloc_kind },
    { "alloc_to of each kind", KILL_CELL, SIZES, 0, with_cell, NULL,
      alloc_to_kind },
    { "n-th alloc_to", KILL_CELL, 2 * ROUND, 0, with_cell, before_to_nth,
      alloc_to_64 },
    { "alloc_to of a run", KILL_CELL, 3, 0, with_cell, NULL, alloc_to_run },
    { "free_from of each kind", KILL_CELL, SIZES, 0, with_cell,
      before_from_kind, free_from },
    { "n-th free_from", KILL_CELL, ROUND, 0, with_cell, before_from_nth,
      free_from },
    { "free_from of a run", KILL_CELL, 3, 0, with_cell, before_from_run,
      free_from },
    { "free_from of another's", KILL_CELL, SIZES, 0, others_cell, NULL,
      free_from },
    { "mixture", 0, 20, 0, others_holes, before_mixture, do_mixture },
    { "check", KILL_EXACT, 1, 0, others_holes, NULL, do_check },
    { "reap", KILL_REAP, 1, 0, others_dead, NULL, do_reap },
    { "recovery of an alloc", KILL_EXACT, 3, 1, others_row, before_nth,
      alloc_64 },
    { "recovery of a free", KILL_EXACT, 3, 1, others_row, before_flush,
      release },
    { "recovery of a split", KILL_EXACT, 2, 1, others_page, before_run,
      alloc_run },
    { "recovery of a merge", KILL_EXACT, 1, 1, NULL, before_both, release },
    { "recovery of an alloc_to", KILL_CELL, 3, 1, with_cell, before_to_nth,
      alloc_to_64 },
    { "recovery of a free_from", KILL_CELL, 3, 1, with_cell,
      before_from_kind, free_from },
    { NULL, 0, 0, 0, NULL, NULL, NULL }
};
