/*
 * sweep.c - all points of a situation, shared out to workers.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "point.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MAX_STEPS  2000000

unsigned
kill_random(void)
{
    kill_options.seed = kill_options.seed * 1664525u + 1013904223u;
    return kill_options.seed >> 8;
}


/* The i-th of n numbers in a scattered order: a fault is soon met. */
static size_t
scattered(size_t i, size_t n)
{
    return (size_t) ((unsigned long long) i * 2654435761u % n);
}


static void
enter(kill_bench_t *b, kill_record_t *rec, size_t k, size_t k2)
{
    kill_result_t  *r = b->r;

    (void) __sync_fetch_and_add(&r->points, 1);
    (void) __sync_fetch_and_add(&r->verdicts[rec->verdict], 1);

    if (rec->healing > r->healing) {
        r->healing = rec->healing;
    }
    if (rec->verdict != KILL_CLEAN && r->first[0] == '\0') {
        (void) snprintf(r->first, sizeof(r->first),
                        "case %d, instruction %zu%s%.0zu: %s: %s",
                        b->w->variant, k, k2 ? ", nested " : "", k2,
                        kill_words[rec->verdict], rec->why);
        if (k2) {
            (void) snprintf(r->first, sizeof(r->first),
                            "case %d, instruction %zu, nested %zu: %s: %s",
                            b->w->variant, k, k2, kill_words[rec->verdict],
                            rec->why);
        }
    }
}


/* One finding is enough, if the caller says so. */
static int
found(kill_bench_t *b)
{
    return kill_options.once && b->r->first[0] != '\0';
}


static void
diverged(kill_bench_t *b, size_t k, size_t k2)
{
    kill_record_t  *rec = &b->w->record;

    memset(rec, 0, sizeof(*rec));
    rec->verdict = KILL_DIVERGED;
    strcpy(rec->why, "the victim went another way");
    enter(b, rec, k, k2);
}


/* The operation's instructions, and the records before and after it. */
static int
measure(kill_bench_t *b)
{
    pid_t  pid;
    int    rc;

    kill_restore(b);
    pid = kill_start(kill_victim, b);
    if (pid == -1) {
        return -1;
    }
    rc = kill_record(&b->trace, pid, MAX_STEPS);
    kill_now(pid);
    if (rc == -1) {
        return -1;
    }

    b->ref[1] = *kill_inspect(b, 0);
    if (kill_strike(b, b->trace.first) == -1) {
        return -1;
    }
    b->ref[0] = *kill_inspect(b, 0);

    enter(b, &b->ref[1], b->trace.last, 0);
    enter(b, &b->ref[0], b->trace.first, 0);
    return 0;
}


/* The victim is dead: kill the one who heals at sampled instructions too. */
static void
nest(kill_bench_t *b, size_t k, size_t points)
{
    unsigned char  *image = b->image;
    kill_world_t   *ledger = b->ledger;
    size_t          n, k2, step;
    pid_t           pid;
    int             rc;

    b->image = malloc(b->w->size);
    b->ledger = malloc(sizeof(*ledger));
    memcpy(b->image, b->w->base, b->w->size);
    *b->ledger = *b->w;
    b->ledger->extra++;

    kill_restore(b);
    pid = kill_start(kill_healer, b);
    rc = pid == -1 ? -1 : kill_record(&b->heal, pid, MAX_STEPS);
    kill_now(pid);
    if (rc == -1) {
        diverged(b, k, 1);
        goto done;
    }

    n = b->heal.last - b->heal.first;
    step = points == 0 || n <= points ? 1 : n / points;

    for (k2 = b->heal.first + kill_random() % step; k2 <= b->heal.last
         && !found(b); k2 += step)
    {
        (void) __sync_fetch_and_add(&b->r->nested, 1);
        if (kill_strike_healer(b, k2) == -1) {
            diverged(b, k, k2);
            continue;
        }
        (void) kill_inspect(b, 0);
        kill_compare(b, &b->w->record, 0);
        enter(b, &b->w->record, k, k2);
    }

done:

    free(b->image);
    free(b->ledger);
    b->image = image;
    b->ledger = ledger;
}


static int
sweep(kill_bench_t *b, size_t points)
{
    const kill_options_t  *o = &kill_options;
    size_t                 k, n, i, step, first;

    if (found(b)) {
        return 0;
    }
    if (kill_populate(b) == -1 || measure(b) == -1) {
        return -1;
    }

    n = b->trace.last - b->trace.first;
    step = points == 0 || n <= points ? o->every : n / points;
    if (b->s->nested) {
        step = n / o->nested + 1;
    }
    if (b->job == 0) {
        (void) __sync_fetch_and_add(&b->r->instructions, n);
    }

    first = b->trace.first + 1 + kill_random() % step;
    n = first < b->trace.last ? (b->trace.last - first - 1) / step + 1 : 0;
    for (i = (size_t) b->job; i < n && !found(b); i += (size_t) o->jobs) {
        k = first + scattered(i, n) * step;
        if (kill_strike(b, k) == -1) {
            diverged(b, k, 0);
            continue;
        }
        if (b->s->nested) {
            nest(b, k, o->points ? o->points / o->nested + 1 : 250);
            continue;
        }

        if (o->churn != 0 && ++b->count % o->churn == 0) {
            (void) kill_inspect(b, 1);
            enter(b, &b->w->record, k, 0);
            if (kill_populate(b) == -1) {
                return -1;
            }
            continue;
        }

        (void) kill_inspect(b, 0);
        kill_compare(b, &b->w->record,
                kill_heap.can & KILL_EXACT && b->w->extra <= 1);
        enter(b, &b->w->record, k, 0);
    }

    return 0;
}


void
kill_work(const kill_situation_t *s, kill_result_t *r, int job)
{
    const kill_options_t  *o = &kill_options;
    kill_bench_t           b;
    cpu_set_t              cpus;
    int                    i, n;
    void                  *base;

    kill_limit(0);
    CPU_ZERO(&cpus);                /* a stop is cheapest on one processor */
    CPU_SET(job % (int) sysconf(_SC_NPROCESSORS_ONLN), &cpus);
    (void) sched_setaffinity(0, sizeof(cpus), &cpus);

    memset(&b, 0, sizeof(b));
    b.s = s;
    b.r = r;
    b.job = job;
    b.w = kill_shared(sizeof(*b.w));
    b.w->size = kill_heap.create(&base);
    if (b.w->size == 0) {
        fprintf(stderr, "kill: error: no heap; see the log above\n");
        exit(2);
    }
    b.w->base = base;
    b.fresh = malloc(b.w->size);
    b.image = malloc(b.w->size);
    b.ledger = malloc(sizeof(*b.ledger));
    memcpy(b.fresh, base, b.w->size);

    n = o->variants == 0 || o->variants > s->variants ? s->variants
                                                      : o->variants;

    for (i = 0; i < n; i++) {
        b.w->variant = n == s->variants
                       ? (int) scattered((size_t) i, (size_t) n)
                       : (int) ((size_t) i * (size_t) s->variants / (size_t) n
                                + kill_random() % (size_t) (s->variants / n));
        if (sweep(&b, o->points ? o->points / (size_t) n + 1 : 0) == -1) {
            (void) __sync_fetch_and_add(&r->broken, 1);
        }
    }

    kill_now(b.w->neighbour);
    exit(0);
}
