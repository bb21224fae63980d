/*
 * ngx_lock_fork.c - the guard of the lists that this process keeps, and what a
 * forked child does with them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_lock_fork.h"

static pthread_mutex_t   guard = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t    once = PTHREAD_ONCE_INIT;
static ngx_lock_heir_t  *heirs;

static void
before_fork(void)
{
    (void) pthread_mutex_lock(&guard);
}

static void
in_parent(void)
{
    (void) pthread_mutex_unlock(&guard);
}

static void
in_child(void)
{
    ngx_lock_heir_t  *heir;

    for (heir = heirs; heir != NULL; heir = heir->next) {
        heir->child();
    }

    (void) pthread_mutex_unlock(&guard);
}

static void
first(void)
{
    (void) pthread_atfork(before_fork, in_parent, in_child);
}

void
ngx_lock_guard(ngx_lock_heir_t *heir)
{
    (void) pthread_once(&once, first);
    (void) pthread_mutex_lock(&guard);

    if (!heir->known) {
        heir->known = 1;
        heir->next = heirs;
        heirs = heir;
    }
}

void
ngx_lock_unguard(void)
{
    (void) pthread_mutex_unlock(&guard);
}
