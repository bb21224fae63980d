/*
 * kill.c - kill a process at each instruction of each situation.
 *
 *   kill [-e every] [-p points] [-V variants] [-j jobs] [-c churn] [-S seed]
 *        [-n nested] [-t milliseconds] [-q] [-x] [situation ...]
 *
 * -x ends a situation at its first finding, -q leaves the table out.
 *
 * Prints TAP, a line for each situation and the table of verdicts as comments;
 * the exit status is 0 if all is clean, 1 if not, 77 if nothing can be traced.
 */

#include "kill.h"
#include "tracer.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_STEPS  2000000
#define CHURN_OPS  20000

typedef struct {                    /* of one situation, from all workers */
    size_t         instructions;
    size_t         points;
    size_t         nested;
    size_t         verdicts[KILL_VERDICTS];
    size_t         healing;         /* ns, the longest */
    size_t         broken;          /* cases that could not be run */
    char           first[200];      /* the first that was not clean */
} result_t;

typedef struct {                    /* the worker's own */
    kill_world_t  *w;
    result_t      *r;
    const kill_situation_t  *s;
    unsigned char *fresh;           /* the heap just made */
    unsigned char *image;           /* and with the neighbour's part */
    kill_world_t  *ledger;          /* and the ledger then */
    kill_trace_t   trace;
    kill_trace_t   heal;
    kill_record_t  ref[2];          /* not begun, completed */
    int            job;
} bench_t;

static const char *const  words[] = {
    "clean", "hang", "crash", "check", "lost", "gained", "overlap", "damaged",
    "diverged"
};

static size_t    every = 1, budget, churn = 500, nested = 40, patience = 20000;
static unsigned  seed;
static int       jobs = 2, variants, quiet, once;


static void
usage(void)
{
    fprintf(stderr, "kill: error: wrong option; usage: kill [-e every] "
            "[-p points] [-V variants] [-j jobs] [-c churn] [-S seed] "
            "[-n nested] [-t milliseconds] [-q] [-x] [situation ...]\n");
    exit(2);
}


static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                    -1, 0);

    if (p == MAP_FAILED) {
        perror("kill: error: mmap");
        exit(2);
    }
    return p;
}


static unsigned
rnd(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}


/* Whatever happens, this process does not stay. */
static void
limit(size_t ms)
{
    struct itimerval  t = { { 0, 0 }, { 0, 0 } };

    t.it_value.tv_sec = (time_t) (ms / 1000);
    t.it_value.tv_usec = (suseconds_t) (ms % 1000 * 1000);
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);

    (void) setitimer(ITIMER_REAL, &t, NULL);
}


static void
neighbour(bench_t *b)
{
    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (b->s->others != NULL) {
        b->s->others(b->w);
    }

    for ( ;; ) {
        (void) raise(SIGSTOP);
        kill_churn(b->w, CHURN_OPS, 7);
    }
}


static void
victim(void *data)
{
    bench_t  *b = data;

    limit(60000);
    b->w->victim = getpid();
    if (b->s->setup != NULL) {
        b->s->setup(b->w);
    }

    kill_stop();
    kill_begin();
    b->s->op(b->w);
    kill_end();
}


static void
healer(void *data)
{
    bench_t  *b = data;
    void     *p;

    limit(60000);
    b->w->healer = getpid();
    kill_stop();
    kill_begin();
    p = kill_heap.alloc(64);
    if (p != NULL) {
        kill_heap.free(p);
    }
    kill_end();
}


/* A new neighbour in a fresh heap; the image is what its part left. */
static int
populate(bench_t *b)
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
    w->healer = 0;
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


static void
restore(bench_t *b)
{
    memcpy(b->w->base, b->image, b->w->size);
    memcpy(b->w, b->ledger, offsetof(kill_world_t, live));
    memcpy(b->w->live, b->ledger->live,
           (size_t) b->ledger->n * sizeof(b->ledger->live[0]));
}


static void
survivor(bench_t *b, int with_churn)
{
    kill_world_t  *w = b->w;

    limit(patience);

    if (with_churn) {
        if (kill_heap.can & KILL_EXACT && kill_heap.check() != 0) {
            w->record.verdict = KILL_CHECK;
            strcpy(w->record.why, "check, before the churn");
        }
        if (w->neighbour > 0) {
            (void) kill(w->neighbour, SIGCONT);
        }
        kill_churn(w, CHURN_OPS, 11);
        kill_now(w->neighbour);
    }

    kill_examine(w);
    _exit(0);
}


/* Let a survivor examine the world. */
static kill_record_t *
examine(bench_t *b, int with_churn)
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


static void
compare(bench_t *b, kill_record_t *rec, int exact)
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


static void
enter(bench_t *b, kill_record_t *rec, size_t k, size_t k2)
{
    result_t  *r = b->r;

    (void) __sync_fetch_and_add(&r->points, 1);
    (void) __sync_fetch_and_add(&r->verdicts[rec->verdict], 1);

    if (rec->healing > r->healing) {
        r->healing = rec->healing;
    }
    if (rec->verdict != KILL_CLEAN && r->first[0] == '\0') {
        (void) snprintf(r->first, sizeof(r->first),
                        "case %d, instruction %zu%s%.0zu: %s: %s",
                        b->w->variant, k, k2 ? ", nested " : "", k2,
                        words[rec->verdict], rec->why);
        if (k2) {
            (void) snprintf(r->first, sizeof(r->first),
                            "case %d, instruction %zu, nested %zu: %s: %s",
                            b->w->variant, k, k2, words[rec->verdict],
                            rec->why);
        }
    }
}


/* One finding is enough, if the caller says so. */
static int
found(bench_t *b)
{
    return once && b->r->first[0] != '\0';
}


static void
diverged(bench_t *b, size_t k, size_t k2)
{
    kill_record_t  *rec = &b->w->record;

    memset(rec, 0, sizeof(*rec));
    rec->verdict = KILL_DIVERGED;
    strcpy(rec->why, "the victim went another way");
    enter(b, rec, k, k2);
}


/* Kill at instruction k; the world is then as the dead left it. */
static int
strike(bench_t *b, size_t k)
{
    pid_t  pid;
    int    rc;

    restore(b);
    pid = kill_start(victim, b);
    if (pid == -1) {
        return -1;
    }

    rc = kill_advance(&b->trace, pid, k);
    kill_now(pid);
    return rc;
}


/* The operation's instructions, and the records before and after it. */
static int
measure(bench_t *b)
{
    pid_t  pid;
    int    rc;

    restore(b);
    pid = kill_start(victim, b);
    if (pid == -1) {
        return -1;
    }
    rc = kill_record(&b->trace, pid, MAX_STEPS);
    kill_now(pid);
    if (rc == -1) {
        return -1;
    }

    b->ref[1] = *examine(b, 0);
    if (strike(b, b->trace.first) == -1) {
        return -1;
    }
    b->ref[0] = *examine(b, 0);

    enter(b, &b->ref[1], b->trace.last, 0);
    enter(b, &b->ref[0], b->trace.first, 0);
    return 0;
}


/* The victim is dead: kill the one who heals at sampled instructions too. */
static void
nest(bench_t *b, size_t k, size_t points)
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

    restore(b);
    pid = kill_start(healer, b);
    rc = pid == -1 ? -1 : kill_record(&b->heal, pid, MAX_STEPS);
    kill_now(pid);
    if (rc == -1) {
        diverged(b, k, 1);
        goto done;
    }

    n = b->heal.last - b->heal.first;
    step = points == 0 || n <= points ? 1 : n / points;

    for (k2 = b->heal.first + rnd() % step; k2 <= b->heal.last
         && !found(b); k2 += step)
    {
        restore(b);
        pid = kill_start(healer, b);
        rc = pid == -1 ? -1 : kill_advance(&b->heal, pid, k2);
        kill_now(pid);
        (void) __sync_fetch_and_add(&b->r->nested, 1);
        if (rc == -1) {
            diverged(b, k, k2);
            continue;
        }
        (void) examine(b, 0);
        compare(b, &b->w->record, 0);
        enter(b, &b->w->record, k, k2);
    }

done:

    free(b->image);
    free(b->ledger);
    b->image = image;
    b->ledger = ledger;
}


static int
sweep(bench_t *b, size_t points)
{
    size_t  k, n, step, share, count = 0;

    if (found(b)) {
        return 0;
    }
    if (populate(b) == -1 || measure(b) == -1) {
        return -1;
    }

    /* Many cases are shared out whole, a few by their instructions. */
    share = b->s->variants < 2 * jobs ? (size_t) jobs : 1;
    n = b->trace.last - b->trace.first;
    step = points == 0 || n <= points ? every : n / points;
    if (b->s->nested) {
        step = n / nested + 1;
    }
    if (share == 1 || b->job == 0) {
        (void) __sync_fetch_and_add(&b->r->instructions, n);
    }

    k = b->trace.first + 1 + rnd() % step;
    k += share == 1 ? 0 : (size_t) b->job * step;
    for ( /* void */ ; k < b->trace.last && !found(b); k += step * share) {
        if (strike(b, k) == -1) {
            diverged(b, k, 0);
            continue;
        }
        if (b->s->nested) {
            nest(b, k, budget / nested + (budget != 0));
            continue;
        }

        if (churn != 0 && ++count % churn == 0) {
            (void) examine(b, 1);
            enter(b, &b->w->record, k, 0);
            if (populate(b) == -1) {
                return -1;
            }
            continue;
        }

        (void) examine(b, 0);
        compare(b, &b->w->record,
                kill_heap.can & KILL_EXACT && b->w->extra <= 1);
        enter(b, &b->w->record, k, 0);
    }

    return 0;
}


static void
work(const kill_situation_t *s, result_t *r, int job)
{
    bench_t    b;
    cpu_set_t  cpus;
    int        i, n;
    void      *base;

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    CPU_ZERO(&cpus);                /* a stop is cheapest on one processor */
    CPU_SET(job % (int) sysconf(_SC_NPROCESSORS_ONLN), &cpus);
    (void) sched_setaffinity(0, sizeof(cpus), &cpus);

    memset(&b, 0, sizeof(b));
    b.s = s;
    b.r = r;
    b.job = job;
    b.w = shared(sizeof(*b.w));
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

    n = variants == 0 || variants > s->variants ? s->variants : variants;

    for (i = 0; i < n; i++) {
        if (s->variants >= 2 * jobs && i % jobs != job) {
            continue;
        }
        b.w->variant = n == s->variants ? i
                       : (int) ((size_t) i * (size_t) s->variants / (size_t) n
                                + rnd() % (size_t) (s->variants / n));
        if (sweep(&b, budget ? budget / (size_t) n + 1 : 0) == -1) {
            (void) __sync_fetch_and_add(&r->broken, 1);
        }
    }

    kill_now(b.w->neighbour);
    exit(0);
}


static void
run(const kill_situation_t *s, result_t *r)
{
    int       i, status;
    unsigned  first = seed;

    for (i = 0; i < jobs; i++) {
        seed = first;               /* the workers share the points out */
        if (fork() == 0) {
            work(s, r, i);
        }
    }
    (void) rnd();

    while (wait(&status) > 0) {
        r->broken += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
    }
}


static int
wanted(const kill_situation_t *s, int n, char **names)
{
    int  i;

    if ((s->needs & ~kill_heap.can) != 0) {
        return 0;
    }
    for (i = 0; i < n; i++) {
        if (strcmp(names[i], s->name) == 0) {
            return 1;
        }
    }
    return n == 0;
}


static void
print_row(const char *name, result_t *r)
{
    int  i;

    printf("# %-30s %8zu %8zu", name, r->instructions, r->points);
    for (i = 0; i < KILL_VERDICTS; i++) {
        printf(" %8zu", r->verdicts[i]);
    }
    printf(" %8.1f\n", (double) r->healing / 1000);
}


static void
print_table(const kill_situation_t **list, result_t *r, int n)
{
    int       i, j;
    result_t  sum;

    memset(&sum, 0, sizeof(sum));
    printf("# killed at each instruction: %s, every %zu, seed %u\n",
           kill_heap.name, every, seed);
    printf("# %-30s %8s %8s", "situation", "instr.", "points");
    for (i = 0; i < KILL_VERDICTS; i++) {
        printf(" %8s", words[i]);
    }
    printf(" %8s\n", "heal us");

    for (i = 0; i < n; i++) {
        print_row(list[i]->name, &r[i]);
        sum.instructions += r[i].instructions;
        sum.points += r[i].points;
        for (j = 0; j < KILL_VERDICTS; j++) {
            sum.verdicts[j] += r[i].verdicts[j];
        }
        if (r[i].healing > sum.healing) {
            sum.healing = r[i].healing;
        }
    }
    print_row("all", &sum);
}


int
main(int argc, char **argv)
{
    const kill_situation_t  *s, *list[128];
    result_t                *r;
    int                      c, n = 0, i, bad = 0;

    seed = (unsigned) time(NULL) & 0xffff;
    while ((c = getopt(argc, argv, "e:p:V:j:c:S:n:t:qx")) != -1) {
        switch (c) {
        case 'e': every = strtoul(optarg, NULL, 10); break;
        case 'p': budget = strtoul(optarg, NULL, 10); break;
        case 'V': variants = atoi(optarg); break;
        case 'j': jobs = atoi(optarg); break;
        case 'c': churn = strtoul(optarg, NULL, 10); break;
        case 'S': seed = (unsigned) strtoul(optarg, NULL, 10); break;
        case 'n': nested = strtoul(optarg, NULL, 10); break;
        case 't': patience = strtoul(optarg, NULL, 10); break;
        case 'q': quiet = 1; break;
        case 'x': once = 1; break;
        default: usage();
        }
    }
    if (every < 1 || jobs < 1 || nested < 1) {
        usage();
    }

    if (!kill_can_trace()) {
        printf("1..0 # SKIP no process can be single-stepped here\n");
        return 77;
    }

    for (s = kill_situations; s->name != NULL; s++) {
        if (wanted(s, argc - optind, argv + optind)) {
            list[n++] = s;
        }
    }

    r = shared((size_t) (n + 1) * sizeof(r[0]));
    printf("1..%d\n", n);

    for (i = 0; i < n; i++) {
        (void) fflush(stdout);
        run(list[i], &r[i]);
        c = r[i].broken == 0 && r[i].points == r[i].verdicts[KILL_CLEAN];
        bad += !c;
        printf("%s %d - %s: %zu points\n", c ? "ok" : "not ok", i + 1,
               list[i]->name, r[i].points);
        if (r[i].broken != 0) {
            printf("# %zu cases could not be run\n", r[i].broken);
        }
        if (r[i].first[0] != '\0') {
            printf("# %s\n", r[i].first);
        }
    }

    if (!quiet) {
        print_table(list, r, n);
    }
    return bad != 0;
}
