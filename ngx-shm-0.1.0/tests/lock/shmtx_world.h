/* shmtx_world.h - a lock of each kind in turn, and owners that die with it. */
/* SPDX-License-Identifier: BSD-2-Clause */

#ifndef SHMTX_WORLD_H_INCLUDED
#define SHMTX_WORLD_H_INCLUDED

#include "lock_world.h"

#define PROCESSES  8

/* In shared memory, handle and all, as nginx has it in its pools. */
typedef struct {
    ngx_shmtx_sh_t     sh;
    ngx_shmtx_t        mtx;
    volatile long      counter;
    volatile long      told;
    volatile long      cpu;
    volatile int       error;
    volatile int       stage;
    volatile int64_t   taken_us;
} world_t;

extern world_t     *world;
extern const char  *kind;

/* The shared part of the world's lock, from the inside. */
#define lock_of(world)  ((ngx_lock_t *) (void *) &(world)->sh)

/* How many kinds there are. */
int kinds(void);

/* A world with a lock of kind number i. */
void make(int i);

/* Does the kind take an owner for dead that is a zombie? */
int sees_zombies(void);

/* File locks: few of them, and no tids. */
int slow_kind(void);

/* For a child: lock, set stage to 1, and stay. */
void lock_and_hang(void);

/* For a child: lock, count the call, and count a death that it reports. */
void lock_and_tell(void);

/*
 * Kill a child in lock_and_hang(), and leave it a zombie if the kind takes
 * zombies for dead; bury() it at the end.
 */
pid_t killed_owner(void);
void let_go(pid_t pid);

/* After <check.h>: add the test to tc, for each kind. */
#define each(test)  tcase_add_loop_test(tc, test, 0, kinds())

#endif
