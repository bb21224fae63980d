/*
 * ngx_stat_seat.h - what a thread remembers: which cell is its own in which
 * set.
 *
 * It lies in memory that a forked child finds zeroed.  What is forgotten, when
 * there are many sets, is found again in the set.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_STAT_SEAT_H_INCLUDED
#define NGX_STAT_SEAT_H_INCLUDED

#include "ngx_stat.h"

typedef struct {
    ngx_shm_stat_t   *key;      /* the set, if the cell is the thread's own */
    uint64_t          id;
    unsigned char    *words;    /* of the cell */
    ngx_uint_t        limit;    /* ngx_stat_limit(); 0: not its own */
    ngx_shm_stat_t   *set;      /* NULL: the seat is free */
    ngx_stat_cell_t  *cell;
    int64_t           when;     /* ms: looked for a cell of its own, and ... */
    uint64_t          calls;    /* ... calls since then */
} ngx_stat_seat_t;

#if NGX_STAT_HAVE_CELLS

/* That of the last call, which most likely is that of this one, too. */
extern __thread ngx_stat_seat_t  *ngx_stat_last
    __attribute__((tls_model("initial-exec"))) NGX_LOCK_HIDDEN;

/* The thread's seat for the set; NULL: there is none. */
ngx_stat_seat_t *ngx_stat_seat(const ngx_shm_stat_t *stat);

/* The same, or a free one, or one that another set had; NULL: no memory. */
ngx_stat_seat_t *ngx_stat_seat_new(const ngx_shm_stat_t *stat);

#endif
#endif
