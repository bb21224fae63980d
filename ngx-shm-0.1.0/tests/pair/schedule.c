/*
 * schedule.c - one schedule: who runs how far, and who is killed there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAITS  2000     /* of both, with nothing in between */

static int  ended[2];

/* To its next stop, or to its end; what it was. */
static int
go(int who, uint32_t points)
{
    int              state;
    pair_process_t  *p = &w->process[who];

    if (points == PAIR_END) {
        p->stop = 0;
    } else {
        p->stop = (p->ask == ASK_RUN ? p->points : 0) + points;
    }

    if (p->ask != ASK_RUN) {
        p->points = 0;
        p->ask = ASK_RUN;
    }

    state = pair_run(who);
    ended[who] = state == PAIR_IDLE;
    return state;
}

static int
can_run(int who)
{
    return !ended[who] && w->process[who].state != PAIR_DEAD;
}

/* Both to their ends, in turns where one waits for the other. */
static int
finish(int who)
{
    int  n, state;

    for (n = 0; n < WAITS; n++) {
        if (!can_run(who)) {
            who = 1 - who;
        }
        if (!can_run(who)) {
            return 0;
        }
        state = go(who, PAIR_END);
        if (state == PAIR_BLOCKED) {
            who = 1 - who;
        } else if (state != PAIR_IDLE) {
            return -1;
        }
    }

    pair_wrong("both wait for ever%.0ld%.0ld", 0, 0);
    return -1;
}

/* What one does while the other is in the midst of its operation. */
static int
do_now(int who, int what, int other)
{
    int              n, state;
    pair_process_t  *p = &w->process[who];

    p->ask = ASK_ACT;
    p->arg = what;
    p->stop = 0;

    for (n = 0; n < WAITS; n++) {
        state = pair_run(who);
        if (state == PAIR_IDLE) {
            return 0;
        }
        if (state != PAIR_BLOCKED) {
            return -1;
        }
        if (can_run(other)) {
            state = go(other, PAIR_END);
            if (state != PAIR_IDLE && state != PAIR_BLOCKED) {
                return -1;
            }
        }
    }

    pair_wrong("a third one waits for ever%.0ld%.0ld", 0, 0);
    return -1;
}

/*
 * One more acts.  Or two: when C has reaped, a new process gets the slot and
 * the chunks of the dead one.
 */
static int
act_now(const pair_plan_t *plan, int other)
{
    if (plan->act == ACT_REAP && plan->actor == B) {
        if (do_now(C, ACT_ONLY_REAP, other) == -1) {
            return -1;
        }
        (void) pair_spawn(N);
        return do_now(N, ACT_TAKE, other);
    }

    if (plan->actor == N) {
        (void) pair_spawn(N);
        return do_now(N, plan->act, other);
    }
    return do_now(C, plan->act, other);
}

int
pair_execute(const pair_plan_t *plan, int *shorter)
{
    int  i, state, who = plan->first;

    *shorter = 0;
    ended[A] = ended[B] = 0;
    w->process[A].ask = w->process[B].ask = 0;
    w->process[A].points = w->process[B].points = 0;
    w->process[A].stop = w->process[B].stop = 0;

    for (i = 0; i < plan->n; i++, who = 1 - who) {
        if (plan->seg[i] != 0 && can_run(who)) {
            state = go(who, plan->seg[i]);
            if (state == PAIR_CRASH || state == PAIR_HANG) {
                return 0;
            }
            if (state != PAIR_POINT && plan->seg[i] != PAIR_END) {
                *shorter |= 1 << i;
            }
        }
        if (plan->kill == i) {
            pair_kill(who);
            if (plan->now && act_now(plan, 1 - who) == -1) {
                return 0;
            }
        }
    }

    if (finish(who) == -1) {
        return 0;
    }
    return pair_judge(plan);
}

size_t
pair_solo(int who, pair_touch_t *touch)
{
    ended[who] = 0;
    w->process[who].ask = 0;
    w->process[who].points = 0;
    w->process[who].counts = 1;
    w->ntrace = 0;
    (void) go(who, PAIR_END);
    w->process[who].counts = 0;
    memcpy(touch, w->trace, w->ntrace * sizeof(touch[0]));
    return w->ntrace;
}

static const char *const  acts[] = {
    "none", "alloc", "to", "from", "free", "realloc", "huge", "reap", "check",
    "usage", "row"
};
static const char  names[] = "ABCNR";

/*
 * A12.7!.end/from/B/none+: A 12 points, B 7 and killed there, A to its end;
 * then who survived calls free_from (^: C or N does, at once, when B is dead and
 * A where it was; reap^/B: C reaps, then N allocates); +: later somebody looks.
 */
void
pair_print(char *text, size_t size, const pair_plan_t *plan)
{
    int     i;
    size_t  n;

    n = (size_t) snprintf(text, size, "%c", names[plan->first]);
    for (i = 0; i < plan->n && n < size; i++) {
        if (plan->seg[i] == PAIR_END) {
            n += (size_t) snprintf(text + n, size - n, "%send", i ? "." : "");
        } else {
            n += (size_t) snprintf(text + n, size - n, "%s%u", i ? "." : "",
                                   plan->seg[i]);
        }
        if (plan->kill == i && n < size) {
            n += (size_t) snprintf(text + n, size - n, "!");
        }
    }
    if (n < size) {
        (void) snprintf(text + n, size - n, "/%s%s/%c/%s%s", acts[plan->act],
                        plan->now ? "^" : "", names[plan->actor],
                        acts[plan->act2],
                        plan->look ? "+" : "");
    }
}

static int
act_of(const char *text, size_t n)
{
    int  i;

    for (i = 0; i < PAIR_ACTS; i++) {
        if (strlen(acts[i]) == n && strncmp(acts[i], text, n) == 0) {
            return i;
        }
    }
    return -1;
}

int
pair_parse(const char *text, pair_plan_t *plan)
{
    char        *end;
    const char  *actor;
    int          act;

    memset(plan, 0, sizeof(*plan));
    plan->kill = -1;
    plan->actor = C;
    plan->first = (uint8_t) (*text == 'B');
    text++;

    while (*text != '/' && *text != '\0' && plan->n < PAIR_SEGS) {
        if (strncmp(text, "end", 3) == 0) {
            plan->seg[plan->n] = PAIR_END;
            text += 3;
        } else {
            plan->seg[plan->n] = (uint32_t) strtoul(text, &end, 10);
            if (end == text) {
                return -1;
            }
            text = end;
        }
        if (*text == '!') {
            plan->kill = (int8_t) plan->n;
            text++;
        }
        plan->n++;
        text += *text == '.';
    }

    if (*text == '\0') {
        return 0;
    }
    text++;
    act = act_of(text, strcspn(text, "/^"));
    plan->now = strchr(text, '^') != NULL;
    text += strcspn(text, "/");
    if (act == -1 || text[0] == '\0' || text[1] == '\0') {
        return -1;
    }
    plan->act = (uint8_t) act;
    actor = strchr(names, text[1]);
    if (actor == NULL) {
        return -1;
    }
    plan->actor = (uint8_t) (actor - names);
    act = text[2] == '/' ? act_of(text + 3, strcspn(text + 3, "+")) : 0;
    plan->look = strchr(text, '+') != NULL;
    plan->act2 = (uint8_t) (act == -1 ? 0 : act);
    return act == -1 ? -1 : 0;
}
