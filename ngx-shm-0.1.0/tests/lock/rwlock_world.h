/* rwlock_world.h - a read-write lock, and processes that die with it. */
/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef RWLOCK_WORLD_H_INCLUDED
#define RWLOCK_WORLD_H_INCLUDED

#include "lock_world.h"
#include "ngx_rwlock.h"

#define SLOTS  4

typedef struct {
    ngx_atomic_t    word;               /* nginx's lock */
    volatile long   a, b;               /* equal while nobody writes */
    volatile long   bad, told, reads;
    volatile int    stage, stop;
    volatile long   turns;
    volatile long   rc;
    unsigned char   rw[4096] __attribute__((aligned(64)));
} world_t;

extern world_t       *w;
extern ngx_rwlock_t  *rw;

/* The fixture: a world, made and unmade. */
void setup(void);
void teardown(void);

/* For a child: take the lock, set stage to 1, and stay. */
void read_and_hang(void);
void write_and_hang(void);

/* For a child that has done so, at the end of its fn. */
void hang(void);

/* A child that reaches stage 1, and then is killed if it should be. */
pid_t child_at_stage(void (*fn)(void), int killed);

#endif
