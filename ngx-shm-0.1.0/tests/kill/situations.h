/*
 * situations.h - the parts that situations are made of.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef KILL_SITUATIONS_H_INCLUDED
#define KILL_SITUATIONS_H_INCLUDED

#include "kill.h"

#define PAGE        4096
#define ROUND       66              /* more chunks of 64 than one page has */
#define KILL_SIZES  14              /* a chunk of each kind of page */

extern const size_t  kill_sizes[KILL_SIZES];

/* What is allocated now dies with the victim, unless the owner tag tells. */
void alloc(kill_world_t *w, size_t size);
/* Chunk i of the ledger is the one at work. */
void aim(kill_world_t *w, int i);
/* Free every chunk from the first on but each step-th. */
void thin(kill_world_t *w, int first, int step);

/* situations_chunk.c */
void release(kill_world_t *w);
void before_first(kill_world_t *w);
void alloc_kind(kill_world_t *w);
void before_nth(kill_world_t *w);
void alloc_64(kill_world_t *w);
void before_nth_big(kill_world_t *w);
void alloc_600(kill_world_t *w);
void before_reuse(kill_world_t *w);
void before_empty_cache(kill_world_t *w);
void before_free_kind(kill_world_t *w);
void before_free_nth(kill_world_t *w);
void before_flush(kill_world_t *w);
void before_flush_big(kill_world_t *w);
void before_last_of_page(kill_world_t *w);

/* situations_run.c */
void before_run(kill_world_t *w);
void alloc_run(kill_world_t *w);
void before_exact(kill_world_t *w);
void before_apart(kill_world_t *w);
void before_left(kill_world_t *w);
void before_right(kill_world_t *w);
void before_both(kill_world_t *w);
void before_tail(kill_world_t *w);
void before_long(kill_world_t *w);
void before_full(kill_world_t *w);
void alloc_none(kill_world_t *w);
void alloc_hopeless(kill_world_t *w);
void before_nearly_full(kill_world_t *w);
void before_pressure(kill_world_t *w);
void alloc_pressed(kill_world_t *w);

/* situations_other.c */
void before_realloc(kill_world_t *w);
void do_realloc(kill_world_t *w);
void do_calloc(kill_world_t *w);
void do_aligned(kill_world_t *w);
void others_kinds(kill_world_t *w);
void others_row(kill_world_t *w);
void before_others(kill_world_t *w);
void others_page(kill_world_t *w);
void before_others_page(kill_world_t *w);
void others_holes(kill_world_t *w);
void others_fragments(kill_world_t *w);
void before_fragments(kill_world_t *w);
void others_dead(kill_world_t *w);

/* situations_cell.c */
void with_cell(kill_world_t *w);
void alloc_to_kind(kill_world_t *w);
void before_to_nth(kill_world_t *w);
void alloc_to_64(kill_world_t *w);
void alloc_to_run(kill_world_t *w);
void before_from_kind(kill_world_t *w);
void free_from(kill_world_t *w);
void before_from_nth(kill_world_t *w);
void before_from_run(kill_world_t *w);
void others_cell(kill_world_t *w);
void do_reap(kill_world_t *w);
void do_check(kill_world_t *w);
void do_mixture(kill_world_t *w);
void before_mixture(kill_world_t *w);

#endif
