/*
 * told.h - calls of the heap that keep the ledger, for those who do them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef PAIR_TOLD_H_INCLUDED
#define PAIR_TOLD_H_INCLUDED

#include "pair.h"

#include "ngx_slab.h"

/* Chunks with a place of their own in the ledger. */
enum { K_CELLS, K_X, K_X_OF_B, K_SAME, K_BIG, K_DEAD, K_DEAD_OF_B, K_DEAD_3,
       K_FIRST };

extern ngx_slab_pool_t  *pair_pool;

/* Allocate, paint, note at k (-1: a new place); the place, or -1. */
int pair_put_at(int k, size_t size);
int pair_put(size_t size);
void pair_drop(int k);
void pair_resize(int k, size_t size);
void pair_to(int cell);
void pair_from(int cell);
/* Reap a process: what is known of its chunks is over. */
void pair_reap(int who);
/* The chunk is as it was painted. */
int pair_few(void);
int pair_painted(const pair_known_t *c, size_t size);

/* examine.c */
/* Allocate what an operation may have left in the caches; undo: free it. */
void pair_drain(int undo);
/* Free what cells name, then all that these dead have. */
void pair_reap_all(int dead);
/* Free all that is known to be live. */
void pair_free_all(void);
/* Fill the pool with pages; undo: free them. */
void pair_fill(int undo);

#endif
