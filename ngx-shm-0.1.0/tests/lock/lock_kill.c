/*
 * lock_kill [-a] [-e EVERY] [-s KILLS] [-k KIND|rwlock] [-n WORD]: kill a
 * process at each instruction of each operation of the locks, and see that the
 * others go on and are told.  -k: of one kind only; -n: only situations with
 * WORD in their name.
 *
 * For each k a fresh world: the victim is stepped k instructions and killed,
 * and, every other time, left a zombie.  Then the survivors, one of them often
 * asleep in the lock all the while, must get the lock within 100 ms, and just
 * one of them must be told of the death if the victim had the lock.
 *
 * With -a each instruction is taken (each seventh in the first lock of a child,
 * which reads files under /proc, and where a read-write lock is inherited after
 * a long spin), and with -e each EVERY-th of these, from a random one on; else
 * a sample, which is another one each time.
 * Afterwards workers, eight at a time, are killed at KILLS random moments.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "lock_kill.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

world_t              *w;
ngx_rwlock_t         *rw;
unsigned              seed;

static const char    *word = "";    /* in the names of situations to run */
static int            every = 1;
static int            tests, failures, worst, late;

void
make(const char *kind)
{
    ngx_memzero(w, sizeof(world_t));
    rw = (ngx_rwlock_t *) (void *) w->rw;

    if (ngx_shmtx_create_kind(&w->mtx, &w->sh, NULL, kind) != NGX_OK
        || ngx_shmtx_create_kind(&w->warm, &w->other, NULL, kind) != NGX_OK
        || ngx_rwlock_create(rw, SLOTS) != NGX_OK)
    {
        perror("lock_kill: error: no locks; choose another kind");
        exit(1);
    }

    /* few pauses, or most instructions would be those */
    w->mtx.spin = 3;
}

void
unmake(void)
{
    ngx_shmtx_destroy(&w->mtx);
    ngx_shmtx_destroy(&w->warm);
}

/* The parent takes the lock twice; returns the time of the first. */
static int
take_twice(const situation_t *s)
{
    int        i;
    int64_t    start = ngx_lock_now() / 1000, end = start;
    ngx_int_t  rc;

    for (i = 0; i < 2; i++) {
        rc = s->rw ? ngx_rwlock_wlock_ex(rw, LONG)
                   : ngx_shmtx_lock_ex(&w->mtx, LONG);

        if (i == 0) {
            end = ngx_lock_now() / 1000;
        }

        survive(rc);

        if (s->rw) {
            (void) ngx_rwlock_unlock_ex(rw);
        } else {
            ngx_shmtx_unlock(&w->mtx);
        }
    }

    return (int) (end - start);
}

/* How many survivors must be told: 1 or 0 exactly, or (-1) at most one. */
static int
due(const situation_t *s, int own, int in)
{
    if (in || own == 1) {
        return 1;
    }

    if (s->dead && !w->heir) {
        return 1;
    }

    return own == 0 ? 0 : -1;
}

/*
 * 0: well; 1: well, and the victim only sleeps from here on; 2: well, and it
 * has ended; -1: not well; -2: only late.
 */
static int
try_at(const situation_t *s, const char *kind, int k)
{
    int    ms, expect, rc, own = 0, in = 0, zombie = ZOMBIES ? k & 1 : 0;
    pid_t  pid, by = 0;

    make(kind);

    if (s->dead) {
        bury(child(s->rw ? die_writing : die_with_lock));
    }

    if (s->bystander != NULL) {
        by = child(s->bystander);

        if (s->holds) {
            await(&w->ready, 1);
        }
    }

    pid = victim(s->victim, s->cold);
    rc = step_and_kill(s, pid, k, zombie, &own, &in);

    expect = due(s, own, in);
    w->release = 1;
    ms = take_twice(s);

    if (by != 0) {
        bury(by);
    }

    if (rc > 0 && zombie) {
        bury(pid);
    }

    unmake();

    if (ms > worst && ms <= LIMIT && rc > 0) {
        worst = ms;
    }

    if (rc == 0) {
        return 2;
    }

    if (rc == -1 || w->bad != 0 || w->told > 1
        || (expect != -1 && w->told != expect))
    {
        printf("# %s, instruction %d: %ld told instead of %d, %ld bad, rc "
               "%d\n", s->name, k, w->told, expect, w->bad, rc);
        return -1;
    }

    return ms > LIMIT ? -2 : rc - 1;
}

/*
 * A loaded machine lets a plain sleep last a second longer now and then.  A
 * survivor that is late because of the lock is late each time.
 */
static int
try_at_patiently(const situation_t *s, const char *kind, int k)
{
    int  i, rc = 0;

    for (i = 0; i < 10; i++) {
        rc = try_at(s, kind, k);

        if (rc != -2) {
            return rc;
        }

        late++;
    }

    printf("# %s, instruction %d: a survivor needed over %d ms each time\n",
           s->name, k, LIMIT);
    return -1;
}

/* Most windows are at the beginning; far out there are long loops. */
static int
stride(const situation_t *s, int k, int all)
{
    if (all) {
        return (s->cold || (s->rw && s->dead) ? 7 : 1) * every;
    }

    return s->cold ? 1999 : k < 300 ? 53 : k < 1000 ? 199 : 997;
}

static void
run(const situation_t *s, const char *kind, int all)
{
    int  k, rc = 0, kills = 0, last = 0;

    worst = 0;
    late = 0;
    k = rand_r(&seed) % stride(s, 0, all);

    for ( /* void */ ; k < s->most; k += stride(s, k, all)) {
        rc = try_at_patiently(s, kind, k);

        if (rc < 0 || rc == 2) {
            break;
        }

        kills++;
        last = k;

        if (rc == 1) {
            break;
        }
    }

    failures += rc < 0;
    printf("%sok %d - %s: %s (%d kills, to instruction %d, survivors within "
           "%d ms, %d repeated)\n", rc < 0 ? "not " : "", ++tests,
           kind != NULL ? kind : "rwlock", s->name, kills, last, worst, late);
    (void) fflush(stdout);
}

/* kind NULL: the read-write lock. */
static void
run_all(const char *kind, int all, int kills)
{
    int  i;

    for (i = 0; i < nsituations; i++) {
        if (situations[i].rw == (kind == NULL)
            && strstr(situations[i].name, word) != NULL)
        {
            run(&situations[i], kind, all);
        }
    }

    if (kills != 0 && strstr("storm", word) != NULL) {
        failures += !storm(++tests, kind, kills);
    }
}

static int
usage(void)
{
    fprintf(stderr, "usage: lock_kill [-a] [-e EVERY] [-s KILLS] "
            "[-k KIND|rwlock] [-n WORD]\n");
    return 2;
}

int
main(int argc, char **argv)
{
    int          c, all = 0, kills = 60;
    ngx_uint_t   n;
    const char  *kind, *only = NULL;

    while ((c = getopt(argc, argv, "ae:s:k:n:")) != -1) {
        switch (c) {
        case 'a':
            all = 1;
            break;
        case 'e':
            every = atoi(optarg);
            break;
        case 's':
            kills = atoi(optarg);
            break;
        case 'k':
            only = optarg;
            break;
        case 'n':
            word = optarg;
            break;
        default:
            return usage();
        }
    }

    if (optind != argc || every < 1) {
        return usage();
    }

    /* each symbol found at its first use would be a thousand instructions */
    if (getenv("LD_BIND_NOW") == NULL) {
        (void) setenv("LD_BIND_NOW", "1", 1);
        (void) execv("/proc/self/exe", argv);
    }

    w = shared(sizeof(world_t));

    if (!can_step()) {
        printf("1..0 # SKIP processes cannot be stepped here\n");
        return 0;
    }

    seed = (unsigned) time(NULL);
    printf("# seed %u\n", seed);

    for (n = 0; ngx_shmtx_kind(n) != NULL; n++) {
        kind = ngx_shmtx_kind(n);

        if (only == NULL || strcmp(only, kind) == 0) {
            run_all(kind, all, kills);
        }
    }

    if (only == NULL || strcmp(only, "rwlock") == 0) {
        run_all(NULL, all, kills);
    }

    printf("1..%d\n", tests);
    return failures != 0;
}
