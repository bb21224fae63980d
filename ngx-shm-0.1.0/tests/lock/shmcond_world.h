/*
 * shmcond_world.h - a queue under a lock of each kind, and who waits for it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SHMCOND_WORLD_H_INCLUDED
#define SHMCOND_WORLD_H_INCLUDED

#include "ngx_shmcond.h"
#include "shmtx_world.h"

#define CONSUMERS  4

/* An item is a number; it is taken by the one store that changes head. */
typedef struct {
    ngx_shmcond_t      some;
    volatile uint32_t  head, tail;
    volatile long      result;      /* of the last wait, and errno */
    volatile int       error;
    volatile int       hooked;
    volatile long      returns;
    volatile int64_t   woken_us;
    volatile uint32_t  closed;
    volatile uint32_t  taken[CONSUMERS];
} queue_t;

extern queue_t  *queue;

/* make(i), and a queue. */
void make_queue(int i);

/* Wait until so many processes sleep in the condition. */
void await_sleepers(uint32_t n);

/* Put an item in, with the lock, and wake so many. */
void push(ngx_uint_t n);

/* For children: wait for an item without a time limit, and take it. */
void take_one(void);

/* For children: wait once, and keep the result. */
void wait_once(void);

/* Sleep in the condition for so long at most, in the lock's turn. */
ngx_int_t wait_for(ngx_int_t timeout_ms);

/* Until head is at least n: how long it took, in ms; LONG: too long. */
long await_taken(uint32_t n);

#endif
