/*
 * stat_kill.c - kill a member at each instruction of each call.
 *
 *   stat_kill [-p points] [situation ...]
 *
 *   -p  at so many instructions of each call, spread over it; 16
 *
 * A reader, who may not write, then sees the victim's call as a whole or not
 * at all, and what it counted before in full.  Two survivors, one after the
 * other and each of them soon dead, count on, and exactly what they count is
 * added.  In the situations with two, the victim stands still at each
 * instruction while another process goes the whole way; then it goes on, or
 * is killed.  Prints TAP; 77: nothing can be traced here.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "stat_world.h"
#include "tracer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST  200000        /* instructions of a call */

typedef struct {
    const char  *name;
    int          members;
    int          dead;      /* a dead member: 1, 2: half an observation */
    int          busy;      /* a living one */
    int          warm;      /* the victim has counted before */
    int          two;       /* 1: it goes on, 2: it is killed */
    int          apart;     /* count and sum may be told apart */
    void       (*op)(void);
} situation_t;

static const situation_t  *now;
static size_t              most = 16;

/* ---- what the victim does */

static void
op_add(void)
{
    (void) ngx_shm_stat_add(set, w->counter, STEP);
}

static void
op_gauge(void)
{
    (void) ngx_shm_stat_add(set, w->gauge, -STEP);
}

static void
op_set(void)
{
    (void) ngx_shm_stat_set(set, w->level, STEP);
}

static void
op_observe(void)
{
    (void) ngx_shm_stat_observe(set, w->histogram, STEP);
}

static void
op_leave(void)
{
    ngx_shm_stat_leave(set);
}

static void
op_define(void)
{
    ngx_shm_stat_def_t  def = { "new", NULL, NGX_SHM_STAT_LEVEL, 0, NULL };

    (void) ngx_shm_stat_define(set, &def);
}

static const situation_t  situations[] = {
    { "add in a cell of its own", 4, 0, 1, 1, 0, 0, op_add },
    { "add in the common cell", 1, 0, 1, 1, 0, 0, op_add },
    { "add to a gauge", 4, 0, 1, 1, 0, 0, op_gauge },
    { "set a level", 4, 0, 1, 1, 0, 0, op_set },
    { "observe in a cell of its own", 4, 0, 1, 1, 0, 0, op_observe },
    { "observe in the common cell", 1, 0, 1, 1, 0, 1, op_observe },
    { "leave", 4, 0, 1, 1, 0, 0, op_leave },
    { "define", 4, 0, 1, 1, 0, 0, op_define },
    { "join and add", 4, 0, 1, 0, 0, 0, op_add },
    { "join, all cells taken", 1, 0, 1, 0, 0, 0, op_add },
    { "join in a dead one's cell", 1, 1, 0, 0, 0, 0, op_add },
    { "join where an observation is half", 1, 2, 0, 0, 0, 0, op_observe },
    { "two join in one dead one's cell", 2, 2, 0, 0, 1, 0, op_add },
    { "two join in one dead one's cell, one dies", 2, 2, 0, 0, 2, 0, op_add },
    { "two observe in a dead one's cell", 2, 2, 0, 0, 1, 0, op_observe },
    { "one leaves, one joins", 2, 0, 1, 1, 1, 0, op_leave }
};

static void
warm_up(void)
{
    (void) ngx_shm_stat_add(set, w->counter, 11);
    (void) ngx_shm_stat_add(set, w->gauge, 13);
    (void) ngx_shm_stat_set(set, w->level, 17);
    (void) ngx_shm_stat_observe(set, w->histogram, 19);
}

static void
victim(void *data)
{
    (void) data;

    if (now->warm) {
        warm_up();
    }

    kill_stop();
    kill_begin();
    now->op();
    kill_end();
}

/* ---- what must be seen */

static void
note(const char *what, size_t k, const stat_seen_t *s)
{
    printf("# %s, instruction %zu: %s: counter %lld gauge %lld level %lld"
           " count %lld sum %lld\n", now->name, k, what,
           (long long) s->counter, (long long) s->gauge, (long long) s->level,
           (long long) s->count, (long long) s->sum);
}

/* What is there before the operation. */
static void
base_of(stat_seen_t *s)
{
    int  others = now->dead || now->busy;

    memset(s, 0, sizeof(*s));
    s->counter = others * 5 + now->warm * 11;
    s->gauge = others * -3 + now->warm * 13;
    s->level = now->busy * 7;
    s->count = others + now->warm + (now->dead == 2);
    s->sum = others * 50 + now->warm * 19 + (now->dead == 2) * 500;
    s->buckets[1] = others + now->warm;
    s->buckets[2] = 0;
    s->buckets[2] += now->dead == 2;
    s->names = 4;
}

/* alive: the victim stands still, has ended but for that, or is dead. */
static int
is_right(const stat_seen_t *s, int alive, int *done)
{
    stat_seen_t  base;
    int64_t      step, level;

    base_of(&base);
    *done = 0;

    if (now->op == op_add) {
        *done = s->counter != base.counter;
        base.counter += *done * STEP;
    } else if (now->op == op_gauge) {
        *done = s->gauge != base.gauge;
        base.gauge -= *done * STEP;
    } else if (now->op == op_observe) {
        *done = s->count != base.count || s->sum != base.sum;
        step = s->count - base.count;
        base.count += *done;
        base.buckets[2] += *done;
        base.sum += *done * STEP;

        if ((now->apart || alive) && step == 1 && s->sum == base.sum - STEP) {
            base.sum -= STEP;
        }
    } else if (now->op == op_define) {
        *done = s->names != base.names;
        base.names += *done;
    }

    level = base.level;

    return s->counter == base.counter && s->gauge == base.gauge
           && (s->level == level
               || (alive && now->warm
                   && (s->level == level + 17 || s->level == level + STEP)))
           && s->count == base.count && s->sum == base.sum
           && memcmp(s->buckets, base.buckets, sizeof(s->buckets)) == 0
           && s->names == base.names;
}

/* Survivors count on: all of that is added, and nothing else. */
static int
go_on(size_t k)
{
    int          i;
    stat_seen_t  was = w->seen;

    for (i = 1; i <= 2; i++) {
        if (!in_child(count_one) || !in_child(look) || w->failed) {
            note("a survivor failed", k, &w->seen);
            return 0;
        }

        if (w->seen.counter != was.counter + i
            || w->seen.gauge != was.gauge + i || w->seen.level != was.level
            || w->seen.count != was.count + i || w->seen.sum != was.sum + i
            || w->seen.buckets[0] != was.buckets[0] + i
            || w->seen.names != was.names + 1)
        {
            note("before survivors", k, &was);
            note("after them", k, &w->seen);
            return 0;
        }
    }

    return 1;
}

static void
make(void)
{
    world_make((ngx_uint_t) now->members);

    if (now->busy) {
        world_bystander();
    }

    if (now->dead) {
        world_dead_member(now->dead == 2);
    }
}

/*
 * To instruction k, 0: not.  Who joins reads of itself in /proc, which takes
 * some instructions more or less each time: then k is counted, and where it
 * leads to is not the same place in each run.
 */
static pid_t
bring(kill_trace_t *t, size_t k)
{
    pid_t  pid = kill_start(victim, NULL);

    if (pid != -1 && now->warm && kill_advance(t, pid, k) == 0) {
        return pid;
    }

    if (now->warm) {
        kill_now(pid);
        world_end();
        make();
        pid = kill_start(victim, NULL);
    }

    if (pid != -1 && kill_step(t, pid, k) == 0) {
        return pid;
    }

    kill_now(pid);
    return 0;
}

/* Another one comes by, whole, while the victim stands still; then it ends. */
static int
meet(size_t k, pid_t pid)
{
    int          status;
    stat_seen_t  was, half;

    if (!in_child(look) || w->failed) {
        return 0;
    }

    half = w->seen;

    if (!in_child(count_one) || w->failed) {
        note("the other one failed", k, &half);
        return 0;
    }

    if (now->two == 2) {
        kill_now(pid);
    } else {
        (void) ptrace(PTRACE_DETACH, pid, NULL, NULL);

        if (waitpid(pid, &status, 0) != pid || status != 0) {
            return 0;
        }
    }

    if (!in_child(look)) {
        return 0;
    }

    /* without what the other one has added, it is as it must be */
    was = w->seen;
    w->seen.counter--;
    w->seen.gauge--;
    w->seen.count--;
    w->seen.sum--;
    w->seen.buckets[0]--;
    w->seen.names--;

    if (!is_right(&w->seen, 0, &status)
        || (now->two == 1 && now->op != op_leave && !status))
    {
        note("of two", k, &w->seen);
        return 0;
    }

    w->seen = was;
    w->seen.names--;
    return 1;
}

static int
at(kill_trace_t *t, size_t k, int *done)
{
    int    ok, was;
    pid_t  pid;

    make();
    pid = bring(t, k);

    if (pid == 0) {
        printf("# %s: instruction %zu is not reached\n", now->name, k);
        world_end();
        return 0;
    }

    if (now->two) {
        ok = meet(k, pid) && go_on(k);
        world_end();
        return ok;
    }

    /* a reader beside the one that stands still, and after its death */
    ok = in_child(look) && !w->failed && is_right(&w->seen, 1, &was);

    if (!ok) {
        note("beside the living one", k, &w->seen);
    }

    kill_now(pid);
    ok = in_child(look) && !w->failed && ok && is_right(&w->seen, 0, done)
         && (was <= *done || now->op == op_observe);

    if (!ok) {
        note("read", k, &w->seen);
    }

    ok = ok && go_on(k);
    world_end();
    return ok;
}

/* Does a reader see that it was done, also after its end? */
static int
changes(const situation_t *s)
{
    return s->op != op_leave && s->op != op_set;
}

static int
run(const situation_t *s)
{
    int           ok = 1, done = 0, was = 0, flips = 0;
    pid_t         pid;
    size_t        k, points = 0, step;
    kill_trace_t  t = { NULL, NULL, 0, 0, 0, 0 };

    now = s;
    make();
    pid = kill_start(victim, NULL);

    if (pid == -1 || kill_record(&t, pid, MOST) == -1) {
        printf("# %s: cannot be recorded\n", s->name);
        ok = 0;
    }

    kill_now(pid);
    world_end();

    step = (t.last - t.first) / most + 1;

    for (k = t.first; ok && k <= t.last; k += step) {
        ok = at(&t, k, &done);
        flips += done != was;
        was = done;
        points++;
    }

    if (ok && s->warm && flips > 1) {
        printf("# %s: done and undone\n", s->name);
        ok = 0;
    }

    /* and when it has come to its end, however long that takes */
    if (ok && !s->two) {
        ok = at(&t, s->warm ? t.last : MOST, &done);

        if (changes(s) != done) {
            printf("# %s: not done at its end\n", s->name);
            ok = 0;
        }
    }

    printf("# %s: %zu instructions, %zu points\n", s->name, t.last - t.first,
           points);
    kill_trace_free(&t);
    return ok;
}

static int
wanted(const char *name, int n, char **names)
{
    int  i;

    for (i = 0; i < n; i++) {
        if (strcmp(name, names[i]) == 0) {
            return 1;
        }
    }

    return n == 0;
}

int
main(int argc, char **argv)
{
    int     c, ok, n = 0, wrong = 0;
    size_t  i;

    while ((c = getopt(argc, argv, "p:")) != -1) {
        if (c != 'p' || (most = strtoul(optarg, NULL, 10)) == 0) {
            fprintf(stderr, "stat_kill: error: wrong option; usage: stat_kill"
                    " [-p points] [situation ...]\n");
            return 2;
        }
    }

    if (!NGX_STAT_HAVE_CELLS || !kill_can_trace()) {
        printf("1..0 # SKIP no process can be stepped here\n");
        return 77;
    }

    (void) setvbuf(stdout, NULL, _IOLBF, 0);
    world_map();

    for (i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
        if (wanted(situations[i].name, argc - optind, argv + optind)) {
            ok = run(&situations[i]);
            wrong += !ok;
            printf("%sok %d - %s\n", ok ? "" : "not ", ++n,
                   situations[i].name);
        }
    }

    printf("1..%d\n", n);
    return wrong != 0;
}
