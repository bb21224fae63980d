/*
 * shmcond_kill.h - a queue, two that consume, and one that is killed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef SHMCOND_KILL_H_INCLUDED
#define SHMCOND_KILL_H_INCLUDED

#include "ngx_shmcond.h"
#include "lock_world.h"

/* Survivors take an item within this time, in ms. */
#define LIMIT  2000

typedef struct {
    ngx_shmtx_sh_t     sh;
    ngx_shmtx_t        mtx;
    ngx_shmcond_t      some;
    volatile uint32_t  head, tail;  /* taken and published: one store each */
    volatile long      bad;         /* results of waits that must not be */
} world_t;

typedef struct {
    const char  *name;
    void       (*victim)(void);
    int          before;        /* survivors that sleep before it comes */
    void       (*rouse)(void);  /* the parent, when the victim sleeps */
    int          beside;        /* 1: it stands still, and is not killed */
} situation_t;

extern world_t            *w;
extern const situation_t   situations[];
extern const int           nsituations;

/* ---- shmcond_kill_do.c: what they do */

/* The end of the victim's way. */
void victim_end(void);

/* A survivor, who takes what there is. */
void consume(void);

/* Publish an item and wake one. */
void publish(void);

/* Wait until so many sleep: how many more than deaths explain. */
void await_sleeping(uint32_t n);

/* ---- shmcond_kill_step.c */

/* Can processes be stepped here? */
int can_step(void);

/* A stopped child that is to run fn. */
pid_t victim(void (*fn)(void));

/* 0: one instruction further; 1: it has ended; 2: it sleeps; -1: failure. */
int step(pid_t pid);

/* After 2: wait until it comes back from its sleep.  As step(). */
int back(pid_t pid);

#endif
