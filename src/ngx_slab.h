/*
 * ngx_slab.h - a heap in shared memory whose users may be killed anywhere.
 *
 * The first calls are nginx's, with its meaning and its messages; the others
 * are new.  All of them may be called by every process that has the segment
 * mapped, a forked child without any call before, and by threads; none of
 * them needs pool->mutex, and all may be called with it held: it belongs to
 * the users of the pool, and the `_locked' forms are the same as the plain
 * ones.  Not to be called from signal handlers.
 *
 * A process killed inside of a call blocks nobody and leaves the heap whole.
 * Its cache is reclaimed when others start to use the pool, run out of memory,
 * or call ngx_slab_check(), _usage(), _walk() or _reap(); each thread that
 * joins checks a few others, and reclaims the caches of the dead among them.
 *
 * Any number of processes and threads may use a pool.  The first 125 of them
 * (in pools of less than 4 MiB one for each 32 KiB, at least three) have caches
 * of their own; the others share one, and a lock for it, as long as so many
 * live.  Pools of less than 16 times the size of a cache have none.
 *
 * A forked child begins anew by itself, a child of _Fork() or of the bare
 * system call too where the kernel has MADV_WIPEONFORK.
 *
 * The segment may be mapped at different addresses, equal in their last 12
 * bits.  The pointers in ngx_slab_pool_t are those of its maker: an attached
 * process does not use pool->mutex, nor its hook, but makes a handle of its
 * own by ngx_shmtx_create(&handle, &pool->lock, NULL).
 *
 * Where the memory is mapped for reading only, ngx_slab_attach(), _usage(),
 * _walk(), _check() and _usable_size() work, and write nothing; all others
 * write, and refuse: errno is EACCES, and the log says so.  (The kernel is
 * asked by a futex operation; without one the memory is taken for writable.)
 *
 * All processes that can write to the segment are trusted: one that damages it
 * on purpose can make a call of another write anywhere within 4 GiB behind it.
 *
 * A chunk is aligned to the largest power of two, up to 4096, that divides
 * its usable size, and so for every type.  Wrong frees are logged with level
 * ALERT and change nothing.  But where two free the same chunk at the same
 * moment, and one of them had allocated it, both may be believed, and the
 * chunk may be allocated twice: ngx_slab_free_from() has no such gap.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Before the guard: inside nginx, ngx_core.h includes this file. */
#include "ngx_core.h"

#ifndef NGX_SLAB_H_INCLUDED
#define NGX_SLAB_H_INCLUDED

#include "ngx_shmtx.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * nginx's description of a run of free pages.  The heap describes its pages
 * otherwise; this is what modules of nginx see that walk the list pool->free:
 * one entry, whose slab is pool->pfree.
 */
typedef struct ngx_slab_page_s  ngx_slab_page_t;

struct ngx_slab_page_s {
    uintptr_t         slab;     /* pages */
    ngx_slab_page_t  *next;
    uintptr_t         prev;     /* 0 */
};

/*
 * Of the chunks up to min_size << i bytes; counted when a process takes some
 * from the pool or brings them back, not when it finds them in its cache.
 */
typedef struct {
    ngx_uint_t  total;      /* chunks there are */
    ngx_uint_t  used;       /* of these, with a process */
    ngx_uint_t  reqs;
    ngx_uint_t  fails;
} ngx_slab_stat_t;

typedef struct {
    ngx_shmtx_sh_t    lock;

    size_t            min_size;
    size_t            min_shift;

    ngx_slab_page_t  *pages;        /* last - pages is how many there are; */
    ngx_slab_page_t  *last;         /* they point to nothing */
    ngx_slab_page_t   free;         /* head of the list: free.next is &pfree */

    ngx_slab_stat_t  *stats;
    ngx_uint_t        pfree;        /* free pages of 4096 bytes, uncached */
    ngx_slab_page_t  *pfree_next;   /* &free: pfree looks like an entry ... */
    uintptr_t         pfree_prev;   /* ... of the list of free pages */

    unsigned char    *start;
    unsigned char    *end;

    ngx_shmtx_t       mutex;        /* for the users of the pool */

    unsigned char    *log_ctx;      /* ends each message; "" at first */
    unsigned char     zero;

    unsigned          log_nomem:1;  /* log lack of memory; 1 at first */

    void             *data;         /* for the users of the pool */
    void             *addr;
} ngx_slab_pool_t;

/* For nginx alone: does nothing. */
void ngx_slab_sizes_init(void);

/*
 * Make a pool, nginx's way.  pool lies at the beginning of memory that is
 * zeroed, or holds a pool that nobody uses any more, and is aligned to a page;
 * pool->end, ->addr and ->min_shift (3 to 11) are set, and so is pool->mutex.
 * Sizes are powers of two with natural alignment, or whole pages.  On failure,
 * which is logged, all allocations will fail.
 */
void ngx_slab_init(ngx_slab_pool_t *pool);

/*
 * Get size bytes, not cleared; of calloc, cleared.  0 bytes are the least
 * chunk.  NULL: no memory; logged with level CRIT if pool->log_nomem.
 */
void *ngx_slab_alloc(ngx_slab_pool_t *pool, size_t size);
void *ngx_slab_alloc_locked(ngx_slab_pool_t *pool, size_t size);
void *ngx_slab_calloc(ngx_slab_pool_t *pool, size_t size);
void *ngx_slab_calloc_locked(ngx_slab_pool_t *pool, size_t size);

/* Free a chunk.  Any process may, not only the one that allocated it. */
void ngx_slab_free(ngx_slab_pool_t *pool, void *p);
void ngx_slab_free_locked(ngx_slab_pool_t *pool, void *p);

/* ---- what nginx does not have */

/* Powers of two and natural alignment, as ngx_slab_init(). */
#define NGX_SLAB_COMPAT    1
/* No caches of the processes: every call takes the lock of the heap. */
#define NGX_SLAB_UNCACHED  2
/*
 * Tell in the log of chunks that were written beyond their end, when they are
 * freed, and of free chunks that were written to, when they are allocated.
 * AddressSanitizer and Valgrind tell of a chunk that is touched after it was
 * freed by the same process, as long as it lies in the cache of the thread.
 * Guards, pages that nobody can touch (SIGSEGV), lie before and behind the
 * memory that is given out; they go when the memory is unmapped, or when the
 * same process makes another pool there.  Takes two pages, 8 bytes more of
 * each chunk, and time.
 */
#define NGX_SLAB_DEBUG     4

/*
 * Make a pool in size bytes of memory at addr, which is zeroed, or holds a pool
 * that nobody uses any more.  It is aligned to 8 bytes, better to a page.
 * pool->mutex is made too.  NULL, and errno:
 *
 * EINVAL   addr is NULL or not aligned, or a flag is not known
 * EACCES   the memory is mapped for reading only
 * ENOMEM   size is too little for one page
 * other    as ngx_shmtx_create()
 */
ngx_slab_pool_t *ngx_slab_create(void *addr, size_t size, ngx_uint_t flags);

/*
 * The same with the lock of the heap given: kind is one of ngx_shmtx_kind(0),
 * (1)...; NULL: the default.  file: NULL, or, for "fcntl" alone, the path of a
 * lock file, which is made if it is not there.
 *
 * With a lock file the pool serves processes of several pid namespaces, as
 * containers that share a file are: the kernel knows in each of them who has
 * the lock.  It keeps no caches and names no owners: every call takes the lock
 * (some microseconds), ngx_slab_reap() is NGX_DECLINED, and
 * ngx_slab_walk() shows no owners.  pool->mutex is not made: its users make it
 * by ngx_shmtx_create_kind() with "fcntl" and a file of its own.  A process
 * that closes any descriptor of the lock file loses the lock.
 *
 * EINVAL   besides: file is given, and kind is not "fcntl"
 * ENOSYS   there is no such kind here
 * other    as open() of the lock file
 */
ngx_slab_pool_t *ngx_slab_create_kind(void *addr, size_t size,
    ngx_uint_t flags, const char *kind, const char *file);

/*
 * Join a pool that another process has made; a forked child need not.  What
 * users of an earlier boot of the machine left is cleaned up.  NULL, logged,
 * and errno:
 *
 * EINVAL   there is no pool, or it is damaged, or larger than size
 * EXDEV    it is from another version, byte order, or size of a pointer; or it
 *          was made in another pid or time namespace
 * EBADF    its lock is a file: ngx_slab_attach_kind()
 */
ngx_slab_pool_t *ngx_slab_attach(void *addr, size_t size);

/* The same with the path of the lock file, as in ngx_slab_create_kind(). */
ngx_slab_pool_t *ngx_slab_attach_kind(void *addr, size_t size,
    const char *file);

/*
 * Free what this process and thread keep for the pool, the descriptor of a lock
 * file say.  No thread of it may use the pool afterwards; then unmap the memory.
 */
void ngx_slab_detach(ngx_slab_pool_t *pool);

/* Where messages of this process go; returns the last.  NULL: nowhere. */
ngx_log_t *ngx_slab_set_log(ngx_log_t *log);

/*
 * As realloc(): p NULL allocates, size 0 frees and returns NULL, a failure
 * leaves p as it was.
 */
void *ngx_slab_realloc(ngx_slab_pool_t *pool, void *p, size_t size);

/* n objects of size bytes, cleared.  NULL too if n * size is too much. */
void *ngx_slab_calloc_array(ngx_slab_pool_t *pool, size_t n, size_t size);

/* align: a power of two; above 4096: valid at the current mapping only. */
void *ngx_slab_alloc_aligned(ngx_slab_pool_t *pool, size_t align, size_t size);

/* Usable bytes of the chunk at p; 0, unlogged, if p is not live. */
size_t ngx_slab_usable_size(ngx_slab_pool_t *pool, const void *p);

/*
 * Get size bytes and put their offset into *cell; free them and make *cell 0.
 * The chunk and the cell, a word within the pool, change together: wherever
 * the caller is killed, the chunk is live if and only if the cell names it.
 * During the call, and after a death in it until the next call of
 * ngx_slab_check(), nobody else may change the cell but by free_from; once
 * alloc_to has returned, the users of the cell may also store into it what
 * they like (and must not lose the chunk).  While free_from is at work, or
 * after a death in it, the cell holds an odd number, for which
 * ngx_slab_pointer() is NULL.  Of several free_from on one cell one frees the
 * chunk; one may begin as soon as alloc_to has filled the cell.  At most one
 * alloc_to at a time may work on a cell.
 *
 * alloc_to: NULL, and *cell as it was: errno ENOMEM, no memory; EEXIST, *cell
 * is not 0; EINVAL, cell is not in the pool; or as said above.
 * free_from: NGX_OK; NGX_DECLINED if *cell is 0, or another free_from has it,
 * or it named what ngx_slab_reap() freed, before or meanwhile: it is 0 then;
 * NGX_ERROR, logged, *cell as it was, if it names no live chunk, and none was
 * ever reaped in this pool, or it can be no chunk.
 */
void *ngx_slab_alloc_to(ngx_slab_pool_t *pool, volatile uintptr_t *cell,
    size_t size);
ngx_int_t ngx_slab_free_from(ngx_slab_pool_t *pool, volatile uintptr_t *cell);

/*
 * The same place in each mapping; 0 and odd numbers are NULL.
 * ngx_slab_offset() is a macro, and evaluates p twice.
 */
#define ngx_slab_offset(pool, p)                                              \
    ((p) == NULL ? (uintptr_t) 0                                              \
                 : (uintptr_t) (p) - (uintptr_t) (pool))
static ngx_inline void *
ngx_slab_pointer(const ngx_slab_pool_t *pool, uintptr_t offset)
{
    return offset == 0 || offset & 1 ? NULL
                                     : (void *) ((uintptr_t) pool + offset);
}

/*
 * Free all that the dead process pid has allocated and nobody freed.  A chunk
 * that others free at the same moment is freed once, and one that a free_from
 * of another has claimed is left to it.  But who begins to free it later frees
 * what may be another's by then.  So call free_from first for the cells that
 * name chunks of the process; of a cell that is left, free_from makes 0.
 * *chunks, if not NULL, is how many were freed here.  NGX_BUSY: the process,
 * or another one that has its number now, lives, though perhaps not the thread
 * that allocated; or it died in a transaction that is not settled, see
 * ngx_tx_recover().  NGX_DECLINED: it has nothing here, or so many processes
 * came after it that its share is not known.
 */
ngx_int_t ngx_slab_reap(ngx_slab_pool_t *pool, ngx_pid_t pid,
    ngx_uint_t *chunks);

/*
 * These three have the lock of the heap meanwhile, clean up after the dead,
 * and fail with EAGAIN if the lock cannot be had for 5 seconds.  Where the
 * memory is mapped for reading only they write nothing, and read without the
 * lock until nobody had it meanwhile; EOWNERDEAD: its owner died, and only a
 * process that can write can clean up.
 */

/* NGX_OK, or NGX_ERROR and a line in the log per broken invariant. */
ngx_int_t ngx_slab_check(ngx_slab_pool_t *pool);

typedef struct {
    size_t      size;           /* of the pool, bytes */
    size_t      live;           /* bytes in live chunks */
    size_t      cached;         /* bytes that processes keep for later */
    size_t      free;           /* bytes in free chunks and free pages */
    ngx_uint_t  chunks;         /* live */
    ngx_uint_t  pages;
    ngx_uint_t  free_pages;
    ngx_uint_t  largest;        /* pages in the largest free run */
    ngx_uint_t  processes;      /* and threads that use the pool now */
    ngx_uint_t  recovered;      /* deaths that were cleaned up after */
} ngx_slab_usage_t;

ngx_int_t ngx_slab_usage(ngx_slab_pool_t *pool, ngx_slab_usage_t *usage);

/*
 * Show each live chunk, with the process that allocated it (0: not known).
 * The heap is locked meanwhile: the function must not call it.  Where it is
 * not (reading only), what is shown was noted before; ENOMEM: no room for it.
 */
typedef void (*ngx_slab_seen_pt)(void *data, void *p, size_t size,
    ngx_pid_t owner);

ngx_int_t ngx_slab_walk(ngx_slab_pool_t *pool, ngx_slab_seen_pt seen,
    void *data);

#ifdef __cplusplus
}
#endif

#endif
