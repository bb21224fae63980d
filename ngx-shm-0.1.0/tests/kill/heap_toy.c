/*
 * heap_toy.c - the least heap that may be killed anywhere, to test the test.
 *
 * The truth is a chain: word[i] of a run of units that begins at i is its
 * length and whether it is taken; words inside a run do not matter.  A run is
 * split by a word inside it, then its own; two free ones become one by the
 * word of the first.  An intent ties a cell to its chunk.  TOY_BREAK takes one
 * of these away: the harness must see each.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "kill.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#ifndef TOY_BREAK
#define TOY_BREAK  0
#endif

#define SIZE   (UNITS * UNIT)
#define UNIT   64
#define UNITS  750

typedef struct {
    pthread_mutex_t     lock;
    volatile uint32_t   used;               /* derived: units taken */
    volatile uint32_t   op;                 /* the intent: 1 alloc, 2 free */
    volatile uint32_t   unit;
    volatile uintptr_t  cell;               /* its offset */
    volatile uint32_t   word[UNITS + 1];    /* length * 2 + taken */
} toy_t;

static toy_t          *toy;
static unsigned char  *units;

#define TAKEN(w)  ((w) & 1)
#define LEN(w)    ((w) >> 1)


static uint32_t
unit_of(void *p)
{
    return (uint32_t) (((unsigned char *) p - units) / UNIT);
}


static void *
chunk_of(uint32_t i)
{
    return units + (size_t) i * UNIT;
}


static volatile uintptr_t *
cell_of(uintptr_t off)
{
    return (volatile uintptr_t *) (void *) ((unsigned char *) toy + off);
}


static void
count(void)
{
    uint32_t  i, n = 0;

    for (i = 0; i < UNITS; i += LEN(toy->word[i])) {
        n += TAKEN(toy->word[i]) ? LEN(toy->word[i]) : 0;
    }
    toy->used = n;
}


static void
recover(void)
{
    uint32_t  w = toy->word[toy->unit];
    uint32_t  named;

    if (TOY_BREAK == 1) {
        return;
    }

    if (toy->op != 0) {
        named = *cell_of(toy->cell) == (uintptr_t) chunk_of(toy->unit);
        if (!named) {
            toy->word[toy->unit] = w & ~1u;
        }
        toy->op = 0;
    }
    count();
}


static void
lock(void)
{
    if (pthread_mutex_lock(&toy->lock) == EOWNERDEAD) {
        recover();
        (void) pthread_mutex_consistent(&toy->lock);
    }
}


static void
unlock(void)
{
    (void) pthread_mutex_unlock(&toy->lock);
}


/* Where a free run of n is, or UNITS; joins free runs on its way. */
static uint32_t
find(uint32_t n)
{
    uint32_t  i, next;

    for (i = 0; i < UNITS; i += LEN(toy->word[i])) {
        if (TAKEN(toy->word[i])) {
            continue;
        }
        for ( ;; ) {
            next = i + LEN(toy->word[i]);
            if (next >= UNITS || TAKEN(toy->word[next])) {
                break;
            }
            toy->word[i] = (LEN(toy->word[i]) + LEN(toy->word[next])) << 1;
        }
        if (LEN(toy->word[i]) >= n) {
            return i;
        }
    }

    return UNITS;
}


static void *
take(size_t size, uintptr_t *cell)
{
    uint32_t  n, i, len;
    void     *p = NULL;

    if (size > SIZE) {
        return NULL;
    }

    n = size ? (uint32_t) ((size + UNIT - 1) / UNIT) : 1;
    lock();
    i = find(n);

    if (i < UNITS) {
        p = chunk_of(i);
        len = LEN(toy->word[i]);
#if TOY_BREAK == 2
        toy->word[i] = n << 1 | 1;
#endif
        if (len > n) {
            toy->word[i + n] = (len - n) << 1;
        }
        if (cell != NULL) {
            toy->unit = i;
            toy->cell = (uintptr_t) cell - (uintptr_t) toy;
#if TOY_BREAK != 3
            toy->op = 1;
#endif
        }
        toy->word[i] = n << 1 | 1;
        if (cell != NULL) {
#if TOY_BREAK == 4
            toy->op = 0;
#endif
            *(volatile uintptr_t *) cell = (uintptr_t) p;
            toy->op = 0;
        }
        toy->used += n;
    }

    unlock();
    return p;
}


static void
give(void *p, uintptr_t *cell)
{
    uint32_t  i = unit_of(p);

    lock();
#if TOY_BREAK == 5
    toy->word[i] &= ~1u;
#endif
    if (cell != NULL) {
        toy->unit = i;
        toy->cell = (uintptr_t) cell - (uintptr_t) toy;
        toy->op = 2;
        *(volatile uintptr_t *) cell = 0;
    }
    toy->word[i] &= ~1u;
    toy->op = 0;
    toy->used -= LEN(toy->word[i]);
    unlock();
}


static size_t
create(void **base)
{
    pthread_mutexattr_t  attr;

    toy = mmap(NULL, SIZE + 8192, PROT_READ|PROT_WRITE,
               MAP_SHARED|MAP_ANONYMOUS, -1, 0);
    if (toy == MAP_FAILED || sizeof(toy_t) > 8192) {
        return 0;
    }

    (void) pthread_mutexattr_init(&attr);
    (void) pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
#if TOY_BREAK != 6
    (void) pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
#endif
    (void) pthread_mutex_init(&toy->lock, &attr);

    units = (unsigned char *) toy + 8192;
    toy->word[0] = UNITS << 1;
    *base = toy;
    return SIZE + 8192;
}


static void *
alloc(size_t size)
{
    return take(size, NULL);
}


static void *
zalloc(size_t size)
{
    void  *p = alloc(size);

    return p == NULL ? NULL : memset(p, 0, size);
}


static void
release(void *p)
{
    give(p, NULL);
}


static void *
alloc_to(uintptr_t *cell, size_t size)
{
    return take(size, cell);
}


static void
free_from(uintptr_t *cell)
{
    give((void *) *cell, cell);
}


static void *
at(uintptr_t cell)
{
    return (void *) cell;
}


static int
check(void)
{
    uint32_t  i, n = 0;
    int       bad;

    lock();
    for (i = 0; i < UNITS && LEN(toy->word[i]) != 0;
         i += LEN(toy->word[i]))
    {
        n += TAKEN(toy->word[i]) ? LEN(toy->word[i]) : 0;
    }
    bad = i != UNITS || n != toy->used || toy->op != 0;
    unlock();
    return bad;
}


static size_t
free_bytes(void)
{
    return (UNITS - toy->used) * (size_t) UNIT;
}


static void
walk(kill_seen_pt seen, void *data)
{
    uint32_t  i, w;

    for (i = 0; i < UNITS; i += LEN(w)) {
        w = toy->word[i];
        if (LEN(w) == 0) {
            return;
        }
        if (TAKEN(w)) {
            seen(data, chunk_of(i), LEN(w) * (size_t) UNIT, 0);
        }
    }
}


const kill_heap_t  kill_heap = {
    "toy", KILL_CELL | KILL_EXACT, create, alloc, release, NULL, zalloc, NULL,
    alloc_to, free_from, at, check, free_bytes, walk, NULL
};
