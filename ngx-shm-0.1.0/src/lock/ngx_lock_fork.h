/*
 * ngx_lock_fork.h - keep the lists of this process whole over a fork.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_LOCK_FORK_H_INCLUDED
#define NGX_LOCK_FORK_H_INCLUDED

#include "ngx_lock.h"

typedef struct ngx_lock_heir_s  ngx_lock_heir_t;

struct ngx_lock_heir_s {
    void             (*child)(void);    /* with the guard, in a forked child */
    int                known;
    ngx_lock_heir_t   *next;
};

/*
 * One guard of all such lists.  Each fork() takes it, so a child finds the
 * lists whole; then child() is called there.  Not for signal handlers.
 */
void ngx_lock_guard(ngx_lock_heir_t *heir);
void ngx_lock_unguard(void);

#endif
