/*
 * ngx_shmcond.h - wait until another process has changed something.
 *
 * The state, and the ngx_shmtx_t that guards it, are the program's own; the
 * condition is where those sleep who wait for a change.
 *
 *     ngx_shmtx_lock(&mtx);                    ngx_shmtx_lock(&mtx);
 *     while (q->items == 0) {                  q->items++;
 *         ngx_shmcond_wait(&q->some, &mtx,     ngx_shmcond_wake(&q->some, 1);
 *                          -1);                ngx_shmtx_unlock(&mtx);
 *     }
 *     q->items--;
 *     ngx_shmtx_unlock(&mtx);
 *
 * Where a death may leave the state half changed, set mtx.recover, or look at
 * the result of the wait: it may be the first to be told.
 *
 * No wake is lost, whoever is killed: a process that has changed the state and
 * not woken anybody yet, or one that was woken and has not acted on it.  The
 * kernel tells nobody of such a death, so sleepers look: 10 ms after they fell
 * asleep, then after twice the time, up to NGX_SHMCOND_LOOK_MS.  A sleeper
 * returns from such a look if there was a wake, or if anybody has had the lock
 * and did not end by waiting; else it sleeps on, without the lock.
 *
 * Threads, processes, forked children and unrelated processes share a
 * condition.  It names no owner and needs no making: zeroed memory, aligned to
 * 8 bytes (64 is faster), at any address in each process.  It may be unmapped
 * once no thread here waits in it, and freed once no thread anywhere does: one
 * that was woken still writes to it before it returns.  Two conditions with one
 * lock make each other's sleepers look.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Before the guard: inside nginx, ngx_core.h includes this file. */
#include "ngx_core.h"

#ifndef NGX_SHMCOND_H_INCLUDED
#define NGX_SHMCOND_H_INCLUDED

#include "ngx_shmtx.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The longest time between two looks of a sleeper. */
#define NGX_SHMCOND_LOOK_MS  100

/*
 * Only the calls below look inside.  The attribute is for 32-bit systems, as in
 * ngx_shmtx.h.
 */
typedef struct {
    uint32_t  seq;          /* counts wakes; the word to sleep on */
    uint32_t  waiting;      /* sleepers; too high after a death */
    uint32_t  entered;      /* turns with the lock that ended in a wait */
    uint32_t  pause;        /* before the first look, in microseconds */
    uint64_t  reserved[2];
}
#if defined(__GNUC__)
__attribute__((aligned(8)))
#endif
ngx_shmcond_t;

/*
 * Release mtx, sleep until a wake, and acquire mtx again.  The caller has
 * locked mtx, once.  timeout_ms limits the sleep, in milliseconds of the
 * monotonic clock: 0 does not sleep, a negative number sleeps for ever.  The
 * wait for mtx afterwards has no limit.  A signal does not end the sleep.
 *
 * NGX_OK                 woken, or there may be a reason to look: call it in a
 *                        loop that examines the state
 * NGX_AGAIN              not woken in time; examine the state all the same
 * NGX_SHMTX_OWNER_DIED   as ngx_shmtx_lock_ex() tells it, woken or not: the
 *                        data may be half changed, unless mtx->recover is set,
 *                        which was called then
 * NGX_ERROR              EINVAL, EPERM, EDEADLK: there was no sleep, and mtx is
 *                        as it was.  Else mtx could not be acquired again, and
 *                        errno is as ngx_shmtx_lock_ex() sets it
 *
 * EINVAL   cond is NULL or not aligned, or mtx has no lock
 * EPERM    the caller does not have mtx
 * EDEADLK  the caller has locked mtx more than once, or has a transaction open
 *          with it (ngx_tx.h)
 *
 * Unless the result is NGX_ERROR, the caller has mtx.  In a loop the time limit
 * starts anew each time: where it must hold, compute what is left of it.
 *
 * mtx may be NULL: nothing is released or acquired, each look returns NGX_OK,
 * and a wake between the caller's last glance at the state and this call is
 * noticed at a look.
 */
ngx_int_t ngx_shmcond_wait(ngx_shmcond_t *cond, ngx_shmtx_t *mtx,
    ngx_int_t timeout_ms);

/* For n: all sleepers. */
#define NGX_SHMCOND_ALL  0

/*
 * Wake n sleepers, or all.  Call it after the change, before or after mtx is
 * released; those who begin to wait later are not woken.  Sleepers beyond n
 * may wake up too, at a look.  Wake one only if each sleeper could do with the
 * change; else wake all.  Costs no system call while nobody sleeps.
 *
 * Any thread may call it, with mtx or without, and any signal handler.  Keeps
 * errno.
 */
void ngx_shmcond_wake(ngx_shmcond_t *cond, ngx_uint_t n);

#ifdef __cplusplus
}
#endif

#endif
