/*
 * point.c - one point: the victim brought there and killed, the world examined.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "point.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHURN_OPS  20000

void
kill_limit(size_t ms)
{
    struct itimerval  t = { { 0, 0 }, { 0, 0 } };

    t.it_value.tv_sec = (time_t) (ms / 1000);
    t.it_value.tv_usec = (suseconds_t) (ms % 1000 * 1000);
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    (void) setitimer(ITIMER_REAL, &t, NULL);
}


static void
neighbour(kill_bench_t *b)
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (b->s->others != NULL) {
        b->s->others(b->w);
    }

    for ( ;; ) {
        while (b->w->asked == b->w->rounds) {
            (void) raise(SIGSTOP);
        }
        kill_churn(b->w, CHURN_OPS, 7);
        b->w->rounds++;
    }
}


void
kill_victim(void *data)
{
    kill_bench_t  *b = data;

    kill_limit(60000);
    b->w->victim = getpid();
    if (b->s->setup != NULL) {
        b->s->setup(b->w);
    }

    kill_stop();
    kill_begin();
    b->s->op(b->w);
    kill_end();
}


void
kill_healer(void *data)
{
    void  *p;

    (void) data;
    kill_limit(60000);
    kill_stop();
    kill_begin();
    p = kill_heap.alloc(64);
    if (p != NULL) {
        kill_heap.free(p);
    }
    kill_end();
}


int
kill_populate(kill_bench_t *b)
{
    kill_world_t  *w = b->w;
    int            status, variant = w->variant;
    pid_t          pid;

    kill_now(w->neighbour);
    w->neighbour = 0;

    memcpy(w->base, b->fresh, w->size);
    w->n = 0;
    w->cells = NULL;
    w->cell = w->target = -1;
    w->extra = 0;
    w->variant = variant;

    pid = fork();                   /* the world is shared: not into it yet */
    if (pid == 0) {
        neighbour(b);
    }
    if (pid == -1 || waitpid(pid, &status, WUNTRACED) == -1
        || !WIFSTOPPED(status))
    {
        return -1;
    }
    w->neighbour = pid;

    memcpy(b->image, w->base, w->size);
    *b->ledger = *w;
    return 0;
}


void
kill_restore(kill_bench_t *b)
{
    memcpy(b->w->base, b->image, b->w->size);
    memcpy(b->w, b->ledger, offsetof(kill_world_t, live));
    memcpy(b->w->live, b->ledger->live,
           (size_t) b->ledger->n * sizeof(b->ledger->live[0]));
}


static int
bring(kill_bench_t *b, void (*fn)(void *), kill_trace_t *t, size_t k)
{
    pid_t  pid;
    int    rc;

    kill_restore(b);
    pid = kill_start(fn, b);
    if (pid == -1) {
        return -1;
    }
    rc = kill_advance(t, pid, k);
    kill_now(pid);
    if (rc == 0) {
        return 0;
    }

    (void) __sync_fetch_and_add(&b->r->stepped, 1);
    kill_restore(b);
    pid = kill_start(fn, b);
    if (pid == -1) {
        return -1;
    }
    rc = kill_step(t, pid, k);
    kill_now(pid);
    return rc;
}


int
kill_strike(kill_bench_t *b, size_t k)
{
    return bring(b, kill_victim, &b->trace, k);
}


int
kill_strike_healer(kill_bench_t *b, size_t k)
{
    return bring(b, kill_healer, &b->heal, k);
}


/*
 * The neighbour works, with others or alone; what it holds meanwhile would
 * count as lost.
 */
static void
churn_neighbour(kill_world_t *w, int ops)
{
    if (w->neighbour > 0) {
        w->asked++;
        (void) kill(w->neighbour, SIGCONT);
    }

    if (ops != 0) {
        kill_churn(w, ops, 11);
    }

    while (w->rounds != w->asked) {
        (void) usleep(100);
        (void) kill(w->neighbour, SIGCONT);     /* it was about to stop */
    }
}


static void
survivor(kill_bench_t *b, int with_churn)
{
    void          *p;
    kill_world_t  *w = b->w;

    kill_limit(kill_options.patience);

    if (with_churn) {
        /* the next one after the death may be one who lived all along */
        if (b->count / kill_options.churn % 2) {
            churn_neighbour(w, 0);
        }
        if (kill_heap.can & KILL_EXACT && kill_heap.check() != 0) {
            w->record.verdict = KILL_CHECK;
            strcpy(w->record.why, "check, before the churn");
        }
        churn_neighbour(w, CHURN_OPS);
    }

    /* check sweeps; a newcomer buries the dead slot by slot, and no more */
    if (kill_options.bury) {
        p = kill_heap.alloc(64);
        if (p != NULL) {
            kill_heap.free(p);
        }
    }

    kill_examine(w);
    _exit(0);
}


kill_record_t *
kill_inspect(kill_bench_t *b, int with_churn)
{
    kill_record_t  *rec = &b->w->record;
    pid_t           pid;
    int             status;

    memset(rec, 0, sizeof(*rec));
    rec->live = (size_t) -1;

    pid = fork();
    if (pid == 0) {
        survivor(b, with_churn);
    }
    if (pid == -1 || waitpid(pid, &status, 0) == -1) {
        perror("kill: error: survivor");
        exit(2);
    }

    if (WIFSIGNALED(status)) {
        rec->verdict = WTERMSIG(status) == SIGALRM ? KILL_HANG : KILL_CRASH;
        (void) snprintf(rec->why, sizeof(rec->why), "survivor got signal %d",
                        WTERMSIG(status));
    } else if (WEXITSTATUS(status) != 0) {
        rec->verdict = KILL_CRASH;
        (void) snprintf(rec->why, sizeof(rec->why), "survivor exited with %d",
                        WEXITSTATUS(status));
    }

    return rec;
}


void
kill_compare(kill_bench_t *b, kill_record_t *rec, int exact)
{
    kill_record_t  *r = b->ref;
    size_t          low;

    if (rec->verdict != KILL_CLEAN) {
        return;
    }

    if (exact
        && (rec->live != r[0].live || rec->free_bytes != r[0].free_bytes)
        && (rec->live != r[1].live || rec->free_bytes != r[1].free_bytes))
    {
        rec->verdict = rec->free_bytes < r[0].free_bytes
                       || rec->free_bytes < r[1].free_bytes
                       ? KILL_LOST : KILL_GAINED;
        (void) snprintf(rec->why, sizeof(rec->why), "%zu live, %zu free; "
                        "before %zu, %zu; after %zu, %zu", rec->live,
                        rec->free_bytes, r[0].live, r[0].free_bytes,
                        r[1].live, r[1].free_bytes);
        return;
    }

    if ((rec->refill == r[0].refill || rec->refill == r[1].refill)
        && (rec->fill == r[0].fill || rec->fill == r[1].fill))
    {
        return;
    }

    low = r[0].refill < r[1].refill ? r[0].refill : r[1].refill;
    rec->verdict = rec->refill < low || rec->fill < r[0].fill
                   ? KILL_LOST : KILL_GAINED;
    (void) snprintf(rec->why, sizeof(rec->why), "room for %zu, then %zu; "
                    "before %zu, %zu; after %zu, %zu", rec->fill, rec->refill,
                    r[0].fill, r[0].refill, r[1].fill, r[1].refill);
}
