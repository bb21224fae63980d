/*
 * ngx_heap.h - what the pool looks like inside.
 *
 *     pool | heap | classes | stats | slots | page table | spots | map | pages
 *
 * The truth is a word per page and a byte per chunk, each changed by one
 * store.  All else follows from it, and is rebuilt by ngx_heap_sweep() after
 * somebody died with the lock.  The invariants, as ngx_slab_check() has them:
 *
 *  1  The runs cover the pages: the first begins at page 0, each next one
 *     where the last ends.  A run begins at a word that is not INNER.
 *  2  All other words are INNER.  The last one of a run, and all of a slab,
 *     tell the way back to the run's first.
 *  3  No two free runs are neighbours, and each is in the bin of its length,
 *     and nothing else is in the bins.  A bit says that a bin is not empty.
 *  4  A slab has at least one byte that is not 0; bytes of pages that are in
 *     no slab are 0.  free is the number of bytes that are 0.
 *  5  The slabs that have free chunks, and no others, are in the list of
 *     their class and owner, who is nobody or a slot with magazines.  A full
 *     slab may name an owner that has none any more.
 *  6  A tag, of a chunk or a run, names a slot that is in use, below high.
 *  7  Runs of tag 0 are the magazines of a slot in use.
 *  8  What the caller's magazines hold is what has the caller's tag and is
 *     not live, chunks and runs, each in the magazine of its class.
 *  9  pfree and the counts of stats are what the above adds up to.
 * 10  The spot of each page of a slab tells its class, where it begins and
 *     where its bytes are; of all other pages it leads to no class.
 *
 * A chunk is 0: in its slab; TAG: live, got by the slot of this tag; HELD +
 * TAG: taken by the slot, but not live (cached, or about to become live).
 * Runs have the same: FREE, RUN and HELD.  What is held by a dead slot is
 * free.  The owner of a slab is who takes chunks from it before others do, so
 * that no two processes write to one cache line; it means nothing else, and
 * where memory is short anybody takes from any slab.
 *
 * Who may change a byte (or the word of a run) from what to what.  "Lock" is
 * the lock of the heap, "me" the tag of the slot that the caller has; CAS is
 * a compare-and-swap, which fails if somebody else was first:
 *
 *     0           HELD+me      lock, store     alloc takes it from its slab
 *     HELD+me     0            lock, store     flush, burial, sweep
 *     HELD+me     me           store           alloc, alloc_to
 *     me          HELD+me      store           free, free_from
 *     other       HELD+me      CAS             the same of others' chunks
 *     dead        HELD+dead    lock, CAS       settling a dead slot's intent
 *     dead        0            lock, CAS       reap
 *     dead        1            lock, CAS       sweep, if slots run out
 *
 * So no two may change the same byte with plain stores: what a living slot
 * has live, only that slot or the one rightful freer changes; what the dead
 * have, is changed by CAS only.  (Two that free the same chunk at the same
 * moment, which is a fault of theirs, both succeed if one of them is its
 * allocator.  At the flush the second is found out and does nothing.)  Of a
 * cell that is 0 the one alloc_to that works on it is the owner.
 *
 * Cells.  A cell is 0, an offset, or a claim: an odd number that names a slot
 * whose intent, with op FROM, names cell and chunk.
 *
 *     0           offset       store           alloc_to, its chunk live before
 *     offset      claim+me     CAS             free_from: the chunk is mine
 *     claim+me    0            store           free_from, its chunk held
 *     claim+me    offset       store           it was no live chunk, or it is
 *                                              another one now: look again
 *     claim+dead  0 or offset  lock, store     settling does the same
 *
 * free_from: intent, op = FROM and the chunk's tag, claim, entry, byte held,
 * cell 0, op = 0, top.  Killed before the claim: nothing happened.  After it:
 * the claim is found in the cell, the byte becomes held, the cell 0.  After
 * the cell is 0: the chunk is held by a dead slot, so free.  A byte of another
 * tag (but slot 0's, whose the dead ones' may become) is no more the chunk
 * that the cell named: in a pool in which any process was reaped, it may have
 * been reaped and given to somebody else, and the cell becomes 0.
 *
 * alloc_to: top, intent, op = TO, byte live, cell, op = 0.  Killed before the
 * byte is live: it is held by a dead slot.  Before the cell is set: it is live
 * with the dead slot's tag, and neither the cell nor the claim in it names it,
 * so it becomes held.  After it: the cell or the one who claims it has it, or
 * it was freed and has another byte: a tag is not used again before its last
 * owner's intent is settled.  Settling may be killed and repeated anywhere.
 *
 * The entry of a magazine is written before the byte says HELD, and top
 * changes after that at a free and before the byte is live at an alloc.  So
 * whatever a slot holds, while it has not the lock, is in its magazines, or is
 * the entry at the top of one, or is named by its intent: burying a slot needs
 * no sweep.  Its entries are checked against the bytes, for the one at the top
 * may be an old one.  Runs too long for magazines are in hand only with the
 * lock, and so is everything of those who have no magazines.
 *
 * Slot 0 is for all who find no slot.  In a pool with magazines it has some,
 * and a lock of its own, `common', which is taken before the lock of the heap;
 * who has the heap's lock only tries it: to flush slot 0, for instance, when
 * no memory is left, as nobody without a slot may ever call again.  Who dies
 * with it leaves `died' to be set by the next one who gets it, and a sweep is
 * due.  In other pools the lock of the heap is held from the beginning of each
 * call to its end.
 *
 * The common calls touch: what is the thread's own (ngx_heap_selves), the
 * magazines of its slot, which nobody else writes to, the page's spot, and the
 * chunk's byte.
 *
 * This file is over 320 lines long: the format of a pool stands in one place,
 * with the proof that it survives.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_H_INCLUDED
#define NGX_HEAP_H_INCLUDED

#include "ngx_slab.h"
#include "ngx_lock.h"
#include "ngx_lock_word.h"

#if defined(__GNUC__) && !defined(__TINYC__)
#define ngx_heap_likely(x)  __builtin_expect(!!(x), 1)
#define ngx_heap_seldom     __attribute__((noinline, cold))
#define ngx_heap_apart      __attribute__((noinline))
#else
#define ngx_heap_likely(x)  (x)
#define ngx_heap_apart
#define ngx_heap_seldom
#endif

#define NGX_HEAP_MAGIC    0x6e67782d68656170ull     /* "ngx-heap" */
#define NGX_HEAP_VERSION  8

#define NGX_HEAP_FLAGS    (NGX_SLAB_COMPAT|NGX_SLAB_UNCACHED|NGX_SLAB_DEBUG)

/* No slots: all is done with the lock, and nobody is asked who he is. */
#define NGX_HEAP_NO_SLOTS  8

/* Above the flags: the size of a guard, as a shift; 0: there are none. */
#define NGX_HEAP_GUARD_SHIFT  8
#define NGX_HEAP_GUARD_MOST   20
#define ngx_heap_guard_size(flags)                                            \
    ((flags) >> NGX_HEAP_GUARD_SHIFT == 0                                     \
     ? (size_t) 0 : (size_t) 1 << ((flags) >> NGX_HEAP_GUARD_SHIFT))

#define NGX_HEAP_SHIFT    12
#define NGX_HEAP_PAGE     ((size_t) 1 << NGX_HEAP_SHIFT)
#define NGX_HEAP_MAP      64            /* bytes of the map per page */
#define NGX_HEAP_MAPSHIFT 6
#define NGX_HEAP_SMALL    64            /* less: the map is in the slab */
#define NGX_HEAP_PAGES    (1u << 22)    /* at most */
#define NGX_HEAP_CLASSES  73
#define NGX_HEAP_SLAB     16            /* pages in a slab, at most */
#define NGX_HEAP_BINS     192
#define NGX_HEAP_SLOTS    126
#define NGX_HEAP_RUNS     16            /* pages in a run that is cached */
#define NGX_HEAP_QUICK    1024          /* bytes whose class is in a table */
#define NGX_HEAP_NONE     0xffffffffu

/* the word of a page: kind 3 bits, tag or class 7, pages or way back 22 */
#define NGX_HEAP_INNER    0u
#define NGX_HEAP_FREE     1u
#define NGX_HEAP_RUN      2u
#define NGX_HEAP_HELDRUN  3u
#define NGX_HEAP_SLAB_OF  4u

#define ngx_heap_word(kind, tag, len)                                         \
    ((uint32_t) (len) << 10 | (uint32_t) (tag) << 3 | (kind))
#define ngx_heap_kind(w)  ((w) & 7)
#define ngx_heap_tag(w)   ((w) >> 3 & 0x7f)
#define ngx_heap_len(w)   ((w) >> 10)

#define NGX_HEAP_HELD     0x80u         /* in the byte of a chunk */
#define ngx_heap_is_live(byte)  ((byte) != 0 && !((byte) & NGX_HEAP_HELD))

/* What is in a cell while the slot of the tag frees the chunk it named. */
#define ngx_heap_claim(tag)     ((uintptr_t) (tag) << 3 | 1)
#define ngx_heap_is_claim(c)    (((c) & 1) != 0)

#if NGX_HAVE_ATOMIC_OPS
#define ngx_heap_cas(p, old, set)  __sync_bool_compare_and_swap(p, old, set)
#else       /* then every call has the lock of the heap */
#define ngx_heap_cas(p, old, set)                                             \
    (*(p) == (old) ? (*(p) = (set), 1) : 0)
#endif

/* A page of the pool; the name that nginx gives to something else. */
typedef struct {
    volatile uint32_t  word;
    uint32_t           next;
    uint32_t           prev;
    uint16_t           free;
    uint16_t           owner;
} ngx_heap_page_t;

typedef struct {
    uint32_t  size;
    uint32_t  inverse;      /* 2^32 / size, rounded up */
    uint32_t  first;        /* chunks before it hold the slab's own map */
    uint32_t  n;            /* chunks, those too */
    uint32_t  bytes;        /* offset of those of page 0 ... */
    uint8_t   stride;       /* ... and how far from page to page, as a shift */
    uint8_t   pages;
    uint8_t   stat;
    uint8_t   none;
    uint32_t  list;         /* slabs with free chunks that nobody owns */
    uint32_t  unused;       /* the size is a power of two */
} ngx_heap_class_t;

/*
 * The operation in progress.  Store op last; clear it first.  A free_from tells
 * whose chunk it has seen, for others may be given it after a reap.
 */
#define NGX_HEAP_TO         1u
#define NGX_HEAP_FROM       2u
#define ngx_heap_from(tag)  ((uint32_t) (tag) << 8 | NGX_HEAP_FROM)
#define ngx_heap_op(op)     ((op) & 0xffu)

typedef struct {
    volatile uint64_t  cell;            /* offsets */
    volatile uint64_t  chunk;
    volatile uint32_t  op;
    uint32_t           unused;
} ngx_heap_intent_t;

/* A cache line: its thread writes an intent at each call with a cell. */
typedef struct {
    volatile uint64_t  owner;   /* ngx_lock_me(), 0: not in use */
    ngx_heap_intent_t  intent;
    uint32_t           ns;
    uint32_t           pid;
    uint32_t           dead;    /* known dead, holds nothing any more */
    uint32_t           live;    /* counted by the last sweep */
    volatile uint32_t  mags;    /* page of its magazines + 1 */
    uint32_t           epoch;   /* of the last call for memory it heard */
    uint64_t           image;   /* ngx_lock_image(): exec is a death, too */
} ngx_heap_slot_t;

/*
 * An entry in a magazine.  Written and read as two words: where a chunk is got
 * right after it was freed, its place must not wait for that of its byte.
 */
typedef struct {
    uint32_t  chunk;        /* offset / 8 */
    uint32_t  byte;         /* place of its byte, from the pool; 0: a run */
} ngx_heap_entry_t;

/*
 * Of a class of chunks, then of runs of 1, 2, 3... pages.  Entries are from
 * bottom to top, in bytes from the first magazine; the last is taken first.
 */
typedef struct {
    uint32_t  top;
    uint32_t  bottom;
    uint32_t  limit;
    uint32_t  list;         /* slabs with free chunks that this slot owns */
} ngx_heap_mag_t;

/* Magazines are found by their place from the first, in bytes. */
typedef struct {
    ngx_heap_mag_t  none;       /* what spots of no class lead to: all 0 */
    /* the places of those of sizes 0 to NGX_HEAP_QUICK, in steps of 8 */
    uint16_t        quick[NGX_HEAP_QUICK / 8 + 8];
    ngx_heap_mag_t  mag[1];     /* one per class, then the entries */
} ngx_heap_mags_t;

#define ngx_heap_mag_at(mags, at)                                             \
    ((ngx_heap_mag_t *) (void *) ((unsigned char *) (mags) + (at)))

/*
 * What free() must know of a page, of which all processes read and none writes
 * as long as the slab is there.
 */
typedef struct {
    uint32_t  mag;          /* the place of its class's; 0: no slab */
    uint32_t  start;        /* offset of the slab, modulo 2^32 */
    uint32_t  bytes;        /* offset of its chunks' bytes */
    uint32_t  inverse;
} ngx_heap_spot_t;

typedef struct {
    uint64_t          magic;
    uint32_t          version;
    uint32_t          format;   /* sizeof(void *), and the byte order */
    uint64_t          id;
    uint64_t          size;     /* of the segment */
    uint32_t          flags;
    uint32_t          align;    /* low 12 bits of the address */
    uint32_t          npages;
    uint32_t          nclasses;
    uint32_t          nslots;
    uint32_t          nstats;
    uint32_t          mags;     /* pages that the magazines of a slot take */
    uint32_t          nruns;    /* pages of the longest run that is cached */
    uint32_t          max;      /* more takes whole pages */
    uint32_t          min_shift;
    /* offsets from the pool */
    uint32_t          classes;
    uint32_t          stats;
    uint32_t          slots;
    uint32_t          table;
    uint32_t          spots;
    uint32_t          map;
    uint32_t          pages;
    /* in other cache lines than what the common calls read */
    uint32_t          epoch;    /* counts calls for memory */
    uint32_t          recovered;
    uint32_t          ns;       /* the namespaces and boot in which owners */
    uint32_t          boot;     /* are meant */
    uint32_t          high;     /* slots from it on were never in use */
    uint32_t          nused;    /* slots that are or were in use */
    uint32_t          polled;   /* nused when the owners were last asked */
    int64_t           when;     /* ms, all were asked; at a multiple of 8 */
    int64_t           rested;   /* us, when a sweep for slots is due again */
    uint32_t          vacant;   /* counts slots that became free */
    uint32_t          doubt;    /* 1: a count was wrong, sweep */
    uint32_t          next;     /* the slot to ask next */
    uint32_t          died;     /* 1: in slot 0; what it holds is free */
    uint32_t          reaps;    /* begun and ended; odd: one is at it */
    uint32_t          unused;
    uint32_t          bits[NGX_HEAP_BINS / 32];
    uint32_t          bins[NGX_HEAP_BINS];
    uint64_t          pad[8];
    ngx_lock_t        lock;
    ngx_lock_t        common;   /* of slot 0; not in pools of few pages */
} ngx_heap_t;

#define NGX_HEAP_AT  ngx_align(sizeof(ngx_slab_pool_t), 64)

#define ngx_heap_at(heap, off)                                                \
    ((void *) ((unsigned char *) (heap) - NGX_HEAP_AT + (size_t) (off)))
#define ngx_heap_of(pool)                                                     \
    ((ngx_heap_t *) (void *) ((unsigned char *) (pool) + NGX_HEAP_AT))
#define ngx_heap_pool(heap)   ((ngx_slab_pool_t *) ngx_heap_at(heap, 0))
#define ngx_heap_classes(heap)                                                \
    ((ngx_heap_class_t *) ngx_heap_at(heap, (heap)->classes))
#define ngx_heap_stats(heap)                                                  \
    ((ngx_slab_stat_t *) ngx_heap_at(heap, (heap)->stats))
#define ngx_heap_slots(heap)                                                  \
    ((ngx_heap_slot_t *) ngx_heap_at(heap, (heap)->slots))
#define ngx_heap_table(heap)                                                  \
    ((ngx_heap_page_t *) ngx_heap_at(heap, (heap)->table))
/* Those of page 0 on; what lies before it has spots, too, that lead nowhere. */
#define ngx_heap_spots(heap)                                                  \
    ((ngx_heap_spot_t *) ngx_heap_at(heap, (heap)->spots)                     \
     + (((heap)->pages + (heap)->align) >> NGX_HEAP_SHIFT))
#define ngx_heap_page(heap, page)                                             \
    ngx_heap_at(heap, (heap)->pages + ((size_t) (page) << NGX_HEAP_SHIFT))

#define ngx_heap_bytes(heap, page, class)                                     \
    ((volatile unsigned char *) ngx_heap_at(heap, (class)->bytes              \
                                + ((size_t) (page) << (class)->stride)))
#define ngx_heap_entries(mags, at)                                            \
    ((ngx_heap_entry_t *) (void *) ((unsigned char *) (mags) + (at)))
#define ngx_heap_word_of(heap, chunk)                                         \
    (ngx_heap_table(heap)[((size_t) (chunk) * 8 - (heap)->pages)              \
                          >> NGX_HEAP_SHIFT].word)
#define ngx_heap_count(m)     (((m)->top - (m)->bottom) / 8)
#define ngx_heap_offset(heap, p)                                              \
    ((uintptr_t) (p) - (uintptr_t) ngx_heap_at(heap, 0))

/* Where a pointer leads. */
typedef struct {
    uint32_t                 page;      /* of the run */
    uint32_t                 word;
    ngx_heap_class_t        *class;     /* NULL: whole pages */
    volatile unsigned char  *byte;
    size_t                   size;
} ngx_heap_place_t;

/* ngx_heap_run.c: pages; all with the lock */
uint32_t ngx_heap_bin(uint32_t len);
void ngx_heap_insert(ngx_heap_t *heap, uint32_t page);
/* Take n pages and store word; NGX_HEAP_NONE: there are no such. */
uint32_t ngx_heap_run_take(ngx_heap_t *heap, uint32_t n, uint32_t word);
uint32_t ngx_heap_run_aligned(ngx_heap_t *heap, uint32_t n, uint32_t align,
    uint32_t word);
void ngx_heap_run_give(ngx_heap_t *heap, uint32_t page);
/* The same for a run that the tag holds, if it does. */
void ngx_heap_held_give(ngx_heap_t *heap, uint32_t page, uint32_t tag);
/* 1: there are so few free pages that nobody should keep any. */
int ngx_heap_is_low(ngx_heap_t *heap);
/* Give the run n pages where it is: 1 done. */
int ngx_heap_run_resize(ngx_heap_t *heap, uint32_t page, uint32_t n);

/* ngx_heap_class.c: sizes */
/* The classes of a heap whose flags, min_shift, npages, nclasses are set. */
void ngx_heap_classes_init(ngx_heap_t *heap, ngx_heap_class_t *classes);
uint32_t ngx_heap_nclasses(ngx_uint_t flags, uint32_t min_shift,
    uint32_t npages);
/* Entries in a magazine of things of size bytes. */
uint32_t ngx_heap_cap(const ngx_heap_t *heap, size_t size);

/* ngx_heap_slab.c: chunks */
/*
 * With the lock: take at most n chunks for the tag, from its own slabs if it
 * has magazines; how many.
 */
uint32_t ngx_heap_chunk_take(ngx_heap_t *heap, uint32_t class, uint32_t tag,
    ngx_heap_entry_t *entry, uint32_t n);
/*
 * Give back what the tag holds; what it does not hold is left alone, and a
 * sweep will look for the reason.
 */
void ngx_heap_chunk_give(ngx_heap_t *heap, ngx_heap_entry_t entry,
    uint32_t tag);
/* The list that the slab at page belongs to. */
uint32_t *ngx_heap_slab_list(ngx_heap_t *heap, uint32_t page, uint32_t class);
void ngx_heap_slab_link(ngx_heap_t *heap, uint32_t page, uint32_t class);

/* ngx_heap_find.c: where a pointer leads */
/* 0: the word is damaged; what follows cannot be known and is nobody's. */
int ngx_heap_is_sound(ngx_heap_t *heap, uint32_t page);
/* What the spots of a slab's pages are. */
void ngx_heap_spot_of(ngx_heap_t *heap, uint32_t page, uint32_t class,
    ngx_heap_spot_t *spot);
void ngx_heap_set_spots(ngx_heap_t *heap, uint32_t page, uint32_t class);
void ngx_heap_no_spots(ngx_heap_t *heap, uint32_t page, uint32_t len);
/* NULL, or what is wrong with p, in nginx's words. */
const char *ngx_heap_find(ngx_heap_t *heap, const void *p,
    ngx_heap_place_t *place);

/* ngx_heap_sweep.c: what follows from the truth */
void ngx_heap_sweep(ngx_heap_t *heap, uint32_t reap, int retag,
    ngx_uint_t *freed);

/* ngx_heap_lock.c: the lock; who gets it from the dead sweeps */
int ngx_heap_lock(ngx_heap_t *heap);
int ngx_heap_lock_within(ngx_heap_t *heap, ngx_int_t ms);
void ngx_heap_unlock(ngx_heap_t *heap);

/* ngx_heap_owner.c: is the owner of a slot dead? */
int ngx_heap_is_dead(ngx_heap_slot_t *slot);
/* Try the common lock, and note if its owner died.  1: the caller has it. */
int ngx_heap_common_try(ngx_heap_t *heap);
/* Milliseconds of the monotonic clock. */
int64_t ngx_heap_now(void);

/* ngx_heap_settle.c: with the lock */
/* Finish what the call of a dead slot had begun: see the table above. */
void ngx_heap_settle(ngx_heap_t *heap, ngx_heap_slot_t *slot, unsigned tag);

/* ngx_heap_reclaim.c: all with the lock */
/* The slot's owner is dead: give back what it held, in no more time. */
void ngx_heap_bury_slot(ngx_heap_t *heap, uint32_t i);
/*
 * Ask the owners of all slots, but not if they were asked just now, unless now;
 * or of the next few.  1: there were dead ones.
 */
int ngx_heap_bury(ngx_heap_t *heap, int now);
int ngx_heap_bury_some(ngx_heap_t *heap);

/* ngx_heap_access.c: may this process write to the pool? */
int ngx_heap_can_write(ngx_heap_t *heap);
/* The same; if not, it says so, and errno is EACCES. */
int ngx_heap_must_write(ngx_heap_t *heap);
/* 1: its owners' names mean the same to the caller as to their makers. */
int ngx_heap_is_home(ngx_heap_t *heap);
/* Both; if not, it says so, and errno is EACCES or EXDEV. */
int ngx_heap_admits(ngx_heap_t *heap);

/* ngx_heap_look.c: what is in the pool */
/* With the lock, and the dead cleaned up after; NULL: said why not. */
ngx_heap_t *ngx_heap_open(ngx_slab_pool_t *pool);

/*
 * A look at the pool: with the lock, or, where the memory cannot be written,
 * again and again until nobody had the lock meanwhile.  Begins as zeroes.
 */
typedef struct {
    ngx_heap_t  *heap;
    uint64_t     acquired;
    int          tries;
    int          locked;
} ngx_heap_look_t;

/* 0: said why not. */
int ngx_heap_look_begin(ngx_heap_look_t *look, ngx_slab_pool_t *pool);
/* 0: it changed meanwhile; forget what was seen and begin again. */
int ngx_heap_look_end(ngx_heap_look_t *look);

/* ngx_heap_guard.c: pages that nobody may touch */
/* The flags that a pool with guards has, and the room that each takes. */
ngx_uint_t ngx_heap_guard_flags(void);
size_t ngx_heap_guard_room(ngx_uint_t flags);
/* In this process, from now on; or no longer, in size bytes from the pool. */
void ngx_heap_guard(ngx_heap_t *heap);
void ngx_heap_unguard(ngx_heap_t *heap, size_t size);
/* Bytes from the offset that are all in the tables, or all in the pages. */
size_t ngx_heap_readable(const ngx_heap_t *heap, uint64_t off);

/* ngx_heap_layout.c: the pool itself */
/* Fill in all that follows from the arguments; NGX_ERROR: too small. */
ngx_int_t ngx_heap_layout(ngx_heap_t *heap, ngx_heap_class_t *classes,
    const void *addr, uint64_t size, ngx_uint_t flags, size_t min_shift);
/*
 * NULL, or what is wrong with the header of a pool of at most size bytes, and
 * errno for it.
 */
const char *ngx_heap_unfit(const void *addr, size_t size, int *err);

/* The class of size bytes, which are at most heap->max. */
static ngx_inline uint32_t
ngx_heap_log2(uint32_t n)
{
#if defined(__GNUC__) && !defined(__TINYC__)
    return 31 - (uint32_t) __builtin_clz(n);
#else
    uint32_t  i = 0;

    while (n >>= 1) {
        i++;
    }

    return i;
#endif
}

static ngx_inline uint32_t
ngx_heap_class(const ngx_heap_t *heap, size_t size)
{
    uint32_t  n = size == 0 ? 0 : (uint32_t) size - 1, b;

    if (heap->flags & NGX_SLAB_COMPAT) {
        return n >> heap->min_shift == 0
               ? 0 : ngx_heap_log2(n) + 1 - heap->min_shift;
    }

    if (n < 64) {
        return n >> 3;
    }

    b = ngx_heap_log2(n);
    return (b - 5) * 8 + (n >> (b - 3) & 7);
}

extern ngx_log_t  *ngx_slab_log;
void ngx_heap_say(ngx_heap_t *heap, ngx_uint_t level, const char *what);
/* The same of a wrong free. */
void ngx_heap_complain(ngx_heap_t *heap, const char *what);

#include "ngx_heap_slot.h"

#endif
