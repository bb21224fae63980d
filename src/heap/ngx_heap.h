/*
 * ngx_heap.h - the format of a pool, and why a kill at any store is right.
 *
 *     pool | heap | classes | stats | slots | page table | spots | map | pages
 *
 * The state of the heap is a word per page and a byte per chunk, each changed
 * by one store.  Everything else is derived from them, and ngx_heap_sweep()
 * rebuilds it after an owner of the lock died.  The invariants, numbered as
 * ngx_slab_check() reports them:
 *
 *  1  The runs cover the pages: the first begins at page 0, each next one
 *     where the last ends.  A run begins at a word that is not INNER.
 *  2  All other words are INNER.  The last word of a run, and each word of a
 *     slab, hold the distance to the run's first page.
 *  3  No two free runs are neighbours.  Each is in the bin of its length, and
 *     the bins hold nothing else.  A bit is set while its bin is not empty.
 *  4  A slab has at least one byte that is not 0; bytes of pages that are in
 *     no slab are 0.  free is the number of bytes that are 0.
 *  5  The slabs that have free chunks, and no others, are in the list of
 *     their class and owner.  The owner is 0 or a slot with magazines; that of
 *     a full slab may have lost its magazines.
 *  6  A tag, of a chunk or a run, names a slot that is in use, below high.
 *  7  Runs of tag 0 are the magazines or the journal of a slot in use.
 *  8  The caller's magazines hold exactly the chunks and runs that have its
 *     tag and are HELD, each in the magazine of its class.
 *  9  pfree and the counts of stats are the sums of the above.
 * 10  The spot (descriptor) of each page of a slab has its class, its start
 *     and the place of its bytes; the spots of all other pages have no class.
 *
 * The byte of a chunk is 0: free, in its slab; TAG: live, allocated by the slot
 * of this tag; HELD + TAG: taken by the slot, but not live (cached, or about to
 * become live).  Runs have the same states: FREE, RUN and HELD.  A chunk that
 * a dead slot holds is free.  The owner of a slab takes chunks from it before
 * others do, so that no two processes write to one cache line; ownership has
 * no other meaning, and when memory is low anybody takes from any slab.
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
 * So no two threads change the same byte by plain stores: a live byte of a
 * living slot is changed by that slot or by the one rightful freer, and bytes
 * of the dead by CAS only.  (If two threads free the same chunk at once, which
 * is a fault, and one of them is its allocator, both succeed.  At the flush the
 * second entry is detected and ignored.)  A cell that is 0 belongs to the one
 * alloc_to that works on it.
 *
 * Cells.  A cell is 0, an offset, or a claim: an odd number that names a slot
 * whose intent, with op FROM, names cell and chunk.
 *
 *     0           offset       store           alloc_to, its chunk live before
 *     offset      claim+me     CAS             free_from: the chunk is mine
 *     claim+me    0            store           free_from, its chunk held
 *     claim+me    offset       store           it was no live chunk, or it is
 *                                              another one now: retry
 *     claim+dead  0 or offset  lock, store     settling does the same
 *
 * free_from: intent, op = FROM and the chunk's tag, claim, entry, byte held,
 * cell 0, op = 0, top.  Killed before the claim: nothing happened.  After it:
 * the claim is found in the cell, the byte becomes held, the cell 0.  After
 * the cell is 0: the chunk is held by a dead slot, so free.  A reap leaves a
 * chunk that a living slot has claimed: it stays live with the dead slot's tag,
 * which is not used again meanwhile.  A byte of another
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
 * A free writes the magazine's entry, then sets the byte to HELD, then raises
 * top; an alloc lowers top, then makes the byte live.  So whatever a slot holds
 * without the lock is in its magazines, or is the entry at the top of one, or
 * is named by its intent: reclaiming a dead slot needs no sweep.  Its entries
 * are checked against the bytes, for the one at the top may be stale.  Runs too
 * long for magazines are held only under the lock, and so is everything of a
 * slot without magazines.
 *
 * A journal is a run of a slot in which a transaction is written down (see
 * src/tx).  The heap knows its first word, which is 0 unless the transaction
 * is open.  Of a dead slot an open journal stays, and the slot with it: it is
 * not given to anybody, nor reaped, until the next owner of the users' lock has
 * settled the transaction.  A closed one goes with the magazines.
 *
 * Threads that find no slot share slot 0.  In a pool with magazines slot 0 has
 * magazines, and a lock of its own, `common', which is acquired before the lock
 * of the heap; a thread that has the heap's lock only tries it (to flush slot 0
 * when no memory is left, for instance, as no thread without a slot may ever
 * call again).  If its owner dies, the next owner sets `died', and a sweep is
 * due.  In other pools each call holds the lock of the heap from beginning to
 * end.
 *
 * The common calls touch the thread's own entry (ngx_heap_selves), the
 * magazines of its slot, which no other thread writes, the page's spot, and
 * the chunk's byte.
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
#define NGX_HEAP_VERSION  9

#define NGX_HEAP_FLAGS    (NGX_SLAB_COMPAT|NGX_SLAB_UNCACHED|NGX_SLAB_DEBUG)

/* No slots: each call has the lock, and identities are not used. */
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

/* An entry of the page table. */
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
    uint8_t   stride;       /* ... and a shift: their distance by page */
    uint8_t   pages;
    uint8_t   stat;
    uint8_t   none;
    uint32_t  list;         /* slabs with free chunks that nobody owns */
    uint32_t  unused;       /* the size is a power of two */
} ngx_heap_class_t;

/*
 * The operation in progress.  Store op last; clear it first.  The op of a
 * free_from holds the tag of the chunk that it has seen, as the chunk may be
 * allocated again after a reap.
 */
#define NGX_HEAP_TO         1u
#define NGX_HEAP_FROM       2u
#define ngx_heap_from(tag)  ((uint32_t) (tag) << 8 | NGX_HEAP_FROM)
#define ngx_heap_op(op)     ((op) & 0xffu)

typedef struct {
    volatile uint64_t  cell;            /* offsets */
    volatile uint64_t  chunk;
    volatile uint32_t  op;
    volatile uint32_t  journal;         /* its page + 1: of the slot */
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
    uint32_t           epoch;   /* heap->epoch at its last flush */
    uint64_t           image;   /* ngx_lock_image(): exec is a death, too */
} ngx_heap_slot_t;

/*
 * An entry in a magazine.  Written and read as two words, so that an alloc
 * right after a free need not wait for both stores.
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
    ngx_heap_mag_t  none;       /* for spots without a class: all 0 */
    /* the places of those of sizes 0 to NGX_HEAP_QUICK, in steps of 8 */
    uint16_t        quick[NGX_HEAP_QUICK / 8 + 8];
    ngx_heap_mag_t  mag[1];     /* one per class, then the entries */
} ngx_heap_mags_t;

#define ngx_heap_mag_at(mags, at)                                             \
    ((ngx_heap_mag_t *) (void *) ((unsigned char *) (mags) + (at)))

/*
 * Descriptor of a page, all that a free needs.  Nobody writes it while the
 * slab exists, so all processes share its cache line.
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
    /* other cache lines: the common calls do not read these */
    uint32_t          epoch;    /* counts failed allocations: flush */
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
/* Of page 0; what lies before the pages has spots without a class. */
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
void ngx_heap_slab_link(ngx_heap_t *heap, uint32_t page, uint32_t class);

/* ngx_heap_find.c: where a pointer leads */
/* 0: the word is damaged; what follows cannot be known and is nobody's. */
int ngx_heap_is_sound(ngx_heap_t *heap, uint32_t page);
/* What the spots of a slab's pages are. */
void ngx_heap_spot_of(ngx_heap_t *heap, uint32_t page, uint32_t class,
    ngx_heap_spot_t *spot);
void ngx_heap_set_spots(ngx_heap_t *heap, uint32_t page, uint32_t class);
void ngx_heap_no_spots(ngx_heap_t *heap, uint32_t page, uint32_t len);
/*
 * The run or chunk that begins at p, whether it is live or not; and one that
 * is live.  NULL, or what is wrong with p, in nginx's words.
 */
const char *ngx_heap_find(ngx_heap_t *heap, const void *p,
    ngx_heap_place_t *place);
const char *ngx_heap_find_live(ngx_heap_t *heap, const void *p,
    ngx_heap_place_t *place);

/* ngx_heap_sweep.c: rebuild all that is derived */
void ngx_heap_sweep(ngx_heap_t *heap, uint32_t reap, int retag,
    ngx_uint_t *freed);

/* ngx_heap_lock.c: the lock; a new owner sweeps if the previous one died */
int ngx_heap_lock(ngx_heap_t *heap);
int ngx_heap_lock_within(ngx_heap_t *heap, ngx_int_t ms);
void ngx_heap_unlock(ngx_heap_t *heap);

/* ngx_heap_owner.c: is the owner of a slot dead? */
int ngx_heap_is_dead(ngx_heap_slot_t *slot);
/* Try the common lock, and note if its owner died.  1: the caller has it. */
int ngx_heap_common_try(ngx_heap_t *heap);

/* ngx_heap_settle.c: with the lock */
/* Finish the operation in progress of a dead slot: see the table above. */
void ngx_heap_settle(ngx_heap_t *heap, ngx_heap_slot_t *slot, unsigned tag);

/* ngx_heap_reclaim.c: all with the lock */
/* Give back what a dead slot held, in time proportional to that. */
void ngx_heap_bury_slot(ngx_heap_t *heap, uint32_t i);
/*
 * Reclaim the slots of dead owners: check all slots (unless checked just now,
 * or always if now), or the next few.  1: there were dead ones.
 */
int ngx_heap_bury(ngx_heap_t *heap, int now);
int ngx_heap_bury_some(ngx_heap_t *heap);

/* ngx_heap_journal.c: all with the lock, but the first two */
/* The journal of a slot; NULL: it has none. */
void *ngx_heap_journal_of(ngx_heap_t *heap, ngx_heap_slot_t *slot);
/* 1: a transaction of the slot has begun and is not settled. */
int ngx_heap_in_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot);
/* n pages for a journal, zeroed, and so closed; NULL: there are no such. */
void *ngx_heap_take_journal(ngx_heap_t *heap, uint32_t n);
/* It is the slot's from now on; the one before is freed.  NULL: none. */
void ngx_heap_set_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot,
    void *journal);
/* Its owner is dead: free the journal, unless it is open. */
void ngx_heap_give_journal(ngx_heap_t *heap, ngx_heap_slot_t *slot);

/* ngx_heap_access.c: may this process write to the pool? */
int ngx_heap_can_write(ngx_heap_t *heap);
/* 1: the caller is in the pid namespace in which owners are named. */
int ngx_heap_is_home(ngx_heap_t *heap);
/* Both; if not, logs it and sets errno to EACCES or EXDEV. */
int ngx_heap_admits(ngx_heap_t *heap);

/* ngx_heap_look.c: what is in the pool */
/* Take the lock and sweep after the dead.  NULL: failed, and logged why. */
ngx_heap_t *ngx_heap_open(ngx_slab_pool_t *pool);

/*
 * A consistent read of the pool: with the lock, or, where the memory is
 * read-only, repeated until nobody had the lock meanwhile.  Begins as zeroes.
 */
typedef struct {
    ngx_heap_t  *heap;
    uint64_t     acquired;
    int          tries;
    int          locked;
} ngx_heap_look_t;

/* 0: failed, and logged why. */
int ngx_heap_look_begin(ngx_heap_look_t *look, ngx_slab_pool_t *pool);
/* 0: the pool changed meanwhile; discard what was read and begin again. */
int ngx_heap_look_end(ngx_heap_look_t *look);

/* ngx_heap_guard.c: guard pages, which nobody may touch */
/* The flags of a pool with guards; bytes that each guard takes. */
ngx_uint_t ngx_heap_guard_flags(void);
size_t ngx_heap_guard_room(ngx_uint_t flags);
/* Protect the guards in this process; end that for size bytes of the pool. */
void ngx_heap_guard(ngx_heap_t *heap);
void ngx_heap_unguard(ngx_heap_t *heap, size_t size);
/* Bytes from the offset to the end of the tables, or of the pages; or 0. */
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

/* The class of size bytes, at most heap->max. */
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
