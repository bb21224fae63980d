/*
 * shmcond_kill [-e EVERY] [-k KIND] [-n WORD]: kill a process at instructions
 * of wait and wake, and see that the others take all that was published.
 *
 *   -e  at each EVERY-th instruction, from a random one on; 41.  Far out, less
 *       often, unless EVERY is 1
 *   -k  with locks of one kind only
 *   -n  only situations with WORD in their name
 *
 * For each instruction a fresh queue.  Survivors sleep, the victim is stepped
 * so far and killed; if it falls asleep on the way, one more survivor lies down
 * behind it, an item is published, and it is stepped on.  What was published by
 * then, and one more item, must be taken within two seconds.
 *
 * In the last situation the victim is not killed: an item is published while it
 * stands still, and it must take the item at once, not at its next look.
 *
 * Prints TAP.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "shmcond_kill.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <time.h>
#include <unistd.h>

/* At once: before the first look, which is after 10 ms. */
#define AT_ONCE  8
#define TRIES    20

/* Killed in its sleep if so few instructions are left to go. */
#define ASLEEP  20

/* The longest way of a victim, in instructions; beyond FAR, larger steps. */
#define MOST  20000
#define FAR   800

world_t              *w;

static pid_t          survivors[2];
static int            nsurvivors, tests, failures;
static long           worst;

static void
more_survivors(int n)
{
    for ( /* void */ ; n > 0; n--) {
        survivors[nsurvivors++] = child(consume);
    }
}

static void
make(const char *kind)
{
    w = shared(sizeof(world_t));
    nsurvivors = 0;

    if (ngx_shmtx_create_kind(&w->mtx, &w->sh, NULL, kind) != NGX_OK) {
        perror("shmcond_kill: error: no lock; choose another kind");
        exit(1);
    }

    /* few pauses, or most instructions would be those */
    w->mtx.spin = 3;
}

static void
unmake(void)
{
    while (nsurvivors > 0) {
        end(survivors[--nsurvivors]);
    }

    ngx_shmtx_destroy(&w->mtx);
    (void) munmap(w, sizeof(world_t));
}

/* 1: all that is published is taken in time. */
static int
all_taken(void)
{
    long     ms;
    int64_t  start = now_us();

    do {
        nap_us(200);
        ms = (long) ((now_us() - start) / 1000);
    } while (w->head != w->tail && ms <= LIMIT);

    if (ms > worst) {
        worst = ms;
    }

    return w->head == w->tail;
}

/* The survivors get what there is, and one more. */
static int
survive(void)
{
    pid_t  pid;

    if (nsurvivors == 0) {
        more_survivors(1);
    }

    if (!all_taken()) {
        return 0;
    }

    pid = child(publish);
    reap(pid);
    return all_taken() && w->bad == 0;
}

/* It sleeps in the condition, and not for the lock, and nobody else does. */
static int
may_rouse(const situation_t *s)
{
    return s->rouse != NULL && nsurvivors == 0 && w->some.waiting == 1
           && w->head == w->tail;
}

/*
 * To instruction k.  0: it is there; 1: it has ended; 2: the other one was
 * faster, and it sleeps for good; -1: failure.
 */
static int
bring(const situation_t *s, pid_t pid, int k)
{
    int  rc = 0;

    for ( /* void */ ; k > 0 && rc == 0; k--) {
        rc = step(pid);

        if (rc != 2) {
            continue;
        }

        if (may_rouse(s)) {
            if (k <= ASLEEP) {
                return 0;
            }

            more_survivors(1);
            await_sleeping(2);
            s->rouse();

        } else if (s->rouse != NULL && w->some.waiting == 2) {
            return 2;
        }

        rc = back(pid);
    }

    return rc;
}

/* 0: well; 1, 2: well, and that was its end; -1: not well. */
static int
kill_at(const situation_t *s, int k)
{
    int    rc, ok;
    pid_t  pid;

    more_survivors(s->before);
    await_sleeping((uint32_t) s->before);
    pid = victim(s->victim);
    rc = pid == -1 ? -1 : bring(s, pid, k);

    if (rc == 0 || rc == 2) {
        end(pid);
    }

    ok = rc != -1 && survive();

    if (!ok) {
        printf("# %s, instruction %d: %u of %u taken, %ld bad, rc %d\n",
               s->name, k, (unsigned) w->head, (unsigned) w->tail, w->bad,
               rc);
    }

    return ok ? rc : -1;
}

/* The same for one that stands still, and takes the item itself. */
static int
stand_at(const situation_t *s, int k)
{
    int      rc, i;
    pid_t    pid, other;
    int64_t  us;

    pid = victim(s->victim);

    for (i = 0, rc = 0; i < k && rc == 0; i++) {
        rc = step(pid);
    }

    if (rc == 2) {
        end(pid);
        return 1;
    }

    other = child(publish);
    nap(1);                     /* it is done, or waits for the lock */
    us = now_us();
    (void) ptrace(PTRACE_DETACH, pid, NULL, NULL);
    reap(pid);
    us = now_us() - us;
    reap(other);

    return us >= AT_ONCE * 1000 ? -1 : rc;
}

static int
try_at(const situation_t *s, const char *kind, int k)
{
    int  i, rc = -1;

    if (!s->beside) {
        make(kind);
        rc = kill_at(s, k);
        unmake();
        return rc;
    }

    /* a busy machine is late now and then, and not each time */
    for (i = 0; i < TRIES && rc == -1; i++) {
        make(kind);
        rc = stand_at(s, k);
        unmake();
    }

    if (rc == -1) {
        printf("# %s, instruction %d: each time late\n", s->name, k);
    }

    return rc;
}

static void
run(const situation_t *s, const char *kind, int every)
{
    int  k, rc = 0, points = 0;

    worst = 0;

    for (k = rand() % every; k < MOST && rc == 0; /* void */ ) {
        rc = try_at(s, kind, k);
        k += k < FAR || every == 1 ? every : 5 * every;
        points++;
    }

    failures += rc == -1;
    printf("%sok %d - %s: %s (%d points, taken within %ld ms)\n",
           rc == -1 ? "not " : "", ++tests, kind, s->name, points, worst);
    (void) fflush(stdout);
}

int
main(int argc, char **argv)
{
    int          c, i, every = 41;
    ngx_uint_t   n;
    const char  *kind, *only = NULL, *word = "";

    while ((c = getopt(argc, argv, "e:k:n:")) != -1) {
        switch (c) {
        case 'e':
            every = atoi(optarg);
            break;
        case 'k':
            only = optarg;
            break;
        case 'n':
            word = optarg;
            break;
        default:
            every = 0;
        }
    }

    if (optind != argc || every < 1) {
        fprintf(stderr, "usage: shmcond_kill [-e EVERY] [-k KIND] [-n WORD]\n");
        return 2;
    }

    /* each symbol found at its first use would be a thousand instructions */
    if (getenv("LD_BIND_NOW") == NULL) {
        (void) setenv("LD_BIND_NOW", "1", 1);
        (void) execv("/proc/self/exe", argv);
    }

    make(NULL);

    if (!can_step()) {
        printf("1..0 # SKIP processes cannot be stepped here\n");
        return 0;
    }

    srand((unsigned) time(NULL));

    for (n = 0; (kind = ngx_shmtx_kind(n)) != NULL; n++) {
        for (i = 0; i < nsituations && (!only || !strcmp(only, kind)); i++) {
            if (strstr(situations[i].name, word) != NULL) {
                run(&situations[i], kind, every);
            }
        }
    }

    printf("1..%d\n", tests);
    return tests == 0 || failures != 0;
}
