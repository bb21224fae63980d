/*
 * ngx_shm_stat.h - counters, gauges and histograms that processes share.
 *
 * A set of them lies in a segment or in a chunk of a pool, at a multiple of
 * 4096 bytes, and each has a name.  Every thread that counts has a cell of its
 * own in the set: it adds there with plain stores, takes no lock, and shares
 * no cache line.  A reader sums up the cells, without a lock, and waits for
 * nobody.  ngx-shm watch and stat find a set by themselves.
 *
 *     ngx_shm_stat_t *stat = ngx_shm_stat_create(seg.addr, seg.size, 0, 0);
 *     ngx_shm_stat_def_t  def = { .name = "hits",
 *                                 .kind = NGX_SHM_STAT_COUNTER };
 *     ngx_int_t           hits = ngx_shm_stat_define(stat, &def);
 *
 *     ngx_shm_stat_add(stat, hits, 1);
 *
 * A thread gets its cell when it first counts; a forked child and each of its
 * threads get their own.  The cell of a dead thread goes over to the next
 * thread that needs one, with all that was counted in it: no number is moved,
 * so none is lost or counted twice, wherever a process is killed.  A thread
 * that finds no cell counts in a cell that all such threads share, by atomic
 * additions, until a cell is free.
 *
 * A process that is killed in a call has counted or has not; a histogram has
 * got the whole observation, or nothing of it (in the shared cell the sum may
 * lack it).
 *
 * All calls may be made by all threads at once, and none in a signal handler.
 * Numbers are of 64 bits and wrap.  Calls that fail return NGX_ERROR, or NULL,
 * with errno set, and change nothing:
 *
 * EINVAL  there is no set, or it is damaged; or an argument is wrong (not
 *         every number that ngx_shm_stat_define() never returned is noticed)
 * EACCES  the call must write, and the memory is mapped for reading only
 *
 * Processes that can write to the memory are trusted.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_STAT_H_INCLUDED
#define NGX_SHM_STAT_H_INCLUDED

#include "ngx_config.h"
#include "ngx_core.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct ngx_shm_stat_s  ngx_shm_stat_t;

#define NGX_SHM_STAT_COUNTER    1   /* only grows */
#define NGX_SHM_STAT_GAUGE      2   /* the sum of what all threads have added,
                                       dead ones too: a queue's length */
#define NGX_SHM_STAT_LEVEL      3   /* the sum of what living threads have now:
                                       connections, bytes of memory */
#define NGX_SHM_STAT_HISTOGRAM  4   /* observations, by their size */

#define NGX_SHM_STAT_NAME       64  /* bytes of a name, with its end */
#define NGX_SHM_STAT_HELP       152 /* of its description, with its end */
#define NGX_SHM_STAT_BOUNDS     64  /* of a histogram, at most */

/*
 * Bytes that a set takes for so many members (threads that count at a time; 0:
 * 64), names (0: 64) and words: 1 for each counter, gauge or level, and 2 more
 * than it has bounds for each histogram.  0: too many.
 */
size_t ngx_shm_stat_size(ngx_uint_t members, ngx_uint_t names,
    ngx_uint_t words);

/*
 * Make a set in memory that is not in use; what is left of size is for words.
 * One process does that, and the others attach the set afterwards.  Threads
 * outside the creator's pid and time namespace share one cell.
 *
 * EINVAL  also: addr is not a multiple of 4096
 * ENOMEM  size is too little
 */
ngx_shm_stat_t *ngx_shm_stat_create(void *addr, size_t size,
    ngx_uint_t members, ngx_uint_t names);

/*
 * The set at addr; a forked child need not.  Works where the memory is mapped
 * for reading only, and then writes nothing.  Members of an earlier boot of
 * the machine are dead; what they counted stays.
 *
 * EINVAL  also: there is none, or it is larger than size
 * EXDEV   it is of another version, word size or byte order
 */
ngx_shm_stat_t *ngx_shm_stat_attach(void *addr, size_t size);

/* End the set, before its memory is used for something else. */
void ngx_shm_stat_destroy(ngx_shm_stat_t *stat);

typedef struct {
    const char      *name;      /* 1 to 63 bytes */
    const char      *help;      /* NULL: "" */
    ngx_uint_t       kind;
    ngx_uint_t       nbounds;   /* of a histogram: 1 to 64 ... */
    const uint64_t  *bounds;    /* ... each higher than the one before it;
                                   NULL: 1, 2, 4, 8... */
} ngx_shm_stat_def_t;

/*
 * Define a counter by this name, or find it, if it is there with the same kind
 * and bounds.  Returns the number by which it is counted and read, the same in
 * every process.  A definition stays as long as the set.
 *
 * ENAMETOOLONG  name or help
 * EEXIST        the name is there, with another kind or other bounds
 * ENOSPC        no room for its name or words
 * EACCES        the name is new, and the memory is mapped for reading only
 * EAGAIN        other processes have been defining for 5 seconds
 * EXDEV         the name is new, and the set is of another namespace
 */
ngx_int_t ngx_shm_stat_define(ngx_shm_stat_t *stat,
    const ngx_shm_stat_def_t *def);

/* The number of that name; NGX_DECLINED: it is not there.  Writes nothing. */
ngx_int_t ngx_shm_stat_find(const ngx_shm_stat_t *stat, const char *name);

/*
 * Add n to a counter, a gauge, or the caller's part of a level; of a counter n
 * is not negative.  NGX_BUSY: a level, and the caller has no cell of its own.
 */
ngx_int_t ngx_shm_stat_add(ngx_shm_stat_t *stat, ngx_int_t id, int64_t n);

/* Let the caller's part of a level be n.  NGX_BUSY: as above. */
ngx_int_t ngx_shm_stat_set(ngx_shm_stat_t *stat, ngx_int_t id, int64_t n);

/*
 * Count an observation in the first bucket of a histogram whose bound is not
 * less than value, or in its last one, which has none.
 */
ngx_int_t ngx_shm_stat_observe(ngx_shm_stat_t *stat, ngx_int_t id,
    uint64_t value);

/*
 * Give the calling thread's cell back before it ends, with the levels that it
 * has set to 0.  Not needed: dead threads are found.  The next call takes a
 * cell again.
 */
void ngx_shm_stat_leave(ngx_shm_stat_t *stat);

typedef struct {
    char        name[NGX_SHM_STAT_NAME];
    char        help[NGX_SHM_STAT_HELP];
    ngx_uint_t  kind;
    ngx_int_t   id;
} ngx_shm_stat_info_t;

/*
 * The definition number i of the set, from 0.  NGX_DONE: there are no more.
 * Writes nothing.
 */
ngx_int_t ngx_shm_stat_info(const ngx_shm_stat_t *stat, ngx_uint_t i,
    ngx_shm_stat_info_t *info);

typedef struct {
    int64_t     value;          /* of a counter, as uint64_t */
    /* of a histogram; value is the number of observations */
    uint64_t    sum;
    ngx_uint_t  nbounds;
    uint64_t    bound[NGX_SHM_STAT_BOUNDS];
    uint64_t    count[NGX_SHM_STAT_BOUNDS + 1];     /* in each bucket alone */
} ngx_shm_stat_value_t;

/*
 * Sum up.  A counter that is read again is never less.  Of an observation that
 * a living thread is just making, count and sum may be told apart.  For a
 * level the kernel is asked who lives: some microseconds a member; from
 * another namespace all count as living.  Writes nothing.
 */
ngx_int_t ngx_shm_stat_read(const ngx_shm_stat_t *stat, ngx_int_t id,
    ngx_shm_stat_value_t *value);

#ifdef __cplusplus
}
#endif

#endif
