/*
 * tool_heap_view.h - read the copy of a pool, which may be damaged.
 *
 * The calls of ngx_slab.h take the lock of the heap and repair it.  These only
 * read, check each value before they use it, and never read outside of the
 * copy.  They are part of the program, not of the library.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_HEAP_VIEW_H_INCLUDED
#define NGX_TOOL_HEAP_VIEW_H_INCLUDED

#include "ngx_slab.h"

#define NGX_HEAP_VIEW_PAGE  4096

typedef enum {
    NGX_HEAP_VIEW_FREE,
    NGX_HEAP_VIEW_SLAB,         /* chunks of one size */
    NGX_HEAP_VIEW_RUN,          /* live, whole pages */
    NGX_HEAP_VIEW_CACHED,       /* whole pages, kept by a process */
    NGX_HEAP_VIEW_OWN,          /* of the heap itself */
    NGX_HEAP_VIEW_BAD           /* no run begins here */
} ngx_heap_view_kind_t;

#define NGX_HEAP_VIEW_KINDS  6

typedef struct {
    const unsigned char  *copy;
    uint64_t              size;     /* of the pool, as it says */
    uint64_t              head;     /* bytes before its pages */
    uint32_t              npages;
    uint32_t              nclasses;
    uint32_t              nstats;
    uint32_t              nslots;
    uint32_t              recovered;
} ngx_heap_view_t;

typedef struct {
    ngx_heap_view_kind_t  kind;
    uint32_t              page;
    uint32_t              pages;
    uint32_t              class;    /* of a slab ... */
    uint32_t              first;    /* how many its own map takes */
    uint32_t              chunks;   /* behind those */
    size_t                size;     /* of each chunk */
    uint64_t              map;      /* where its bytes are, and how many */
    uint64_t              bytes;
    uint32_t              live;     /* chunks, known once they are counted */
    uint32_t              cached;
    uint32_t              tag;      /* of a run */
    ngx_pid_t             owner;    /* of a run; 0: not known */
} ngx_heap_run_t;

/* What has one tag: the chunks and runs of one user, and their bytes. */
#define NGX_HEAP_VIEW_TAGS  128

typedef struct {
    uint64_t  chunks;
    uint64_t  live;             /* bytes */
    uint64_t  cached_chunks;
    uint64_t  cached;           /* bytes */
} ngx_heap_share_t;

typedef enum {
    NGX_HEAP_VIEW_LIVES,
    NGX_HEAP_VIEW_GONE,
    NGX_HEAP_VIEW_ABROAD        /* in other namespaces: not known here */
} ngx_heap_view_life_t;

/* How many bytes of a pool must be there to ask anything about it. */
size_t ngx_heap_view_least(void);

/*
 * How many of five signs of a pool there are in the bytes at p, at least as
 * many as said above; address: where they were, or their offset in a file.
 * Three are enough where a pool is to be expected.  Elsewhere the first, its
 * magic, is to be looked for, which is at offset *magic, and four are enough.
 */
unsigned ngx_heap_view_signs(const void *p, uint64_t address);
uint64_t ngx_heap_view_magic(size_t *at);

/* The low bits that the address of a copy must have. */
size_t ngx_heap_view_align(const void *p);

/*
 * Start with the first bytes of a pool.  NULL, or what is wrong with them.
 * Then the first view->head bytes must be there, and for a slab its map.
 */
const char *ngx_heap_view_open(ngx_heap_view_t *view, const void *copy);

/* The run that begins at page, without its counts. */
void ngx_heap_view_run(const ngx_heap_view_t *view, uint32_t page,
    ngx_heap_run_t *run);
void ngx_heap_view_count(const ngx_heap_view_t *view, ngx_heap_run_t *run);

/* Statistics number i and the largest chunk that they are about. */
size_t ngx_heap_view_stat(const ngx_heap_view_t *view, uint32_t i,
    ngx_slab_stat_t *stat);

/* The process that uses slot i; 0: nobody. */
ngx_pid_t ngx_heap_view_user(const ngx_heap_view_t *view, uint32_t i);

/* Add what is in a run to the shares of its tags. */
void ngx_heap_view_share(const ngx_heap_view_t *view,
    const ngx_heap_run_t *run, ngx_heap_share_t share[NGX_HEAP_VIEW_TAGS]);

/*
 * The process of a tag, and whether it lives; *uses: one of its threads has the
 * slot.  0: not known, as it has no slot of its own, or gave it up.
 */
ngx_pid_t ngx_heap_view_owner(const ngx_heap_view_t *view, uint32_t tag,
    ngx_heap_view_life_t *life, int *uses);

/* Is number n of a slab, counted from its start, a live chunk? */
int ngx_heap_view_is_live(const ngx_heap_view_t *view,
    const ngx_heap_run_t *run, uint64_t n);

/* Does a lock that was made here when the pool was begin at p? */
int ngx_heap_view_is_lock(const ngx_heap_view_t *view, const void *p);

/* The lock of the heap in a copy. */
ngx_shmtx_sh_t *ngx_heap_view_lock(void *copy);

/*
 * Free that lock in the copy and set death_pending: then a call of ngx_slab.h
 * repairs the copy as it would repair the pool after a death.
 */
void ngx_heap_view_die(void *copy);

#endif
