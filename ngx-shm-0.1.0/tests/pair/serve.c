/*
 * serve.c - what a process does when it is asked.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "told.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define TAKEN  6        /* chunks, after a reap */

ngx_slab_pool_t  *pair_pool;

static void
say(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;

    if (level <= NGX_LOG_ALERT && w->now.alerts++ == 0) {
        len = len < sizeof(w->now.said) - 1 ? len : sizeof(w->now.said) - 1;
        memcpy(w->now.said, buf, len);
        w->now.said[len] = '\0';
    }
}

static void
put_first(int k, size_t size)
{
    if (pair_put_at(k, size) == -1) {
        pair_wrong("no room for what the case needs, %ld of %ld bytes", k,
                   (long) size);
    }
}

/* C: the pool, and what A and B find in it. */
static void
found(void)
{
    unsigned           flags = pair_ops[w->c.op[0]].flags
                               | pair_ops[w->c.op[1]].flags;
    ngx_slab_usage_t   u;

    w->now.n = K_FIRST;
    pair_pool = ngx_slab_create(w->base, w->size,
                                pair_pools[w->c.pool].flags);
    if (pair_pool == NULL) {
        pair_wrong("ngx_slab_create%.0ld%.0ld", 0, 0);
        return;
    }
    pair_pool->log_nomem = 0;

    put_first(K_CELLS, PAIR_CELLS * sizeof(uintptr_t));
    w->cells = (uintptr_t *) (void *) w->now.known[K_CELLS].p;
    memset(w->cells, 0, PAIR_CELLS * sizeof(uintptr_t));
    put_first(K_X, w->c.size);
    put_first(K_X_OF_B, w->c.size);
    put_first(K_SAME, w->c.size);

    if (flags & OP_FROM && !(flags & (OP_TO | OP_MINE))) {
        pair_to(0);
    }
    if (flags & OP_FULL && ngx_slab_usage(pair_pool, &u) == NGX_OK
        && u.largest > 16)
    {
        put_first(K_BIG, (u.largest - 16) * PAIR_PAGE);
    }
}

/* R: has memory and dies. */
static void
depart(void)
{
    put_first(K_DEAD, w->c.size);
    put_first(K_DEAD_OF_B, w->c.size);
    put_first(K_DEAD_3, w->c.size);
    pair_drop(pair_put(w->c.size));
}

static void
set_up(void)
{
    const pair_op_t  *op;

    if (me == C) {
        found();
    } else if (me == R) {
        depart();
    } else if (me == A || me == B) {
        op = &pair_ops[w->c.op[me]];
        if (op->setup != NULL) {
            op->setup();
        }
    }
}

static void
free_any(void)
{
    int  k;

    for (k = K_X; k <= K_SAME; k++) {
        if (w->now.known[k].state == LIVE) {
            pair_drop(k);
            return;
        }
    }
}

static void
row(void)
{
    int  k[40], i;

    for (i = 0; i < 40 && (size_t) i * w->c.size < 10 * PAIR_PAGE; i++) {
        k[i] = pair_put(w->c.size);
    }
    while (i-- > 0) {
        pair_drop(k[i]);
    }
}

static void
reap(void)
{
    int  i;

    for (i = 0; i < PAIR_PROCESSES; i++) {
        /* of R, somebody may be about to free a chunk */
        if (w->process[i].pid != 0 && i != me && i != R) {
            pair_reap(i);
        }
    }
}

/* What was reaped, among others. */
static void
take(void)
{
    int  i;

    for (i = 0; i < TAKEN; i++) {
        (void) pair_put(w->c.size);
    }
}

static void
act(int what)
{
    ngx_slab_usage_t  u;

    switch (what) {
    case ACT_ALLOC: (void) pair_put(w->c.size); break;
    case ACT_TO: pair_to(3); break;
    case ACT_FROM: pair_from(0); break;
    case ACT_FREE: free_any(); break;
    case ACT_REALLOC: pair_resize(pair_put(w->c.size), 2 * w->c.size); break;
    case ACT_HUGE: (void) pair_put(w->size / 2); break;
    case ACT_CHECK:
        if (ngx_slab_check(pair_pool) != NGX_OK) {
            pair_wrong("check, of a survivor%.0ld%.0ld", 0, 0);
        }
        break;
    case ACT_USAGE: (void) ngx_slab_usage(pair_pool, &u); break;
    case ACT_ROW: row(); break;
    case ACT_REAP: reap(); take(); break;
    case ACT_ONLY_REAP: reap(); break;
    case ACT_TAKE: take(); break;
    default: break;
    }
}

static void
answer(int ask, int arg)
{
    switch (ask) {
    case ASK_SETUP: set_up(); return;
    case ASK_RUN: pair_ops[w->c.op[me]].run(); return;
    case ASK_ACT: act(arg); return;
    case ASK_DRAIN: pair_drain(0); return;
    case ASK_UNDRAIN: pair_drain(1); return;
    case ASK_REAP: pair_reap_all(arg); return;
    case ASK_FREE: pair_free_all(); return;
    /* who came when no page was left has its caches from now on */
    case ASK_USE: pair_drop(pair_put(8)); return;
    case ASK_FILL: pair_fill(0); return;
    case ASK_UNFILL: pair_fill(1); return;
    case ASK_CHECK:
        if (ngx_slab_check(pair_pool) != NGX_OK) {
            pair_wrong("check, when all was freed%.0ld%.0ld", 0, 0);
        }
        return;
    default: return;
    }
}

void
pair_serve(int who)
{
    static ngx_log_t  log = { NGX_LOG_ERR, say, NULL };

    me = who;
    pair_pool = (ngx_slab_pool_t *) (void *) w->base;
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    pair_catch();
    (void) ngx_slab_set_log(&log);

    for ( ;; ) {
        pair_park(PAIR_IDLE);
        if (w->process[me].ask == ASK_SETUP) {
            set_up();
            continue;
        }
        pair_begin();
        answer(w->process[me].ask, w->process[me].arg);
        pair_finish();
    }
}
