/*
 * referee.c - is all as it must be?
 *
 * Nothing here reads the pool.  The survivors do a few calls more, then give
 * back all that is known and fill the pool with pages: a single chunk that is
 * lost, or counted twice, costs a page or shows as one given twice.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <string.h>

pair_rooms_t  pair_rooms;

static int
alive(int who)
{
    return w->process[who].pid != 0 && w->process[who].state != PAIR_DEAD;
}

static int
survivors_act(const pair_plan_t *plan)
{
    int  rc, who = plan->actor;

    if (plan->now && plan->kill != -1) {
        rc = pair_ask(C, ASK_ACT, plan->act2);
        pair_kill(N);
        return rc;
    }

    if (who == N) {
        pair_spawn(N);
    } else if (who != C) {
        who = alive(plan->first) ? plan->first : 1 - plan->first;
    }

    rc = pair_ask(who, ASK_ACT, plan->act);
    if (rc == 0) {
        rc = pair_ask(who == N ? C : who, ASK_ACT, plan->act2);
    }
    if (who == N) {
        pair_kill(N);
    }
    return rc;
}

/* As many chunks left as were told to be made, and not reaped. */
static void
count_cells(void)
{
    int  i, full, more;

    for (i = 0; i < PAIR_CELLS; i++) {
        full = w->cells[i] != 0;
        more = w->now.to[i] - w->now.from[i] - full;
        if (more < 0 || more > w->now.spare[i]) {
            pair_wrong("more of alloc_to than of free_from told yes: %ld; "
                       "in the cell: %ld", w->now.to[i] - w->now.from[i],
                       full);
        }
    }
}

static int
ask_each(int ask)
{
    static const int  order[] = { C, A, B };
    int               i;

    for (i = 0; i < 3; i++) {
        if (alive(order[i]) && pair_ask(order[i], ask, 0) == -1) {
            return -1;
        }
    }
    return 0;
}

/* Who cleans up after the dead must leave alone what is new. */
static int
look_again(const pair_plan_t *plan)
{
    if (!plan->look) {
        return 0;
    }
    return pair_ask(C, ASK_ACT, ACT_USAGE) == -1 ? -1 : ask_each(ASK_DRAIN);
}

static unsigned
count_fill(void)
{
    static unsigned char  seen[4096];
    int                   who;
    size_t                i, page;
    unsigned              n = 0;

    memset(seen, 0, w->size / PAIR_PAGE + 1);
    for (who = 0; who < PAIR_PROCESSES; who++) {
        for (i = 0; alive(who) && i < w->nfill[who]; i++) {
            page = (size_t) (w->fill[who][i] - w->base) / PAIR_PAGE;
            if (page >= w->size / PAIR_PAGE || seen[page]++) {
                pair_wrong("page %ld was given twice, or is outside%.0ld",
                           (long) page, 0);
                return 0;
            }
            n++;
        }
    }
    return n;
}

/*
 * Serial runs have shown how much there is.  Where slots are few, who has one
 * and caches of some pages depends on who came first, and what those without a
 * slot have cached together stays there when they are gone.
 */
static void
judge_room(unsigned room)
{
    pair_room_t  *r = &pair_rooms.of[alive(A) | alive(B) << 1];
    unsigned      more = pair_pools[w->c.pool].few ? 4 : 0;

    if (!pair_rooms.known) {
        r->most = room > r->most ? room : r->most;
        r->least = r->least == 0 || room < r->least ? room : r->least;

    } else if (room + more < r->least || room > r->most + more) {
        pair_wrong("room for %ld pages, not %ld", room, r->least);
    }
}

int
pair_judge(const pair_plan_t *plan)
{
    int       i, dead = 0;
    unsigned  room;

    w->nfill[A] = w->nfill[B] = w->nfill[C] = 0;

    if (survivors_act(plan) == -1) {
        return 0;
    }
    if (alive(A) && alive(B)) {
        count_cells();
    }

    for (i = 0; i < PAIR_PROCESSES; i++) {
        dead |= (w->process[i].pid != 0 && !alive(i)) << i;
    }

    if (ask_each(ASK_DRAIN) == -1 || look_again(plan) == -1
        || ask_each(ASK_UNDRAIN) == -1
        || pair_ask(C, ASK_REAP, dead) == -1
        || pair_ask(C, ASK_FREE, 0) == -1 || ask_each(ASK_USE) == -1
        || ask_each(ASK_FILL) == -1)
    {
        return 0;
    }

    room = count_fill();
    if (ask_each(ASK_UNFILL) == -1 || pair_ask(C, ASK_CHECK, 0) == -1) {
        return 0;
    }
    if (!w->now.wrong) {
        judge_room(room);
    }
    if (!(pair_ops[w->c.op[0]].flags & pair_ops[w->c.op[1]].flags
          & (OP_WRONG | OP_DEAD))
        && w->now.alerts != 0)
    {
        pair_wrong("it complained%.0ld%.0ld", 0, 0);
    }
    return !w->now.wrong;
}
