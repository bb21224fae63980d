/*
 * lock_kill.h - a world in which a process dies, and the operations in it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef LOCK_KILL_H_INCLUDED
#define LOCK_KILL_H_INCLUDED

#include "lock_world.h"
#include "ngx_lock_word.h"
#include "ngx_rwlock.h"

/* Are the dead seen before their parent has asked for them? */
#define ZOMBIES  (NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME)

#define SLOTS    4
#define LIMIT    100        /* ms a survivor may need */

typedef struct {
    ngx_shmtx_sh_t   sh, other;
    ngx_shmtx_t      mtx, warm;
    volatile long    a, b;          /* equal unless an owner died in between */
    volatile int     in;            /* the victim has the lock for sure */
    volatile int     heir;          /* the heir was told, and has unlocked */
    volatile int     ready;         /* how far the bystander has come */
    volatile int     release;       /* the bystander may leave the lock */
    volatile long    told, bad, hung, error, turns, late;
    unsigned char    rw[2048] __attribute__((aligned(64)));
} world_t;

typedef struct {
    const char  *name;
    void       (*victim)(void);
    void       (*bystander)(void);  /* lives on, from before the kill */
    int          dead;              /* 1: an owner died before */
    int          rw;                /* 1: the read-write lock */
    int          most;              /* instructions; a wait has no end */
    int          cold;              /* the thread's first lock ever */
    int          holds;             /* the bystander has it from the start */
} situation_t;

extern world_t            *w;
extern ngx_rwlock_t       *rw;
extern const situation_t   situations[];
extern const int           nsituations;
extern unsigned            seed;    /* of rand_r() */

/* ---- lock_kill_do.c */

int usable(ngx_int_t rc);

/* Count what a survivor got: told of a death, or data that is torn. */
void survive(ngx_int_t rc);

/* For a child: die with the lock, the data half changed. */
void die_with_lock(void);
void die_writing(void);

/* ---- lock_kill_step.c */

/* A child that runs fn, stopped before it, and not (cold) used to locks. */
pid_t victim(void (*fn)(void), int cold);

/* Can processes be stepped here? */
int can_step(void);

/*
 * Let the victim go k instructions far and kill it.  1: killed there, 2:
 * killed asleep on the way; 0: it ended before; -1: failure.
 *
 * *own: whether the word said then that the victim has the lock, -1: its kind
 * has no such word.  *in: w->in then.  Once the victim is dead, a bystander may
 * have the lock at any moment.
 */
int step_and_kill(const situation_t *s, pid_t pid, int k, int zombie,
    int *own, int *in);

/* ---- lock_kill_storm.c */

/*
 * Kill workers at so many random moments.  kind NULL: the read-write lock.
 * Returns 1 if all the others went on and were told.
 */
int storm(int number, const char *kind, int kills);

/* ---- lock_kill.c */

/* Make a fresh world with a lock of the kind; and end it. */
void make(const char *kind);
void unmake(void);

#endif
