/*
 * op.c - the operations that meet.
 *
 * setup is what the process did before; run is the operation.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "told.h"

#include <pthread.h>

#define FEW    24           /* points of a call that takes no lock, at most */
#define FLUSH  320          /* chunks, more than a magazine holds */

static int                mine = -1;
static pthread_t          thread;
static volatile uint32_t  thread_may_end;

static size_t
size(void)
{
    return w->c.size;
}

static int
other(void)
{
    return me == A ? B : A;
}

static unsigned
flags(void)
{
    return pair_ops[w->c.op[0]].flags | pair_ops[w->c.op[1]].flags;
}

/* In the caches of this process are some. */
static void
warm(void)
{
    int  k[3], i;

    for (i = 0; i < 3; i++) {
        k[i] = pair_put(size());
    }
    pair_drop(k[0]);
    pair_drop(k[1]);
}

static void
cold(void)
{
    pair_drop(pair_put(size() == 8 ? 16 : 8));
}

static void
have_one(void)
{
    (void) pair_put(size());
    mine = pair_put(size());
}

static uint64_t
points_of_drop(int k)
{
    pair_begin();
    pair_drop(k);
    pair_finish();
    return w->process[me].points;
}

/* The next free is one that brings chunks back to the pool. */
static void
full(void)
{
    int  k[FLUSH], n, i, last = 0, each = 0;

    for (n = 0; n < FLUSH && (size_t) n * size() < w->size / 4; n++) {
        k[n] = pair_put(size());
        if (k[n] == -1) {
            break;
        }
    }

    for (i = 0; i < n - 1; i++) {
        if (points_of_drop(k[i]) > FEW) {
            each = i - last;
            if (last != 0) {
                break;
            }
            last = i;
        }
    }

    for (n = i + each; ++i < n && i < FLUSH; ) {
        pair_drop(k[i]);
    }
    mine = i < FLUSH ? k[i] : -1;
}

static void
get(void)
{
    (void) pair_put(size());
}

static void
release(void)
{
    pair_drop(mine);
}

static void
release_others(void)
{
    pair_drop(K_X + me);
}

static void
release_same(void)
{
    pair_known_t  *c = &w->now.known[K_SAME];

    c->state = GOING;
    ngx_slab_free(pair_pool, c->p);
}

static void
release_dead(void)
{
    pair_drop(K_DEAD + me);
}

static void
to(void)
{
    pair_to(flags() & OP_FROM ? 0 : 1 + me);
}

static void
from(void)
{
    pair_from(0);
}

/* The chunk is its own, unless the other one was first. */
static void
fill(void)
{
    warm();
    pair_to(0);
}

static void
from_get(void)
{
    pair_from(0);
    (void) pair_put(size());
}

static void
to_from(void)
{
    pair_to(1 + me);
    pair_from(1 + me);
}

static void
grow(void)
{
    pair_resize(mine, 2 * size());
}

static void
shrink(void)
{
    pair_resize(mine, size() / 2);
}

static void
reap_dead(void)
{
    pair_reap(R);
}

static void
reap_living(void)
{
    pair_reap(other());
}

/* The process lives, but the thread that has chunks ends. */
static void *
second(void *data)
{
    (void) data;
    (void) pair_put(size());
    pair_drop(pair_put(size()));
    thread_may_end = 1;
    while (thread_may_end != 2) {
        futex_wait(&thread_may_end, 1, 0);
    }
    return NULL;
}

static void
two_threads(void)
{
    thread_may_end = 0;
    (void) pthread_create(&thread, NULL, second, NULL);
    while (thread_may_end == 0) {
        futex_wait(&thread_may_end, 0, 1);
    }
}

static void
end_thread(void)
{
    thread_may_end = 2;
    futex_wake(&thread_may_end);
    (void) pthread_join(thread, NULL);
    (void) pair_put(size());
}

/* Memory is short: the call takes all that can be brought together. */
static void
get_much(void)
{
    (void) pair_put(20 * PAIR_PAGE);
}

static void
check(void)
{
    if (ngx_slab_check(pair_pool) != NGX_OK) {
        pair_wrong("check, in the midst%.0ld%.0ld", 0, 0);
    }
}

static void
look(void)
{
    ngx_slab_usage_t  u;

    if (ngx_slab_usage(pair_pool, &u) != NGX_OK) {
        pair_wrong("usage failed%.0ld%.0ld", 0, 0);
    }
}

static void
mixture(void)
{
    int  a = pair_put(size()), b = pair_put(size());

    pair_drop(a);
    a = pair_put(size());
    pair_drop(b);
    pair_drop(mine);
    pair_drop(a);
}

const pair_op_t  pair_ops[] = {
    { "alloc", warm, get, 0 },
    { "alloc-cold", cold, get, 0 },
    { "free", have_one, release, 0 },
    { "free-flush", full, release, 0 },
    { "free-others", warm, release_others, 0 },
    { "free-same", warm, release_same, OP_WRONG },
    { "free-dead", warm, release_dead, OP_DEAD },
    { "to", warm, to, OP_TO },
    { "from", warm, from, OP_FROM },
    { "from-mine", fill, from, OP_FROM | OP_MINE },
    { "from+alloc", warm, from_get, OP_FROM },
    { "to+from", warm, to_from, 0 },
    { "grow", have_one, grow, 0 },
    { "shrink", have_one, shrink, 0 },
    { "reap", warm, reap_dead, OP_DEAD },
    { "reap-living", warm, reap_living, 0 },
    { "join", NULL, get, OP_FRESH },
    { "thread", two_threads, end_thread, OP_FRESH },
    { "much", warm, get_much, OP_FULL },
    { "check", warm, check, 0 },
    { "usage", warm, look, 0 },
    { "mixture", have_one, mixture, 0 },
    { NULL, NULL, NULL, 0 }
};
