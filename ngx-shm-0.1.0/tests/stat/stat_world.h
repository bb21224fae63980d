/*
 * stat_world.h - a set of counters, in which somebody is killed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef STAT_WORLD_H_INCLUDED
#define STAT_WORLD_H_INCLUDED

#include "ngx_stat.h"

#define SIZE  65536

/* What the victim's operation adds. */
#define STEP  1000

typedef struct {
    int64_t   counter, gauge, level;
    int64_t   count, sum;           /* of the histogram */
    int64_t   buckets[4];
    int64_t   names;
} stat_seen_t;

typedef struct {
    ngx_int_t    counter, gauge, level, histogram;
    pid_t        bystander;
    stat_seen_t  seen;
    int          failed;            /* a call of a survivor */
    int          other;             /* cell of the second one, or -1 */
} stat_world_t;

extern stat_world_t    *w;
extern ngx_shm_stat_t  *set;

/* Once; then a new set for so many members each time. */
void world_map(void);
void world_make(ngx_uint_t members);

/* A member that counts, and then lives on until world_end(), or is killed. */
void world_bystander(void);
void world_dead_member(int half);
void world_end(void);

/* Run fn in a child of its own, to its end.  0: it could not. */
int in_child(void (*fn)(void));

/* Read all that is in the set, which is mapped for reading only there. */
void look(void);

/* A survivor joins and adds 1 to each. */
void count_one(void);

#endif
