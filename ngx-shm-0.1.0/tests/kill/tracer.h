/*
 * tracer.h - bring a process to any instruction of an operation.
 *
 * The victim is a fork of the caller.  It prepares itself, stops, and then
 * passes kill_begin() and kill_end(); what it runs between the two is the
 * operation.  kill_record() steps one victim through it and keeps the address
 * of each instruction; kill_advance() brings a later victim, which must run
 * the same way, to the instruction wanted.  A breakpoint, on x86, saves most of
 * the steps; the arrival is always checked.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef KILL_TRACER_H_INCLUDED
#define KILL_TRACER_H_INCLUDED

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

typedef struct {
    uintptr_t  *pc;         /* instruction k is about to run at pc[k] */
    uint32_t   *hits;       /* how often pc[k] was met, k included */
    size_t      first;      /* the operation's first instruction */
    size_t      last;       /* the first one after it */
    size_t      room;
    size_t      stops;      /* statistics: stops so far */
} kill_trace_t;

/* Can processes be stepped here? */
int kill_can_trace(void);

/* Fork a victim that runs fn(data); it returns stopped in kill_stop(). */
pid_t kill_start(void (*fn)(void *), void *data);

/* In the victim: stop here, then enter, then leave the operation. */
void kill_stop(void);
void kill_begin(void);
void kill_end(void);

/*
 * Step the victim to kill_end() and keep what it passes; -1 if it ended, got
 * a signal, or took more than max steps.  The victim stays stopped there.
 */
int kill_record(kill_trace_t *t, pid_t pid, size_t max);

/* Bring a stopped victim before instruction k; -1 if it runs otherwise. */
int kill_advance(kill_trace_t *t, pid_t pid, size_t k);

/*
 * For a victim whose way depends on more than the world, such as what /proc
 * says: step it k times, or to kill_end() if that comes first.
 */
int kill_step(kill_trace_t *t, pid_t pid, size_t k);

/* SIGKILL the process and wait until it is gone. */
void kill_now(pid_t pid);

void kill_trace_free(kill_trace_t *t);

#endif
