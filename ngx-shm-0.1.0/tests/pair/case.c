/*
 * case.c - the schedules of one case.
 *
 * Where to stop: before each store, and where the other operation touches the
 * same word; between two such points a stop makes no difference.  All orders
 * of two stops, or a sample of them, then random ones with more.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST    12          /* findings of a case, then the next */
#define ORDERS  6           /* who is first, and who is killed */

static uint64_t       dice;
static pair_totals_t  mine;

void
pair_seed(uint64_t seed)
{
    dice = seed | 1;
    (void) pair_roll(2);
    (void) pair_roll(2);
}

uint32_t
pair_roll(uint32_t n)
{
    dice ^= dice << 13;
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return n == 0 ? 0 : (uint32_t) ((dice >> 11) % n);
}

/* What an operation touches: run first, and run after the other one. */
typedef struct {
    uint32_t      *at;              /* where it matters to stop */
    size_t         n;
    pair_touch_t  *touch[2];
    size_t         points[2];
} way_t;

static way_t  ways[2];

static size_t
longest(const way_t *a)
{
    return a->points[0] > a->points[1] ? a->points[0] : a->points[1];
}

/* Where the other one looks or writes too, and wherever it writes itself. */
static void
find_stops(way_t *a, const way_t *b)
{
    static unsigned char  map[PAIR_WORDS];
    size_t                i;
    uint32_t              t;
    int                   k, found;

    memset(map, 0, sizeof(map));
    for (k = 0; k < 2; k++) {
        for (i = 0; i < b->points[k]; i++) {
            t = b->touch[k][i].at;
            map[t / 2 % sizeof(map)] |= (unsigned char) (1 + (t & 1));
        }
    }

    for (i = 0, a->n = 0; i < longest(a); i++) {
        for (k = 0, found = 0; k < 2; k++) {
            if (i < a->points[k]) {
                t = a->touch[k][i].at;
                found |= t & 1 || map[t / 2 % sizeof(map)] > 1;
            }
        }
        if (found) {
            a->at[a->n++] = (uint32_t) i + 1;
        }
    }
    a->at[a->n++] = PAIR_END;
}

/*
 * A third one may not act while one chunk is freed twice, or freed and reaped:
 * it might be its own by then.
 */
static int
may_act_now(void)
{
    return !(pair_ops[w->c.op[0]].flags & pair_ops[w->c.op[1]].flags
             & (OP_WRONG | OP_DEAD));
}

static void
some_act(pair_plan_t *plan)
{
    static const uint8_t  who[] = { C, B, N, B };

    plan->act = (uint8_t) pair_roll(PAIR_ACTS);
    plan->act2 = (uint8_t) (pair_roll(2) ? 0 : pair_roll(PAIR_ACTS));
    plan->actor = who[pair_roll(4)];
    plan->look = (uint8_t) pair_roll(2);
    plan->now = (uint8_t) (plan->kill != -1 && pair_roll(3) == 0
                           && may_act_now());
}

static int  fresh;                  /* both are where they begin */
static int  whole;                  /* the pool must be made again */

static void
finding(const pair_case_t *c, const pair_plan_t *plan)
{
    char  name[80], text[120], line[600];
    int   n, fd;

    pair_name(c, name, sizeof(name));
    pair_print(text, sizeof(text), plan);
    n = snprintf(line, sizeof(line), "# found: -c '%s' -r '%s': %s%s%s\n",
                 name, text, w->now.why, w->now.alerts ? "; it said: " : "",
                 w->now.alerts ? w->now.said : "");
    (void) fflush(stdout);
    fd = STDOUT_FILENO;
    if (write(fd, line, (size_t) n) == -1) {
        pair_give_up("cannot write");
    }
}

static int
try(const pair_case_t *c, const pair_plan_t *plan)
{
    int  ok, shorter = 0, anew;

    /* where memory is short, a process may get its caches in its operation */
    anew = (pair_ops[c->op[0]].flags | pair_ops[c->op[1]].flags)
           & (OP_FRESH | OP_FULL);

    if (!whole && pair_world(c) == -1) {
        finding(c, plan);
        return 0;
    }
    if (whole && !fresh && pair_restore(1) == -1) {
        finding(c, plan);
        whole = 0;
        return 0;
    }
    if (whole && fresh) {
        (void) pair_restore(0);
    }
    whole = 1;

    ok = pair_execute(plan, &shorter);
    fresh = plan->kill == -1 && !anew;
    mine.schedules++;
    mine.killed += plan->kill != -1;
    if (!ok) {
        finding(c, plan);
        whole = fresh = 0;
    }
    return ok;
}

/* What there is room for when nothing goes on at once. */
static int
serial(const pair_case_t *c)
{
    int          i, k, bad = 0;
    pair_plan_t  plan;

    memset(&pair_rooms, 0, sizeof(pair_rooms));

    for (i = 0; i < 2; i++) {
        for (k = -1; k < 2; k++) {
            memset(&plan, 0, sizeof(plan));
            plan.first = (uint8_t) i;
            plan.n = 2;
            plan.seg[0] = plan.seg[1] = PAIR_END;
            plan.kill = (int8_t) k;
            plan.actor = C;
            bad += !try(c, &plan);
        }
    }

    pair_rooms.known = 1;
    return bad;
}

/* The plan of number i of those with two stops. */
static void
plan_of(uint64_t i, pair_plan_t *plan)
{
    way_t  *a, *b;
    int     mode;

    memset(plan, 0, sizeof(*plan));
    plan->first = (uint8_t) (i & 1);
    a = &ways[plan->first];
    b = &ways[1 - plan->first];
    i >>= 1;
    mode = (int) (i % 3);
    i /= 3;
    plan->seg[0] = a->at[i % a->n];
    plan->seg[1] = b->at[i / a->n % b->n];
    plan->n = (uint8_t) (mode == 2 ? 3 : 2);
    plan->kill = (int8_t) (mode == 0 ? -1 : mode);
    some_act(plan);
}

static uint32_t
some_stop(const way_t *a)
{
    uint32_t  n = (uint32_t) longest(a);

    return pair_roll(2) ? a->at[pair_roll((uint32_t) a->n)]
                        : 1 + pair_roll(n + 1);
}

static void
some_plan(pair_plan_t *plan)
{
    int       i, who;
    uint32_t  so_far[2] = { 0, 0 }, s;

    memset(plan, 0, sizeof(*plan));
    plan->first = (uint8_t) pair_roll(2);
    plan->n = (uint8_t) (2 + pair_roll(PAIR_SEGS - 1));

    for (i = 0, who = plan->first; i < plan->n; i++, who = 1 - who) {
        s = some_stop(&ways[who]);
        if (s != PAIR_END && s > so_far[who]) {
            plan->seg[i] = s - so_far[who];
            so_far[who] = s;
        } else {
            plan->seg[i] = pair_roll(3) ? 1 + pair_roll(6) : PAIR_END;
        }
    }

    plan->kill = (int8_t) (pair_roll(3) ? (int) pair_roll(plan->n) : -1);
    some_act(plan);
}

/* One after the other; -1: a word was changed without a point. */
static int
both_alone(int first)
{
    way_t  *a = &ways[first], *b = &ways[1 - first];

    a->points[0] = pair_solo(first, a->touch[0]);
    if (a->points[0] < PAIR_TRACE && pair_untold(a->touch[0], a->points[0])) {
        return -1;
    }
    b->points[1] = pair_solo(1 - first, b->touch[1]);
    return 0;
}

static int
solo(const pair_case_t *c)
{
    int  i;

    for (i = 0; i < 2; i++) {
        if (ways[i].at == NULL) {
            ways[i].at = malloc((PAIR_TRACE + 1) * sizeof(ways[i].at[0]));
            ways[i].touch[0] = malloc(PAIR_TRACE * sizeof(pair_touch_t));
            ways[i].touch[1] = malloc(PAIR_TRACE * sizeof(pair_touch_t));
        }
    }

    for (i = 0; i < 2; i++) {
        if (pair_world(c) == -1 || both_alone(i) == -1) {
            whole = 0;
            return -1;
        }
    }
    whole = 0;
    find_stops(&ways[0], &ways[1]);
    find_stops(&ways[1], &ways[0]);
    return 0;
}

static uint64_t
divisor(uint64_t a, uint64_t b)
{
    return b == 0 ? a : divisor(b, a % b);
}

void
pair_case(const pair_case_t *c, unsigned long budget, unsigned long most,
    int once, pair_totals_t *t)
{
    pair_plan_t         plan;
    unsigned long       i, half, bad = 0;
    uint64_t            all, first, step;

    whole = fresh = 0;
    memset(&mine, 0, sizeof(mine));

    bad += (unsigned long) serial(c);
    if (bad == 0 && solo(c) == -1) {
        memset(&plan, 0, sizeof(plan));
        plan.actor = C;
        finding(c, &plan);
        bad++;
    }
    if (bad == 0) {
        all = (uint64_t) ORDERS * ways[0].n * ways[1].n;
        half = budget * 2 / 3;
        if (all <= half) {          /* often: the third one's act is chance */
            half -= half % (unsigned long) all;
        } else if (all <= most) {
            half = (unsigned long) all;
            budget = half + budget / 3;
        }
        first = pair_roll((uint32_t) all);
        step = all / 3 * 2 + 1;
        while (divisor(all, step) != 1) {
            step++;
        }
        mine.whole = half % all == 0;

        for (i = 0; i < half && bad < MOST; i++) {
            plan_of(mine.whole ? i % all : (first + i * step) % all, &plan);
            bad += !try(c, &plan);
            if (bad != 0 && once) {
                break;
            }
        }
        for ( ; i < budget && bad < MOST && !(bad != 0 && once); i++) {
            some_plan(&plan);
            bad += !try(c, &plan);
        }
    }

    mine.cases = 1;
    mine.findings = bad;
    mine.bad = bad != 0;
    *t = mine;
}

int
pair_again(const pair_case_t *c, const pair_plan_t *plan)
{
    return serial(c) == 0 && try(c, plan);
}
