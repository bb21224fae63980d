/*
 * tx_kill.c - kill a process at each instruction of a transaction.
 *
 *   tx_kill [-p points] [-d deaths] [situation ...]
 *
 *   -p  at so many instructions of each situation, spread over it; 12
 *   -d  of these, at so many a second process is killed while it recovers; 2
 *
 * After each death the next owner of the lock begins, and the referee, which
 * reads without the library, must find exactly what was there before, or what
 * is there after; the heap must be whole, every chunk have its place, and no
 * journal be left.  In some situations the victim is who recovers.  Prints TAP;
 * 77: nothing can be traced here.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_tx_journal.h"
#include "tracer.h"
#include "tx_world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LONGEST  400000         /* instructions of a section */
#define BLOB     9000

typedef struct {
    const char  *name;
    size_t       size;          /* of the pool */
    ngx_uint_t   flags;
    int          warm;          /* the victim has had a transaction before */
    int          dead;          /* 1: it finds a dead one's, 2: committed */
    int          aborts;
    void       (*op)(void);
    void       (*model)(state_t *s);
} situation_t;

#define STRANGERS  100
#define PATTERN    0xa5

/* In shared memory: what a child has to say. */
typedef struct {
    const char  *wrong;
    state_t      state;
    uintptr_t    chunk[STRANGERS];
} told_t;

static const situation_t  *now;
static told_t             *told;
static unsigned char      *snapshot;
static state_t             before, after;
static uint32_t            runs;        /* of tag 0 */
static size_t              most = 12, deaths = 2, torn, all;

static void
op_insert(void)
{
    world_insert(35, 1000, 0);
}

static void
model_35(state_t *s)
{
    model_insert(s, 35, 1000, 0);
}

static void
op_remove(void)
{
    world_remove(40);           /* has two children */
}

static void
model_40(state_t *s)
{
    model_remove(s, 40);
}

static void
op_replace(void)
{
    world_remove(20);
    world_insert(45, 7, 100);
    world_remove(60);
}

static void
model_replace(state_t *s)
{
    model_remove(s, 20);
    model_insert(s, 45, 7, 1);
    model_remove(s, 60);
}

static void
op_pages(void)
{
    world_remove(10);
    world_insert(5, 9, BLOB);
}

static void
model_pages(state_t *s)
{
    model_remove(s, 10);
    model_insert(s, 5, 9, 1);
}

static void
op_mixed(void)
{
    world_touch();
    world_insert(35, 1000, 0);
    world_remove(35);           /* its own */
    world_remove(50);
    world_touch();
}

static void
model_mixed(state_t *s)
{
    model_touch(s);
    model_remove(s, 50);
    model_touch(s);
}

/* Takes more than one page of journal. */
static void
op_long(void)
{
    int  i;

    world_remove(50);

    for (i = 0; i < 12; i++) {
        world_touch();
    }

    world_insert(45, 7, 100);
}

static void
model_long(state_t *s)
{
    int  i;

    model_remove(s, 50);

    for (i = 0; i < 12; i++) {
        model_touch(s);
    }

    model_insert(s, 45, 7, 1);
}

static void
op_nothing(void)
{
}

static void
model_nothing(state_t *s)
{
    (void) s;
}

#define MANY  ((size_t) 1 << 20)
#define FEW   ((size_t) 24 * 4096)

static const situation_t  situations[] = {
    { "insert", MANY, 0, 1, 0, 0, op_insert, model_35 },
    { "remove", MANY, 0, 1, 0, 0, op_remove, model_40 },
    { "replace", MANY, 0, 1, 0, 0, op_replace, model_replace },
    { "whole pages", MANY, 0, 1, 0, 0, op_pages, model_pages },
    { "ranges, and its own chunk", MANY, 0, 1, 0, 0, op_mixed, model_mixed },
    { "a long one", MANY, 0, 1, 0, 0, op_long, model_long },
    { "who takes back a long one is killed", MANY, 0, 1, 1, 0, op_long,
      model_nothing },
    { "abort", MANY, 0, 1, 0, 1, op_replace, model_nothing },
    { "the first of a thread", MANY, 0, 0, 0, 0, op_replace, model_replace },
    { "without magazines", MANY, NGX_SLAB_UNCACHED, 1, 0, 0, op_replace,
      model_replace },
    { "a small pool", FEW, 0, 1, 0, 0, op_pages, model_pages },
    { "who takes back is killed", MANY, 0, 1, 1, 0, op_replace,
      model_nothing },
    { "who takes back pages is killed", MANY, 0, 1, 1, 0, op_pages,
      model_nothing },
    { "who takes back its own chunk is killed", MANY, 0, 1, 1, 0, op_mixed,
      model_nothing },
    { "who finishes is killed", MANY, 0, 1, 2, 0, op_replace, model_replace },
    { "who finishes pages is killed", MANY, 0, 1, 2, 0, op_pages,
      model_pages },
    { "who takes back in a small pool is killed", FEW, 0, 1, 1, 0, op_replace,
      model_nothing },
    { "empty", MANY, 0, 1, 0, 0, op_nothing, model_nothing }
};

/* ---- the world */

static void
fatal(const char *what)
{
    perror(what);
    exit(2);
}

static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON, -1,
                    0);

    if (p == MAP_FAILED) {
        fatal("tx_kill: error: mmap");
    }

    return p;
}

/* Runs of tag 0, magazines and journals, but for those of slot 0. */
static uint32_t
count_runs(void)
{
    uint32_t     page, w, n = 0;
    ngx_heap_t  *heap = ngx_heap_of(pool);

    for (page = 0; page < heap->npages; page += ngx_heap_len(w)) {
        w = ngx_heap_table(heap)[page].word;
        n += ngx_heap_kind(w) == NGX_HEAP_RUN && ngx_heap_tag(w) == 0;
    }

    return n - (ngx_heap_slots(heap)[0].mags != 0);
}

static int
in_child(void (*fn)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        fn();
        _exit(0);
    }

    return waitpid(pid, &status, 0) == pid
           && (status == 0
               || (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL));
}

static void
fill(void)
{
    static const uintptr_t  keys[] = { 40, 20, 60, 10, 30, 50, 70, 55 };
    size_t                  i;

    for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (ngx_tx_begin(pool, &lock) != NGX_OK) {
            fatal("tx_kill: error: ngx_tx_begin");
        }
        world_insert(keys[i], keys[i] + 1, keys[i] == 10 ? BLOB
                                           : keys[i] == 60 ? 100 : 0);
        if (ngx_tx_commit(pool) != NGX_OK) {
            fatal("tx_kill: error: ngx_tx_commit");
        }
    }
}

/* Somebody changes all, and dies before or at its commit. */
static void
die_inside(void)
{
    ngx_tx_journal_t  *j;

    (void) ngx_tx_begin(pool, &lock);
    now->op();

    if (now->dead == 2) {
        j = ngx_heap_journal_of(ngx_heap_of(pool), ngx_tx_slot(pool));
        j->state = NGX_TX_COMMITTED;
    }

    (void) raise(SIGKILL);
}

static void
model_start(state_t *s)
{
    memset(s, 0, sizeof(*s));
    model_insert(s, 40, 41, 0);
    model_insert(s, 20, 21, 0);
    model_insert(s, 60, 61, 1);
    model_insert(s, 10, 11, 1);
    model_insert(s, 30, 31, 0);
    model_insert(s, 50, 51, 0);
    model_insert(s, 70, 71, 0);
    model_insert(s, 55, 56, 0);
}

/* The pool of a situation, and a copy of it, which each victim finds. */
static void
make(void)
{
    pool = shared(now->size);
    snapshot = malloc(now->size);

    if (snapshot == NULL
        || ngx_slab_create(pool, now->size, now->flags) == NULL
        || (root = ngx_slab_calloc(pool, sizeof(*root))) == NULL
        || ngx_shmtx_create(&lock, &root->lock, NULL) != NGX_OK)
    {
        fatal("tx_kill: error: the pool");
    }

    pool->log_nomem = 0;

    if (!in_child(fill) || ngx_slab_check(pool) != NGX_OK) {
        fatal("tx_kill: error: the tree");
    }

    runs = count_runs();
    model_start(&before);
    after = before;
    now->model(&after);

    if (now->dead && !in_child(die_inside)) {
        fatal("tx_kill: error: the dead one");
    }

    memcpy(snapshot, pool, now->size);
}

static void
unmake(void)
{
    free(snapshot);
    (void) munmap(pool, now->size);
}

/* ---- victims and survivors */

static void
section(void)
{
    (void) ngx_tx_begin(pool, &lock);

    if (!now->dead) {
        now->op();
    }

    (void) (now->aborts ? ngx_tx_abort(pool) : ngx_tx_commit(pool));
}

static void
warm_up(void)
{
    void  *p = ngx_slab_alloc(pool, sizeof(node_t));

    ngx_slab_free(pool, p);

    /* a journal, in which there are old records */
    if (!now->dead) {
        (void) ngx_tx_begin(pool, &lock);
        world_insert(33, 1, 0);
        (void) ngx_tx_commit(pool);
        (void) ngx_tx_begin(pool, &lock);
        world_remove(33);
        (void) ngx_tx_commit(pool);
    }
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
    section();
    kill_end();
}

/* Who recovers; stepped, and killed in it. */
static void
second(void *data)
{
    (void) data;
    warm_up();
    kill_stop();
    kill_begin();
    (void) ngx_tx_begin(pool, &lock);
    (void) ngx_tx_commit(pool);
    kill_end();
}

static void
survive(void)
{
    if (ngx_tx_begin(pool, &lock) == NGX_ERROR) {
        told->wrong = "the next owner cannot begin";
        return;
    }

    told->wrong = referee_read(pool, now->size, root, &told->state);

    if (ngx_tx_commit(pool) != NGX_OK) {
        told->wrong = "the next owner cannot commit";
    }
}

/* Another one goes on. */
static void
use(void)
{
    told->wrong = "the next transaction fails";

    if (ngx_tx_begin(pool, &lock) == NGX_OK) {
        world_insert(33, 1, 100);

        if (ngx_tx_commit(pool) == NGX_OK
            && ngx_tx_begin(pool, &lock) == NGX_OK)
        {
            world_remove(33);
            told->wrong = ngx_tx_commit(pool) == NGX_OK ? NULL : told->wrong;
        }
    }
}

/*
 * Who allocates without the lock, between a death and the recovery, gets no
 * chunk that a recovery will touch.
 */
static void
stranger(void)
{
    int    i;
    void  *p;

    for (i = 0; i < STRANGERS; i++) {
        p = ngx_slab_alloc(pool, sizeof(node_t));
        told->chunk[i] = ngx_slab_offset(pool, p);
        if (p != NULL) {
            memset(p, PATTERN, sizeof(node_t));
        }
    }
}

/* 1: nobody has written to the stranger's chunks, which are freed. */
static int
is_untouched(void)
{
    int             i, ok = 1;
    size_t          n;
    unsigned char  *p;

    for (i = 0; i < STRANGERS; i++) {
        p = ngx_slab_pointer(pool, told->chunk[i]);
        for (n = 0; p != NULL && n < sizeof(node_t); n++) {
            ok &= p[n] == PATTERN;
        }
        if (p != NULL) {
            ngx_slab_free(pool, p);
        }
    }

    return ok;
}

static int
bad(size_t k, const char *what)
{
    printf("# %s, instruction %zu: %s\n", now->name, k, what);
    return 0;
}

static size_t
blobs(const state_t *s)
{
    size_t  i, n = 0;

    for (i = 0; i < s->n; i++) {
        n += s->blob[i];
    }

    return n;
}

/* What the survivors find; done: the state is the one after. */
static int
judge(size_t k, int *done)
{
    state_t           s;
    ngx_slab_usage_t  u;

    torn += referee_read(pool, now->size, root, &s) != NULL;

    if (!in_child(stranger)) {
        return bad(k, "who does not take the lock cannot allocate");
    }

    told->wrong = "the next owner ended";
    if (!in_child(survive) || told->wrong != NULL) {
        return bad(k, told->wrong);
    }

    if (!is_untouched()) {
        return bad(k, "a chunk of somebody else is written to");
    }

    s = told->state;
    *done = referee_same(&s, &after);

    if (!*done && !referee_same(&s, &before)) {
        return bad(k, "neither the state before nor the one after");
    }
    if (now->dead == 2 && !*done) {
        return bad(k, "what was committed is taken back");
    }
    if (ngx_slab_check(pool) != NGX_OK) {
        return bad(k, "the heap is not whole");
    }
    if (ngx_slab_usage(pool, &u) != NGX_OK
        || u.chunks != 1 + s.n + blobs(&s))
    {
        return bad(k, "a chunk is lost, or too much is freed");
    }
    if (count_runs() != runs) {
        return bad(k, "a journal is left, or magazines");
    }

    /* and it can be used */
    if (!in_child(use) || told->wrong != NULL) {
        return bad(k, "the next transaction fails");
    }
    s = told->state;
    if (referee_read(pool, now->size, root, &s) != NULL
        || !referee_same(&s, &told->state))
    {
        return bad(k, "the next transaction is torn");
    }

    return 1;
}

/* After a death at k: another one recovers, and dies after so many steps. */
static int
second_death(kill_trace_t *t, size_t steps)
{
    pid_t  pid = kill_start(second, NULL);

    if (pid == -1 || kill_step(t, pid, steps) == -1) {
        return 0;
    }

    kill_now(pid);
    return 1;
}

/*
 * A victim before instruction k.  What it does depends on the digits of pids
 * in some situations; then it is stepped all the way.
 */
static pid_t
bring(kill_trace_t *t, size_t k)
{
    pid_t  pid;

    memcpy(pool, snapshot, now->size);
    pid = kill_start(victim, NULL);

    if (pid == -1 || (k <= t->last && kill_advance(t, pid, k) == 0)) {
        return pid;
    }

    kill_now(pid);
    memcpy(pool, snapshot, now->size);
    pid = kill_start(victim, NULL);

    if (pid != -1 && kill_step(t, pid, k) == -1) {
        kill_now(pid);
        pid = -1;
    }

    return pid;
}

static int
at(kill_trace_t *t, size_t k, size_t steps, int *done)
{
    pid_t  pid = bring(t, k);

    if (pid == -1) {
        return bad(k, "not reached");
    }

    kill_now(pid);

    if (steps != 0 && !second_death(t, steps)) {
        return bad(k, "the second one is not reached");
    }

    return judge(k, done);
}

static int
points_of(kill_trace_t *t, size_t *points)
{
    int     done = 0, was = 0, flips = 0;
    size_t  k, n = 0, steps, step = (t->last - t->first) / most + 1;

    for (k = t->first; k <= t->last; k += step) {
        steps = 0;

        /* spread over the recovery, which is about as long */
        if (deaths != 0 && n++ % (most / deaths + 1) == most / deaths / 2) {
            steps = 1 + (size_t) rand() % 4000;
        }

        if (!at(t, k, steps, &done)) {
            return 0;
        }

        flips += done != was;
        was = done;
        ++*points;
    }

    if (!referee_same(&before, &after) && now->warm && !now->dead && flips > 1)
    {
        return bad(0, "done and undone");
    }

    /* and when it has come to its end, however long that takes */
    return at(t, now->warm && !now->dead ? t->last : LONGEST, 0, &done)
           && (done || bad(t->last, "not done at its end"));
}

static int
run(const situation_t *s)
{
    int           ok = 1;
    pid_t         pid;
    size_t        points = 0;
    kill_trace_t  t = { NULL, NULL, 0, 0, 0, 0 };

    now = s;
    torn = 0;
    make();
    pid = kill_start(victim, NULL);

    if (pid == -1 || kill_record(&t, pid, LONGEST) == -1) {
        ok = bad(0, "cannot be recorded");
    }

    kill_now(pid);
    ok = ok && points_of(&t, &points);

    all += torn;
    printf("# %s: %zu instructions, %zu points, torn before the recovery"
           " %zu\n", s->name, t.last - t.first, points, torn);
    kill_trace_free(&t);
    unmake();
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

    while ((c = getopt(argc, argv, "p:d:")) != -1) {
        if (c == 'p' && (most = strtoul(optarg, NULL, 10)) != 0) {
            continue;
        }
        if (c == 'd') {
            deaths = strtoul(optarg, NULL, 10);
            continue;
        }
        fprintf(stderr, "tx_kill: error: wrong option; usage: tx_kill"
                " [-p points] [-d deaths] [situation ...]\n");
        return 2;
    }

    if (!NGX_LOCK_HAVE_WORD || !kill_can_trace()) {
        printf("1..0 # SKIP no process can be stepped here\n");
        return 77;
    }

    (void) setvbuf(stdout, NULL, _IOLBF, 0);
    told = shared(sizeof(*told));

    for (i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
        if (wanted(situations[i].name, argc - optind, argv + optind)) {
            ok = run(&situations[i]);
            wrong += !ok;
            printf("%sok %d - %s\n", ok ? "" : "not ", ++n,
                   situations[i].name);
        }
    }

    /* else the referee sees nothing */
    if (optind == argc) {
        wrong += all == 0;
        printf("%sok %d - the dead have left something torn\n",
               all == 0 ? "not " : "", ++n);
    }

    printf("1..%d\n", n);
    return wrong != 0;
}
