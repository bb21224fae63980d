/*
 * lock_world.h - what the tests of the locks share: memory, children, time.
 *
 * Nothing outlives a test program: each child is killed with its parent where
 * the system does that, and ends by itself after some minutes anywhere.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef LOCK_WORLD_H_INCLUDED
#define LOCK_WORLD_H_INCLUDED

#include "ngx_lock.h"

/*
 * As good as for ever, in ms, and still less than the life of a test: on a
 * machine that is busy or stands still, everything is late.
 */
#define LONG  60000

/* The life of a test in seconds, and of a process. */
#define TEST_LIFE   300
#define CHILD_LIFE  400

/* This process ends with its parent, and after CHILD_LIFE in any case. */
void mortal(void);

/* Zeroed memory for this process and all children; ends the process if none. */
void *shared(size_t size);

/* A mortal child that calls fn and ends. */
pid_t child(void (*fn)(void));

/* The child must end by itself, with the status 0. */
void reap(pid_t pid);

/* Kill the child (end) or not (bury), and wait for it. */
void end(pid_t pid);
void bury(pid_t pid);

/* Wait until the child is dead, and leave it a zombie. */
void await_zombie(pid_t pid);

void nap(long ms);
void nap_us(long us);
int64_t now_us(void);

/* Wait until *stage is at least what is asked for, but not for ever. */
void await(volatile int *stage, int least);

#endif
