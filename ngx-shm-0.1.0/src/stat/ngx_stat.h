/*
 * ngx_stat.h - what a set of counters looks like inside.
 *
 *     set | definitions | bounds | common cell | cells of members
 *
 * All cells have the same words.  Those of the first one are the bounds of
 * histograms; the second is shared, by atomic additions.  A word, once it
 * belongs to a definition, belongs to it for ever.
 *
 * A cell has one writer, whom `owner' names.  Nothing is ever moved from one
 * cell to another: when an owner is dead, a newcomer puts itself in its place
 * by one compare-and-swap, of which one of several succeeds, and goes on
 * adding to what is there.
 *
 *     owner 0 or dead    me      CAS       join
 *     op 1               0       store     settle: the dead one's observation
 *     levels             0       store
 *     image              mine    store
 *     ready              me      store     from here on all of it is mine
 *     ready, owner       0       store     leave, after its levels are 0
 *
 * While ready is not the owner, somebody is between these steps, or died
 * there, and the next one does them again.  The levels of such a cell do not
 * count, nor those of the dead.
 *
 * An observation changes two words.  What they become is written down before,
 * then op = 1, the two, op = 0.  Who finds op = 1 in the cell of somebody dead
 * stores both again, or, a reader, takes them from there.  Only the owner
 * writes, so both are right however often that is done.
 *
 * Definitions are made with the lock: the record and the bounds first, then
 * ndefs, by one store.  What a dead one left behind ndefs is overwritten.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_STAT_H_INCLUDED
#define NGX_STAT_H_INCLUDED

#include "ngx_shm_stat.h"
#include "ngx_lock.h"
#include "ngx_lock_word.h"

#define NGX_STAT_MAGIC    0x6e67782d73746174ull     /* "ngx-stat" */
#define NGX_STAT_VERSION  1
#define NGX_STAT_ALIGN    4096
#define NGX_STAT_LINE     128       /* two cache lines: they come in pairs */
#define NGX_STAT_MOST     65536     /* members, names */
#define NGX_STAT_WORDS    (1u << 20)
#define NGX_STAT_LOCK_MS  5000

/* Cells of one writer: 64 bits can be stored in one step. */
#if NGX_LOCK_HAVE_WORD                                                        \
    && (NGX_PTR_SIZE == 8                                                     \
        || (defined(__ATOMIC_RELAXED) && __GCC_ATOMIC_LLONG_LOCK_FREE == 2))
#define NGX_STAT_HAVE_CELLS  1
#else
#define NGX_STAT_HAVE_CELLS  0
#endif

#if defined(__GNUC__) && !defined(__TINYC__)
#define ngx_stat_likely(x)  __builtin_expect(!!(x), 1)
#define ngx_stat_seldom     __attribute__((noinline, cold))
#else
#define ngx_stat_likely(x)  (x)
#define ngx_stat_seldom
#endif

struct ngx_shm_stat_s {
    volatile uint64_t  magic;       /* the last that is written */
    uint32_t           version;
    uint32_t           format;      /* size of a pointer, in this byte order */
    uint64_t           id;          /* no two sets have the same */
    uint64_t           size;
    uint32_t           members;
    uint32_t           names;
    uint32_t           cell;        /* bytes of one */
    uint32_t           words;       /* in each; the first is not used */
    uint32_t           cells;       /* offset of the first */
    uint32_t           ns;          /* namespaces and boot in which owners */
    uint32_t           boot;        /* are meant */
    volatile uint32_t  ndefs;
    volatile uint32_t  next;        /* the member to ask first: is it dead? */
    uint32_t           unused[3];
    ngx_lock_t         lock;
};

typedef struct {
    char      name[NGX_SHM_STAT_NAME];
    char      help[NGX_SHM_STAT_HELP];
    uint32_t  kind;
    uint32_t  shape;        /* the kind in its id */
    uint32_t  first;        /* word */
    uint32_t  n;
    uint32_t  unused[6];
} ngx_stat_def_t;

typedef struct {
    volatile uint64_t  owner;   /* ngx_lock_me(), 0: nobody */
    volatile uint64_t  ready;   /* the owner, if all of it is */
    uint64_t           image;   /* ngx_lock_image(): exec is a death, too */
    uint64_t           count;   /* the observation under way: what its ... */
    uint64_t           sum;     /* ... two words become */
    uint32_t           bucket;  /* and which they are */
    uint32_t           first;
    volatile uint32_t  op;
    uint32_t           unused[3];
    volatile uint64_t  word[1];
} ngx_stat_cell_t;

#define NGX_STAT_HEAD  offsetof(ngx_stat_cell_t, word)

#define NGX_STAT_BOUNDS  0
#define NGX_STAT_COMMON  1
#define NGX_STAT_FIRST   2      /* of a member */

/*
 * An id is a word, times 8, and what it is: so adding needs no look at the
 * definition.  Of a histogram the first word is the sum, the others are its
 * buckets; among the bounds, the first is how many there are, with a mark by
 * which a wrong id is seen.
 */
#define NGX_STAT_MARK        ((uint64_t) 0x68697374 << 32)
#define NGX_STAT_POWERS      5      /* a histogram whose bounds are 1, 2, 4 */
#define ngx_stat_id(def)     ((ngx_int_t) ((def)->first * 8 + (def)->shape))
#define ngx_stat_shape(id)   ((ngx_uint_t) (id) & 7)
#define ngx_stat_word(id)    ((uint32_t) ((ngx_uint_t) (id) >> 3))

#define ngx_stat_cell(stat, i)                                                \
    ((ngx_stat_cell_t *) (void *) ((unsigned char *) (uintptr_t) (stat)       \
                                   + (stat)->cells                            \
                                   + (size_t) (stat)->cell * (i)))

/* Behind the set itself. */
#define ngx_stat_def(stat, i)                                                 \
    ((ngx_stat_def_t *) (void *) ((ngx_shm_stat_t *) (uintptr_t) (stat) + 1)  \
     + (i))

/* May n be added to what has this id?  limit: an id that is too high. */
static ngx_inline int
ngx_stat_may_add(ngx_uint_t limit, ngx_int_t id, int64_t n)
{
    return (ngx_uint_t) id < limit && (((ngx_uint_t) id - 1) & 7) < 3
           && (n >= 0 || ngx_stat_shape(id) != NGX_SHM_STAT_COUNTER);
}

static ngx_inline int
ngx_stat_is_histogram(ngx_uint_t limit, ngx_int_t id)
{
    return (ngx_uint_t) id < limit
           && (ngx_stat_shape(id) == NGX_SHM_STAT_HISTOGRAM
               || ngx_stat_shape(id) == NGX_STAT_POWERS);
}

#define ngx_stat_limit(stat)  ((ngx_uint_t) (stat)->words * 8)

static ngx_inline uint64_t
ngx_stat_get(const volatile uint64_t *p)
{
#if NGX_PTR_SIZE != 8 && NGX_STAT_HAVE_CELLS
    return __atomic_load_n(p, __ATOMIC_RELAXED);
#else
    return *p;
#endif
}

static ngx_inline void
ngx_stat_put(volatile uint64_t *p, uint64_t v)
{
#if NGX_PTR_SIZE != 8 && NGX_STAT_HAVE_CELLS
    __atomic_store_n(p, v, __ATOMIC_RELAXED);
#else
    *p = v;
#endif
}

/* Of the histogram that begins with this word; 0: there is none. */
static ngx_inline uint32_t
ngx_stat_nbounds(const ngx_shm_stat_t *stat, uint32_t first)
{
    uint64_t  n;

    n = ngx_stat_cell(stat, NGX_STAT_BOUNDS)->word[first] - NGX_STAT_MARK;

    return n <= NGX_SHM_STAT_BOUNDS && first + n + 1 < stat->words
           ? (uint32_t) n : 0;
}

/* In a cell of the caller's own. */
static ngx_inline void
ngx_stat_plus(volatile uint64_t *p, uint64_t n)
{
#if defined(__GNUC__) && defined(__x86_64__) && NGX_STAT_HAVE_CELLS
    __asm__ volatile ("addq %1, %0" : "+m" (*p) : "er" (n) : "cc");
#else
    ngx_stat_put(p, ngx_stat_get(p) + n);
#endif
}

/* The observation that is written down in the cell becomes true. */
static ngx_inline void
ngx_stat_put_both(ngx_stat_cell_t *cell)
{
    ngx_stat_put(&cell->word[cell->bucket], cell->count);
    ngx_stat_put(&cell->word[cell->first], cell->sum);
    ngx_lock_in_order();
    cell->op = 0;
}

/* ngx_stat_sound.c: where cells begin; NULL, errno: there is no set. */
uint64_t ngx_stat_cells_at(uint64_t names);
ngx_shm_stat_t *ngx_stat_sound(const void *addr, size_t size);
/* 1: there is a set, and this process may write to it.  0, errno. */
int ngx_stat_can_write(const ngx_shm_stat_t *stat);

/* ngx_stat_join.c: the caller's own cell, or the common one; NULL, errno. */
ngx_stat_cell_t *ngx_stat_enter(ngx_shm_stat_t *stat);

/* Add in the common cell, in which others add at the same moment. */
void ngx_stat_common_add(ngx_shm_stat_t *stat, uint32_t word, uint64_t n);

#if NGX_STAT_HAVE_CELLS
/* 1: who is named as the owner of the cell, and has been, is surely dead. */
int ngx_stat_is_dead(const ngx_shm_stat_t *stat, const ngx_stat_cell_t *cell,
    uint64_t owner);
/* ngx_stat_settle.c: do what the dead owner of the cell began. */
void ngx_stat_settle(const ngx_shm_stat_t *stat, ngx_stat_cell_t *cell);
#endif

#endif
