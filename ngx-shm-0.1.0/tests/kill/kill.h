/*
 * kill.h - a world in which one process is killed, and what is asked of it.
 *
 * A world is a heap in shared memory, a ledger of what is live in it (outside
 * of the heap), a neighbour that lives on, and a victim.  After the kill a
 * survivor examines the world and hands back a record; the runner compares it
 * with the records of the operation not begun and of the operation completed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef KILL_H_INCLUDED
#define KILL_H_INCLUDED

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define KILL_LIVE   8192            /* chunks in the ledger */
#define KILL_CELLS  4               /* shared words in the heap */

enum {                              /* what a heap can do */
    KILL_REALLOC = 1,
    KILL_CELL = 2,                  /* alloc_to and free_from */
    KILL_EXACT = 4,                 /* check, walk and the count of free */
    KILL_ALIGNED = 8,
    KILL_REAP = 16
};

typedef void (*kill_seen_pt)(void *data, void *p, size_t size, pid_t owner);

typedef struct {
    const char  *name;
    unsigned     can;
    size_t     (*create)(void **base);      /* its size; 0 if it failed */
    void        *(*alloc)(size_t size);
    void         (*free)(void *p);
    void        *(*realloc)(void *p, size_t size);
    void        *(*calloc)(size_t size);
    void        *(*aligned)(size_t size, size_t align);
    void        *(*alloc_to)(uintptr_t *cell, size_t size);
    void         (*free_from)(uintptr_t *cell);
    void        *(*at)(uintptr_t cell);     /* what the cell stands for */
    int          (*check)(void);            /* 0: consistent */
    size_t       (*free_bytes)(void);
    void         (*walk)(kill_seen_pt seen, void *data);
    void         (*reap)(pid_t pid);
} kill_heap_t;

extern const kill_heap_t  kill_heap;        /* of the file linked in */

typedef struct {
    unsigned char  *p;
    size_t          size;
    pid_t           owner;
} kill_chunk_t;

typedef enum {
    KILL_CLEAN, KILL_HANG, KILL_CRASH, KILL_CHECK, KILL_LOST, KILL_GAINED,
    KILL_OVERLAP, KILL_DAMAGED, KILL_DIVERGED, KILL_VERDICTS
} kill_verdict_t;

typedef struct {                    /* what a survivor found */
    kill_verdict_t  verdict;
    size_t          live;           /* chunks, but for those of extra */
    size_t          free_bytes;     /* and these */
    size_t          fill;           /* objects that went in beside them */
    size_t          refill;         /* and when all had been freed */
    size_t          healing;        /* nanoseconds of the first call */
    char            why[96];
} kill_record_t;

typedef struct {
    unsigned char  *base;           /* of the heap, and what it is long */
    size_t          size;
    int             variant;        /* which of the situation's cases */
    pid_t           victim;
    pid_t           neighbour;
    uintptr_t      *cells;          /* in the heap; NULL if it has none */
    int             cell;           /* the one at work, or -1 */
    int             target;         /* the chunk at work, or -1 */
    int             extra;          /* chunks the operation may add */
    volatile int    asked;          /* rounds of churn, of the neighbour */
    volatile int    rounds;         /* that it has ended */
    int             n;
    kill_chunk_t    live[KILL_LIVE];
    kill_record_t   record;
} kill_world_t;

typedef struct {
    const char  *name;
    unsigned     needs;
    int          variants;
    int          nested;            /* then op is what heals the heap */
    void       (*others)(kill_world_t *w);      /* the neighbour's part */
    void       (*setup)(kill_world_t *w);       /* the victim's, unharmed */
    void       (*op)(kill_world_t *w);          /* the victim's, killed */
} kill_situation_t;

extern const kill_situation_t  kill_situations[];

/* Allocate a chunk, fill it, note it; its place in the ledger, or -1. */
int kill_put(kill_world_t *w, size_t size);
/* Allocate n of them. */
void kill_put_many(kill_world_t *w, int n, size_t size);
/* Free chunk i and forget it; no other changes its place. */
void kill_drop(kill_world_t *w, int i);
/* Allocate size bytes again and again until there is no memory. */
void kill_exhaust(kill_world_t *w, size_t size);
/* Fill a chunk with what its address says. */
void kill_paint(unsigned char *p, size_t size);
int kill_painted(unsigned char *p, size_t size);
/* The first finding of a survivor; the others follow from it. */
void kill_fail(kill_world_t *w, kill_verdict_t v, const char *why, size_t a,
    size_t b);

/* The survivor: examine the world and fill w->record in. */
void kill_examine(kill_world_t *w);
/* n random operations that leave the heap as it was. */
void kill_churn(kill_world_t *w, int n, unsigned seed);

#endif
