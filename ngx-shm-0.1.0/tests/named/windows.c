/*
 * windows.c - two processes call at once: one is stopped before each of its
 * system calls in turn, while another one makes a whole call; or it is killed
 * there, and others go on.
 *
 * The result of each call must be one that the table tests/named/states has for
 * a state that the other process's call leads to, or passes through.
 *
 * NGX_SHM_WINDOWS=N takes one window in N of two that call; 1 takes all.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "act.h"
#include "trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define SHARE     7             /* one window in so many */
#define MANY      8

/* A visitor's call and its result; shared with the visitor. */
typedef struct {
    int         call;
    size_t      want;           /* the size to grow to */
    char        result[32];
    ngx_uint_t  generation;
    uint64_t    id;
} visit_t;

static actor_t   a;             /* the holder, if there is one */
static visit_t  *visits;
static int       wrong, windows, share = SHARE;
static char      scene[96];     /* the case that is tried */

static int
complain(const char *words, const char *result)
{
    if (wrong++ < 20) {
        printf("# %s: %s%s\n", scene, words, result);
    }

    return 0;
}

/* ---- a visitor */

static ngx_uint_t
flags_of(int call)
{
    switch (call) {
    case CREATE:
        return NGX_SHM_CREATE;
    case EXCL:
        return NGX_SHM_CREATE|NGX_SHM_EXCL;
    case FRESH:
        return NGX_SHM_CREATE|NGX_SHM_FRESH;
    default:
        return 0;
    }
}

/* The segment must be whole, and zero where it grew, whatever its size. */
static const char *
grow_to(ngx_shm_segment_t *seg, size_t want)
{
    if (ngx_shm_grow(seg, want) != NGX_OK) {
        return act_errno(errno);
    }

    return seg->size < want ? "smaller than granted"
           : seg->addr[seg->size - 1] != 0 ? "not zero where it grew"
           : "grown";
}

static const char *
come(visit_t *v)
{
    const char         *result = "ok";
    ngx_shm_segment_t   seg;
    ngx_shm_options_t   o;

    o = named_wish(flags_of(v->call), flags_of(v->call) ? SIZE : 0);
    o.log = NULL;

    if (ngx_shm_open(&seg, named, &o) != NGX_OK) {
        return act_errno(errno);
    }

    v->generation = seg.generation;
    v->id = seg.id;

    if (seg.created) {
        result = seg.addr[0] != 0 || seg.addr[SIZE - 1] != 0 ? "not zero"
                 : seg.generation == 1 ? "made" : "again";
        act_fill(&seg, 'V');
        result = ngx_shm_ready(&seg) == NGX_OK ? result : "not ready";

    } else if (seg.addr[0] == 0 || seg.addr[0] != seg.addr[SIZE - 1]) {
        result = "not filled";

    } else if (v->call == MORE) {
        result = grow_to(&seg, v->want);
    }

    ngx_shm_close(&seg);
    return result;
}

static void
visit(void *data)
{
    visit_t     *v = data;
    const char  *result;

    result = v->call == UNLINK ? ngx_shm_unlink(named, NULL) == NGX_OK
                                 ? "ok" : act_errno(errno)
             : v->call == FORK ? grow_to(&a.seg, v->want) : come(v);
    (void) snprintf(v->result, sizeof(v->result), "%s", result);
}

/* ---- right results */

static int
succeeds(const char *result)
{
    return result[0] >= 'a' && result[0] <= 'z';
}

/* The states that a call leads to from a state, or passes through. */
static int
states_around(const char *state, int call, const char **to)
{
    int            n = 0;
    const cell_t  *cell = &table_row(state, a.kind)->cells[call];

    to[n++] = state;

    if (!succeeds(cell->result)) {
        return n;
    }

    to[n++] = cell->next;

    if (call != UNLINK && strcmp(cell->next, "idle") == 0) {
        to[n++] = "used";
    }

    if (strcmp(cell->result, "made") == 0
        || strcmp(cell->result, "again") == 0)
    {
        to[n++] = "building";
        to[n++] = "dead";
        to[n++] = "empty";
    }

    return n;
}

static int
is_allowed(const char *state, const visit_t *v, int other)
{
    int            i, n;
    const char    *to[MANY];
    const row_t   *row;

    n = states_around(state, other, to);

    for (i = 0; i < n; i++) {
        row = table_row(to[i], a.kind);

        /* With a living builder, others wait, but not for ever. */
        if (row != NULL && (i < 3 || succeeds(row->cells[v->call].result)
                            || strcmp(row->cells[v->call].result, "EEXIST")
                               == 0)
            && strcmp(row->cells[v->call].result, v->result) == 0)
        {
            return 1;
        }
    }

    return 0;
}

static int
came(const visit_t *v)
{
    return v->call != UNLINK && v->call != FORK && succeeds(v->result);
}

static int
created(const visit_t *v)
{
    return strcmp(v->result, "made") == 0 || strcmp(v->result, "again") == 0;
}

/* One maker for each memory; one memory for each generation of a name. */
static int
agree(const visit_t *p, const visit_t *q)
{
    if (p->call == UNLINK || q->call == UNLINK || !came(p) || !came(q)) {
        return 1;
    }

    if (p->generation != q->generation) {
        return created(p) || created(q);
    }

    return p->id == q->id && !(created(p) && created(q));
}

static int
may_be(const char *state, int first, int second, int look, const char *got)
{
    const row_t  *row = table_row(state, a.kind);

    row = table_row(row->cells[first].next, a.kind);
    row = row != NULL && row->cells[second].next[0] != '\0'
          ? table_row(row->cells[second].next, a.kind) : row;

    return row != NULL && strcmp(row->cells[look].result, got) == 0;
}

/* Name and holder must be as after the two calls in one order or the other. */
static void
see_the_end(const char *state, int p, int q)
{
    const char  *got = act(&a, INFO);

    if (!may_be(state, p, q, INFO, got) && !may_be(state, q, p, INFO, got)) {
        (void) complain("at the end the name is ", got);
    }

    if (act_holds(&a)) {
        got = act(&a, LINKED);

        if (!may_be(state, p, q, LINKED, got)
            && !may_be(state, q, p, LINKED, got))
        {
            (void) complain("at the end the holder is told ", got);
        }
    }
}

/* 1: the visitor got the memory from before, or a later generation. */
static int
follows(const visit_t *v, const visit_t *before)
{
    return came(v) && (v->id == before->id
                       ? v->generation == before->generation
                       : v->generation > before->generation);
}

/* Whatever happened: a newcomer is served, and in the end nothing is left. */
static void
go_on(const char *state, const visit_t *before, const pid_t *pids)
{
    visit_t  v = { CREATE, 0, "", 0, 0 };

    visit(&v);

    if (!follows(&v, before)) {
        (void) complain("then a newcomer gets ", came(&v) ? "an older one"
                                                          : v.result);
    }

    v.call = MORE;
    v.want = SIZE + 5 * STEP;

    if (a.kind != SYSV && (visit(&v), strcmp(v.result, "grown") != 0)) {
        (void) complain("then it cannot grow: ", v.result);
    }

    if (act_holds(&a)
        && (ngx_shm_refresh(&a.seg) != NGX_OK
            || a.seg.addr[0] != a.mine->mark
            || a.seg.addr[SIZE - 1] != a.mine->mark
            || a.seg.addr[a.seg.size - 1]
               != (a.seg.size == SIZE ? a.mine->mark : 0)))
    {
        (void) complain("the holder's memory is damaged in ", state);
    }

    act_end(&a);

    if (a.kind == SYSV && named_orphans(pids, 3) != 0) {
        (void) complain("memory is left that no name leads to", "");
    }
}

/* ---- one window */

static const visit_t  nothing;

static void
begin(const char *state, int kind, visit_t *before)
{
    int             i, n, way[16];
    ngx_shm_info_t  info;

    named_remember();
    act_begin(&a, kind, 0);
    n = table_path(state, kind, way, 16);

    for (i = 0; i < n; i++) {
        (void) act(&a, way[i]);
    }

    *before = nothing;

    if (ngx_shm_info(&info, named, NULL) == NGX_OK) {
        before->generation = info.generation;
        before->id = info.id;
    }

    memset(visits, 0, 2 * sizeof(*visits));
    visits[0].want = SIZE + STEP;
    visits[1].want = SIZE + 2 * STEP;
}

/* 0: there is no such window; -1: nobody may trace. */
static int
race(const char *state, int kind, int p, int q, int window)
{
    int      status = 0;
    pid_t    pids[3] = { getpid(), 0, 0 };
    visit_t  before;

    begin(state, kind, &before);
    visits[0].call = p;
    visits[1].call = q;
    pids[1] = trace_to(visit, &visits[0], window, &status);

    if (pids[1] <= 0) {
        act_end(&a);
        return (int) pids[1];
    }

    pids[2] = trace_start(visit, &visits[1]);

    if (trace_until_it_waits(pids[2], &status) == 0) {
        trace_let_go(pids[1]);
        status = trace_wait(pids[2]);
    } else {
        trace_let_go(pids[1]);
    }

    if (status != 0 || trace_wait(pids[1]) != 0) {
        (void) complain("a process died", "");
    }

    if (!is_allowed(state, &visits[0], q)) {
        (void) complain("the first is told ", visits[0].result);
    }

    if (!is_allowed(state, &visits[1], p)) {
        (void) complain("the second is told ", visits[1].result);
    }

    if (!agree(&visits[0], &visits[1])) {
        (void) complain("they do not have the same", "");
    }

    see_the_end(state, p, q);
    go_on(state, p == UNLINK || q == UNLINK ? &nothing : &before, pids);
    windows++;
    return 1;
}

static int
murder(const char *state, int kind, int p, int window)
{
    int      status = 0;
    pid_t    pids[3] = { getpid(), 0, 0 };
    visit_t  before;

    begin(state, kind, &before);
    visits[0].call = p;

    pids[1] = trace_to(visit, &visits[0], window, &status);

    if (pids[1] <= 0) {
        act_end(&a);
        return (int) pids[1];
    }

    trace_kill(pids[1]);
    go_on(state, p == UNLINK ? &nothing : &before, pids);
    windows++;
    return 1;
}

/* ---- all of them */

static const char *const  starts[] = {
    "absent", "empty", "dead", "idle", "used"
};

static const int  calls[] = { OPEN, CREATE, EXCL, FRESH, MORE, UNLINK, FORK };

#define STARTS  (sizeof(starts) / sizeof(starts[0]))
#define ALL     (sizeof(calls) / sizeof(calls[0]))

/* 0 also for calls that wait for an empty file until their time is over. */
static int
makes_sense(const char *state, int kind, int call)
{
    const char  *result = table_row(state, kind)->cells[call].result;

    return result[0] != '\0' && strcmp(result, "ENOTSUP") != 0
           && (strcmp(state, "empty") != 0 || strcmp(result, "EOWNERDEAD"));
}

static int
try_pair(const char *state, int kind, int p, int q)
{
    int         rc = 1, window, each = q != -1 ? share : 1;
    static int  first;

    /* Each pair begins at another window; deaths take all windows. */
    for (window = first++ % each; rc == 1; window += each) {
        (void) snprintf(scene, sizeof(scene), "%s: %s, %s before call %d",
                        state, call_names[p],
                        q != -1 ? call_names[q] : "killed", window);
        rc = q != -1 ? race(state, kind, p, q, window)
                     : murder(state, kind, p, window);
    }

    return rc;
}

static int
try_state(const char *state, int kind, int kill)
{
    size_t  p, q;

    for (p = 0; p < ALL; p++) {
        if (!makes_sense(state, kind, calls[p])) {
            continue;
        }

        for (q = 0; q < (kill ? 1 : ALL); q++) {
            if ((kill || makes_sense(state, kind, calls[q]))
                && try_pair(state, kind, calls[p], kill ? -1 : calls[q]) == -1)
            {
                return -1;
            }
        }
    }

    return 0;
}

static int
try_all(void)
{
    int     kind, kill, n = 0;
    size_t  s;

    static const char *kinds[] = { "posix", "file", "sysv" };

    for (kind = 0; kind < KINDS; kind++) {
        for (kill = 0; kill < 2; kill++) {
            for (s = 0; s < STARTS; s++) {
                wrong = windows = 0;

                if (try_state(starts[s], kind, kill) == -1) {
                    printf("1..0 # SKIP nobody may be traced here\n");
                    return -1;
                }

                printf("%sok %d - %s, %s, %s: %d windows\n",
                       wrong ? "not " : "", ++n, kinds[kind], starts[s],
                       kill ? "one is killed" : "two at once", windows);
                fflush(stdout);
                visits[2].call += wrong != 0;
            }
        }
    }

    printf("1..%d\n", n);
    return 0;
}

int
main(void)
{
    int  failed;

    if (getenv("NGX_SHM_WINDOWS") != NULL) {
        share = atoi(getenv("NGX_SHM_WINDOWS"));
        share = share > 0 ? share : 1;
    }

    visits = mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON, -1,
                  0);

    if (visits == MAP_FAILED || table_read() == -1 || named_begin() == -1) {
        return 1;
    }

    (void) try_all();
    failed = visits[2].call;
    failed += named_end() != 0;
    return failed != 0;
}
