/*
 * pair.c - two processes at once, in all orders, and one of them killed.
 *
 *   pair [-n schedules] [-w orders] [-t seconds] [-S seed] [-j jobs]
 *        [-f state] [-c case] [-r plan] [-x] [-q] [-l]
 *
 * -n is of all cases together, about; a case that has no more than -w orders
 * of two stops gets all of them.  -c takes those whose name has this in it; -r
 * does one plan, as printed with a finding; -f keeps what was done, and goes
 * on from there; -x ends a case with its first finding, -q all; -l lists the
 * cases.  Prints TAP; the exit status is 0 if all is clean, 1 if not.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "pair.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CASES     8192
#define PAIR_BIG  (1024 * 1024)

static struct {
    unsigned long  n;
    unsigned long  whole;
    unsigned long  seconds;
    unsigned long  seed;
    int            jobs;
    int            once;
    int            first;
    const char    *state;
    const char    *match;
    const char    *plan;
} o = { 20000, 0, 0, 0, 2, 0, 0, NULL, NULL, NULL };

const pair_pool_t  pair_pools[] = {
    { 256 * 1024, 0, 0 },           /* a slot with caches for everybody */
    { 64 * 1024, 0, 1 },            /* no caches, three slots */
    { 128 * 1024, 0, 1 },           /* caches, but three slots */
    { 256 * 1024, 1, 0 },           /* NGX_SLAB_COMPAT */
    { 256 * 1024, 4, 0 },           /* NGX_SLAB_DEBUG */
    { 2304 * 1024, 0, 0 },          /* pages are cached, too */
    { 0, 0, 0 }
};
const uint32_t  pair_sizes[] = { 64, 24, 1500, PAIR_PAGE, 5 * PAIR_PAGE, 0 };

static pair_case_t   cases[CASES];
static int           ncases;
static pair_totals_t  *totals;
static char          done[CASES];
static time_t        end;

void
pair_name(const pair_case_t *c, char *text, size_t size)
{
    (void) snprintf(text, size, "%s|%s/%u/%uK/%u", pair_ops[c->op[0]].name,
                    pair_ops[c->op[1]].name, c->size,
                    pair_pools[c->pool].size / 1024,
                    pair_pools[c->pool].flags);
}

static void
add_case(int i, int j, uint32_t size, int pool)
{
    char          name[80];
    pair_case_t  *c = &cases[ncases];

    c->op[0] = i;
    c->op[1] = j;
    c->size = size;
    c->pool = pool;
    pair_name(c, name, sizeof(name));

    if (ncases < CASES && (o.match == NULL || strstr(name, o.match) != NULL)) {
        ncases++;
    }
}

/* All sizes in the first pool, some in others, pages where they are cached. */
static int
fits(uint32_t size, int pool, int n)
{
    if (pool == 0) {
        return 1;
    }
    if (pair_pools[pool].size > PAIR_BIG) {
        return size == PAIR_PAGE;
    }
    return n % 2 == 0 && size <= PAIR_PAGE;
}

static void
list_cases(void)
{
    int  i, j, s, p;

    for (p = 0; pair_pools[p].size != 0; p++) {
        for (s = 0; pair_sizes[s] != 0; s++) {
            if (!fits(pair_sizes[s], p, s)) {
                continue;
            }
            for (i = 0; pair_ops[i].name != NULL; i++) {
                for (j = i; pair_ops[j].name != NULL; j++) {
                    add_case(i, j, pair_sizes[s], p);
                }
            }
        }
    }
}

static void
add(const pair_totals_t *t)
{
    (void) __sync_fetch_and_add(&totals->schedules, t->schedules);
    (void) __sync_fetch_and_add(&totals->killed, t->killed);
    (void) __sync_fetch_and_add(&totals->findings, t->findings);
    (void) __sync_fetch_and_add(&totals->cases, t->cases);
    (void) __sync_fetch_and_add(&totals->whole, t->whole);
    (void) __sync_fetch_and_add(&totals->bad, t->bad);
}

/* One line for each case that is done. */
static void
note(int number, const pair_totals_t *t)
{
    char  line[160], name[80];
    int   n, fd;

    add(t);
    if (o.state == NULL) {
        return;
    }

    fd = open(o.state, O_WRONLY|O_APPEND|O_CREAT, 0644);
    pair_name(&cases[number], name, sizeof(name));
    n = snprintf(line, sizeof(line), "%lu %s %lu %lu %lu %lu\n", o.seed, name,
                 t->schedules, t->killed, t->findings, t->whole);
    if (fd == -1 || write(fd, line, (size_t) n) == -1) {
        pair_give_up("cannot write the state file");
    }
    (void) close(fd);
}

/* Cases that a run with this state file has done; its seed goes on. */
static void
resume(void)
{
    FILE           *f = o.state == NULL ? NULL : fopen(o.state, "r");
    char            name[80], known[80];
    unsigned long   seed;
    int             i;
    pair_totals_t        t = { 0, 0, 0, 1, 0, 0 };

    while (f != NULL
           && fscanf(f, "%lu %79s %lu %lu %lu %lu", &seed, name, &t.schedules,
                     &t.killed, &t.findings, &t.whole) == 6)
    {
        for (i = 0; i < ncases; i++) {
            pair_name(&cases[i], known, sizeof(known));
            if (!done[i] && strcmp(name, known) == 0) {
                o.seed = seed;
                done[i] = 1;
                t.bad = t.findings != 0;
                add(&t);
            }
        }
    }
    if (f != NULL) {
        (void) fclose(f);
    }
}

static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                    -1, 0);

    if (p == MAP_FAILED) {
        pair_give_up("no memory");
    }
    return p;
}

static void
prepare(void)
{
    int     i;
    size_t  most = 0;

    for (i = 0; pair_pools[i].size != 0; i++) {
        most = pair_pools[i].size > most ? pair_pools[i].size : most;
    }

    w = shared(sizeof(*w));
    w->base = shared(most);
}

/* Cases are taken in an order that the seed gives, each by one worker. */
static void
work(int job, const int *order, volatile int *next)
{
    int             i;
    uint64_t        dice;
    unsigned long   each = o.n / (unsigned long) ncases + 1;
    cpu_set_t       cpus;
    pair_totals_t   t;

    CPU_ZERO(&cpus);                /* to go on is cheapest on one processor */
    CPU_SET(job % (int) sysconf(_SC_NPROCESSORS_ONLN), &cpus);
    (void) sched_setaffinity(0, sizeof(cpus), &cpus);
    prepare();

    while ((i = __sync_fetch_and_add(next, 1)) < ncases) {
        if (done[order[i]]) {
            continue;
        }
        if ((end != 0 && time(NULL) >= end) || (o.first && totals->bad != 0)) {
            break;
        }
        dice = (o.seed + 1) * 0x9e3779b97f4a7c15ull + (uint64_t) order[i] * 977;
        pair_seed(dice);
        pair_case(&cases[order[i]], each, o.whole, o.once, &t);
        note(order[i], &t);
    }
    exit(0);
}

static int
run_all(void)
{
    static int      order[CASES];
    volatile int   *next = shared(sizeof(*next));
    int             i, j, t, status, broken = 0;
    time_t          begun = time(NULL);

    pair_seed(o.seed * 2 + 0x2545f4914f6cdd1dull);
    for (i = 0; i < ncases; i++) {
        j = (int) pair_roll((uint32_t) i + 1);
        order[i] = order[j];
        order[j] = i;
    }
    end = o.seconds != 0 ? begun + (time_t) o.seconds : 0;

    for (i = 0; i < o.jobs; i++) {
        t = fork();
        if (t == 0) {
            work(i, order, next);
        }
    }
    while (wait(&status) > 0) {
        broken += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }

    printf("# %lu schedules, %lu with a death, of %lu of %d cases, all orders "
           "of two stops of %lu; seed %lu, %lu seconds\n",
           totals->schedules, totals->killed, totals->cases, ncases,
           totals->whole, o.seed, (unsigned long) (time(NULL) - begun));
    printf("%s 1 - two processes at once, %lu findings in %lu cases\n1..1\n",
           totals->findings == 0 && broken == 0 ? "ok" : "not ok",
           totals->findings, totals->bad);
    return totals->findings != 0 || broken != 0;
}

static int
run_plan(void)
{
    pair_plan_t  plan;

    if (ncases != 1 || pair_parse(o.plan, &plan) == -1) {
        pair_give_up("-r needs a plan and the whole name of one case");
    }
    prepare();
    if (pair_again(&cases[0], &plan)) {
        printf("# nothing found\n");
        return 0;
    }
    return 1;
}

static void
options(int argc, char **argv)
{
    int  c;

    o.seed = (unsigned long) time(NULL) & 0xffffff;

    while ((c = getopt(argc, argv, "n:w:t:S:j:f:c:r:xql")) != -1) {
        switch (c) {
        case 'n': o.n = strtoul(optarg, NULL, 10); break;
        case 'w': o.whole = strtoul(optarg, NULL, 10); break;
        case 't': o.seconds = strtoul(optarg, NULL, 10); break;
        case 'S': o.seed = strtoul(optarg, NULL, 10); break;
        case 'j': o.jobs = atoi(optarg); break;
        case 'f': o.state = optarg; break;
        case 'c': o.match = optarg; break;
        case 'r': o.plan = optarg; break;
        case 'x': o.once = 1; break;
        case 'q': o.first = o.once = 1; break;
        case 'l': o.jobs = 0; break;
        default: pair_give_up("wrong option; see the head of pair.c");
        }
    }
}

int
main(int argc, char **argv)
{
    int   i;
    char  name[80];

    options(argc, argv);
    list_cases();
    if (ncases == 0) {
        pair_give_up("no such case");
    }
    if (o.jobs == 0) {
        for (i = 0; i < ncases; i++) {
            pair_name(&cases[i], name, sizeof(name));
            printf("%s\n", name);
        }
        return 0;
    }

    totals = shared(sizeof(*totals));
    if (o.plan != NULL) {
        return run_plan();
    }
    resume();
    return run_all();
}
