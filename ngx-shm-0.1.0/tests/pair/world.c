/*
 * world.c - the processes, and how a world is begun again.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE   10000        /* ms without a point: it does not end */
#define LOOK       250

pair_world_t  *w;
int            me = C;

static unsigned char  *base_image, *pair_image;
static size_t          room;
static pair_ledger_t   base_ledger, pair_ledger;

void
pair_give_up(const char *what)
{
    fprintf(stderr, "pair: error: %s\n", what);
    exit(2);
}

static void
copy_ledger(pair_ledger_t *to, const pair_ledger_t *from)
{
    memcpy(to, from, offsetof(pair_ledger_t, known)
                     + (size_t) from->n * sizeof(from->known[0]));
}

int
pair_run(int who)
{
    int              status;
    unsigned         ms = 0;
    pair_process_t  *p = &w->process[who];

    w->back = 0;
    p->go = 1;
    futex_wake(&p->go);

    while (w->back == 0) {
        futex_wait(&w->back, 0, LOOK);
        if (w->back != 0) {
            break;
        }
        ms += LOOK;
        if (waitpid(p->pid, &status, WNOHANG) == p->pid) {
            p->state = PAIR_DEAD;
            p->pid = 0;
            pair_wrong("process %ld ended, status %ld", who, status);
            return PAIR_CRASH;
        }
        if (ms >= PATIENCE) {
            p->state = PAIR_HANG;
        }
        if (p->state == PAIR_HANG) {
            break;
        }
    }

    if (p->state == PAIR_HANG) {
        pair_wrong("process %ld does not come back, asked %ld", who, p->ask);
    }
    return (int) p->state;
}

int
pair_spawn(int who)
{
    pid_t            pid;
    pair_process_t  *p = &w->process[who];

    memset(p, 0, sizeof(*p));
    w->back = 0;
    pid = fork();
    if (pid == 0) {
        pair_serve(who);
    }
    if (pid == -1) {
        pair_give_up("fork failed");
    }
    p->pid = pid;
    while (w->back == 0) {
        futex_wait(&w->back, 0, LOOK);
    }
    return 0;
}

void
pair_kill(int who)
{
    int              i;
    pair_process_t  *p = &w->process[who];

    if (p->pid > 0 && p->state != PAIR_DEAD) {
        (void) kill(p->pid, SIGKILL);
        (void) waitpid(p->pid, NULL, 0);
    }
    p->state = PAIR_DEAD;
    p->waits = NULL;

    /* some of what it reaped may be free, some not */
    for (i = 0; i < w->now.n && w->now.reaping[who] != 0; i++) {
        if (w->now.known[i].owner == w->now.reaping[who] - 1
            && w->now.known[i].state == LIVE)
        {
            w->now.known[i].state = GOING;
        }
    }
    w->now.reaping[who] = 0;
}

int
pair_ask(int who, int ask, int arg)
{
    int              n, state;
    pair_process_t  *p = &w->process[who];

    p->ask = ask;
    p->arg = arg;
    p->stop = 0;

    for (n = 0; n < 5000; n++) {
        state = pair_run(who);
        if (state == PAIR_IDLE) {
            return 0;
        }
        if (state != PAIR_BLOCKED) {
            return -1;
        }
    }

    pair_wrong("process %ld waits for ever, asked %ld", who, ask);
    return -1;
}

static void
kill_all(void)
{
    int  i;

    for (i = 0; i < PAIR_PROCESSES; i++) {
        pair_kill(i);
        w->process[i].pid = 0;
    }
}

static int
both(void)
{
    int  i;

    for (i = A; i <= B; i++) {
        pair_spawn(i);
        if (pair_ask(i, ASK_SETUP, 0) == -1) {
            return -1;
        }
    }

    memcpy(pair_image, w->base, w->size);
    copy_ledger(&pair_ledger, &w->now);
    return w->now.wrong ? -1 : 0;
}

int
pair_restore(int anew)
{
    if (!anew) {
        memcpy(w->base, pair_image, w->size);
        copy_ledger(&w->now, &pair_ledger);
        return 0;
    }

    pair_kill(A);
    pair_kill(B);
    pair_kill(N);
    w->process[N].pid = 0;
    memcpy(w->base, base_image, w->size);
    copy_ledger(&w->now, &base_ledger);
    return both();
}

int
pair_world(const pair_case_t *c)
{
    size_t    size = pair_pools[c->pool].size;
    unsigned  flags = pair_ops[c->op[0]].flags | pair_ops[c->op[1]].flags;

    kill_all();

    if (size > room) {
        free(base_image);
        free(pair_image);
        base_image = malloc(size);
        pair_image = malloc(size);
        room = size;
    }

    w->c = *c;
    w->size = size;
    w->cells = NULL;
    memset(w->base, 0, size);
    memset(&w->now, 0, sizeof(w->now));

    pair_spawn(C);
    if (pair_ask(C, ASK_SETUP, 0) == -1) {
        return -1;
    }
    if (flags & OP_DEAD) {
        pair_spawn(R);
        if (pair_ask(R, ASK_SETUP, 0) == -1) {
            return -1;
        }
        pair_kill(R);
    }

    memcpy(base_image, w->base, size);
    copy_ledger(&base_ledger, &w->now);
    return both();
}

/*
 * Did the operation just done change anything in the pool without a point?
 * What the processes themselves write lies in chunks of the ledger.
 */
int
pair_untold(const pair_touch_t *touch, size_t n)
{
    static unsigned char  told[PAIR_WORDS];
    size_t                i;
    int                   k;
    pair_known_t         *c;

    memset(told, 0, sizeof(told));
    for (i = 0; i < n; i++) {
        if (touch[i].at & 1) {
            /* an instruction writes 16 bytes at the most, a piece 64 */
            memset(told + touch[i].at / 2, 1, 9);
        }
    }
    for (k = 0; k < w->now.n; k++) {
        c = &w->now.known[k];
        if (c->state != NEVER) {
            memset(told + (size_t) (c->p - w->base) / 8, 1, c->size / 8 + 2);
        }
    }

    for (i = 0; i < w->size / 8; i++) {
        if (!told[i] && memcmp(w->base + i * 8, pair_image + i * 8, 8) != 0) {
            pair_wrong("the library wrote to +%ld and had no point%.0ld",
                       (long) i * 8, 0);
            return 1;
        }
    }
    return 0;
}
