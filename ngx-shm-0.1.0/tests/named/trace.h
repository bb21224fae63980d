/*
 * trace.h - a process that is stopped before one of its system calls
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMED_TRACE_H_INCLUDED
#define NAMED_TRACE_H_INCLUDED

#include <sys/types.h>

/*
 * Run work(data) in a child, up to its system call number n (from 0), which it
 * has not yet made.  Returns the child, stopped; 0 if it ended before, with
 * *status; -1 where tracing is not permitted.
 */
pid_t trace_to(void (*work)(void *data), void *data, int n, int *status);

/* Let it go on by itself, or kill it there; wait for its end. */
void trace_let_go(pid_t pid);
int trace_wait(pid_t pid);
void trace_kill(pid_t pid);

/* Run work(data) in a child that is not traced. */
pid_t trace_start(void (*work)(void *data), void *data);

/* Wait until it has ended (1: *status), or sleeps, or 10 ms are over. */
int trace_until_it_waits(pid_t pid, int *status);

#endif
