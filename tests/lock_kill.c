/*
 * lock_kill [-a] [-s KILLS] [-k KIND] [-n WORD]: kill a process at each instruction of
 * each operation of the locks, and see that the others go on and are told.
 *
 * For each k a fresh world: the victim is stepped k instructions and killed,
 * and, every other time, left a zombie.  Then the survivors, one of them often
 * asleep in the lock all the while, must get the lock within 100 ms, and just
 * one of them be told of the death if the victim had the lock.
 *
 * With -a each instruction is taken (each seventh of the first lock of a child,
 * which reads files under /proc, and where a read-write lock is inherited after
 * a long spin), else a sample; another one each time.
 * Afterwards so many (-s) of eight workers are killed at random moments.
 */

#include "ngx_auto_config.h"

#include "ngx_rwlock.h"
#include "ngx_lock_word.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Are the dead seen before their parent has asked for them? */
#define ZOMBIES  (NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME)

#define SLOTS    4
#define WORKERS  8
#define LIMIT    100        /* ms a survivor may need */
#define HANG     60000      /* ms after which a worker is said to hang */

typedef struct {
    ngx_shmtx_sh_t   sh, other;
    ngx_shmtx_t      mtx, warm;
    volatile long    a, b;          /* equal if nobody died in between */
    volatile int     in;            /* the victim has the lock for sure */
    volatile int     heir;          /* it was told, and has left the lock */
    volatile int     ready;         /* the bystander has got so far */
    volatile int     release;       /* the bystander may leave the lock */
    volatile long    told, bad, hung, error, turns, late;
    unsigned char    rw[2048] __attribute__((aligned(64)));
} world_t;

typedef struct {
    const char  *name;
    void       (*victim)(void);
    void       (*bystander)(void);  /* lives on, from before the kill */
    int          dead;              /* 1: an owner died before */
    int          rw;                /* of the read-write lock */
    int          most;              /* instructions; a wait has no end */
    int          cold;              /* the thread's first lock ever */
} situation_t;

static world_t       *w;
static ngx_rwlock_t  *rw;
static const char    *kind;
static const char    *word = "";    /* in the name of what is run */
static int            tests, failures, worst, late;
static unsigned       seed;

static void
nap(long us)
{
    struct timespec  ts = { us / 1000000, us % 1000000 * 1000 };

    (void) nanosleep(&ts, NULL);
}

static int
usable(ngx_int_t rc)
{
    return rc == NGX_OK || rc == NGX_SHMTX_OWNER_DIED;
}

/* ---- what holders do */

static void
change(ngx_int_t rc)
{
    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->b = w->a;
    }

    w->in = 1;
    w->a++;
    w->b++;
    w->in = 0;

    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->heir = 1;
    }
}

static void
v_nothing(void)
{
}

static void
v_lock(void)
{
    change(ngx_shmtx_lock_ex(&w->mtx, -1));
    ngx_shmtx_unlock(&w->mtx);
}

static void
v_trylock(void)
{
    if (ngx_shmtx_trylock(&w->mtx)) {
        change(NGX_OK);
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
v_timed(void)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(&w->mtx, 25);

    if (usable(rc)) {
        change(rc);
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
hook(ngx_shmtx_t *mtx, void *data)
{
    (void) mtx;
    (void) data;
    w->b = w->a;
}

static void
v_hook(void)
{
    w->mtx.recover = hook;
    ngx_shmtx_lock(&w->mtx);
    w->mtx.recover = NULL;
    change(NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&w->mtx);
}

static void
v_again(void)
{
    ngx_shmtx_lock(&w->mtx);
    w->in = 1;
    ngx_shmtx_lock(&w->mtx);
    ngx_shmtx_unlock(&w->mtx);
    w->in = 0;
    ngx_shmtx_unlock(&w->mtx);
}

static void
v_force(void)
{
    ngx_shmtx_stat_t  st;

    ngx_shmtx_stat(&w->mtx, &st);
    (void) ngx_shmtx_force_unlock(&w->mtx, st.pid);
}

static void
v_write(void)
{
    ngx_int_t  rc = ngx_rwlock_wlock_ex(rw, -1);

    if (usable(rc)) {
        change(rc);
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

static void
v_read(void)
{
    ngx_int_t  rc = ngx_rwlock_rlock_ex(rw, -1);

    if (rc == NGX_SHMTX_OWNER_DIED) {
        change(rc);
    }

    if (usable(rc)) {
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

static void
v_downgrade(void)
{
    ngx_int_t  rc = ngx_rwlock_wlock_ex(rw, -1);

    change(rc);
    (void) ngx_rwlock_downgrade_ex(rw);
    (void) ngx_rwlock_unlock_ex(rw);
}

/* ---- what bystanders do: they live, and must get on */

static void
survive(ngx_int_t rc)
{
    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->told++;
        w->b = w->a;
    }

    if (!usable(rc) || w->a != w->b) {
        w->bad++;
    }
}

static void
b_wait(void)
{
    ngx_int_t  rc;

    /* come when the victim has it, or is dead and the parent says so */
    while (!w->in && !w->release) {
        nap(100);
    }

    rc = ngx_shmtx_lock_ex(&w->mtx, 2000);
    survive(rc);
    ngx_shmtx_unlock(&w->mtx);
}

static void
b_hold(void)
{
    ngx_shmtx_lock(&w->mtx);
    w->ready = 1;

    while (!w->release) {
        nap(200);
    }

    ngx_shmtx_unlock(&w->mtx);
}

static void
b_write(void)
{
    (void) ngx_rwlock_wlock_ex(rw, -1);
    w->ready = 1;

    while (!w->release) {
        nap(200);
    }

    (void) ngx_rwlock_unlock_ex(rw);
}

static void
b_read(void)
{
    (void) ngx_rwlock_rlock_ex(rw, -1);
    w->ready = 1;

    while (!w->release) {
        nap(200);
    }

    (void) ngx_rwlock_unlock_ex(rw);
}

static void
b_wait_read(void)
{
    ngx_int_t  rc;

    while (!w->in && !w->release) {
        nap(100);
    }

    rc = ngx_rwlock_rlock_ex(rw, 2000);
    survive(rc);
    (void) ngx_rwlock_unlock_ex(rw);
}

static const situation_t  situations[] = {
    { "lock, unlock",           v_lock,      NULL,        0, 0, 4000, 0 },
    { "trylock, unlock",        v_trylock,   NULL,        0, 0, 4000, 0 },
    { "timed lock, unlock",     v_timed,     NULL,        0, 0, 4000, 0 },
    { "lock again, unlock",     v_again,     NULL,        0, 0, 4000, 0 },
    { "first lock of a child",  v_lock,      NULL,        0, 0, 20000, 1 },
    { "unlock, one waits",      v_lock,      b_wait,      0, 0, 4000, 0 },
    { "wait for the lock",      v_lock,      b_hold,      0, 0, 700, 0 },
    { "timed lock in vain",     v_timed,     b_hold,      0, 0, 1500, 0 },
    { "trylock in vain",        v_trylock,   b_hold,      0, 0, 4000, 0 },
    { "recover",                v_lock,      NULL,        1, 0, 20000, 0 },
    { "recover, one waits",     v_lock,      b_wait,      1, 0, 20000, 0 },
    { "recover in the hook",    v_hook,      NULL,        1, 0, 20000, 0 },
    { "force the lock open",    v_force,     NULL,        1, 0, 20000, 0 },
    { "wlock, unlock",          v_write,     NULL,        0, 1, 4000, 0 },
    { "rlock, unlock",          v_read,      NULL,        0, 1, 4000, 0 },
    { "wlock, downgrade",       v_downgrade, NULL,        0, 1, 4000, 0 },
    { "wlock, a reader waits",  v_write,     b_wait_read, 0, 1, 4000, 0 },
    { "downgrade, one waits",   v_downgrade, b_wait_read, 0, 1, 4000, 0 },
    { "wlock waits for reader", v_write,     b_read,      0, 1, 2500, 0 },
    { "rlock waits for writer", v_read,      b_write,     0, 1, 2500, 0 },
    { "wlock recovers",         v_write,     NULL,        1, 1, 20000, 0 },
    { "rlock recovers",         v_read,      NULL,        1, 1, 20000, 0 }
};

/* ---- the world */

static void
make(void)
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

static void
unmake(void)
{
    ngx_shmtx_destroy(&w->mtx);
    ngx_shmtx_destroy(&w->warm);
}

static pid_t
child(void (*fn)(void), int traced, int cold)
{
    pid_t  pid = fork();

    if (pid != 0) {
        return pid;
    }

    if (!cold) {
        ngx_shmtx_lock(&w->warm);
        ngx_shmtx_unlock(&w->warm);
    }

    if (traced) {
        (void) ptrace(PTRACE_TRACEME, 0, NULL, NULL);
        (void) raise(SIGSTOP);
    }

    fn();
    _exit(0);
}

static void
die_with_lock(void)
{
    (void) ngx_shmtx_lock_ex(&w->mtx, -1);
    w->a++;
    (void) raise(SIGKILL);
}

static void
die_writing(void)
{
    (void) ngx_rwlock_wlock_ex(rw, -1);
    w->a++;
    (void) raise(SIGKILL);
}

static void
on_alarm(int sig)
{
    (void) sig;
}

/* Interrupt waitpid() every 100 ms, or no more. */
static void
alarms(int on)
{
    struct sigaction  sa;
    struct itimerval  it = { { 0, 0 }, { 0, 0 } };

    ngx_memzero(&sa, sizeof(sa));
    sa.sa_handler = on_alarm;
    (void) sigaction(SIGALRM, &sa, NULL);

    it.it_value.tv_usec = it.it_interval.tv_usec = on ? 100000 : 0;
    (void) setitimer(ITIMER_REAL, &it, NULL);
}

/* Or does a loaded machine not let it run? */
static int
sleeps(pid_t pid)
{
    int    c, state = 'R';
    char   path[40];
    FILE  *file;

    (void) snprintf(path, sizeof(path), "/proc/%ld/stat", (long) pid);
    file = fopen(path, "r");

    if (file == NULL) {
        return 1;
    }

    while ((c = getc(file)) != EOF) {
        if (c == ')') {
            (void) getc(file);
            state = getc(file);
        }
    }

    (void) fclose(file);
    return state == 'S';
}

/* 0: stepped, 1: it ended, 2: it sleeps in a system call; -1: failure. */
static int
step(pid_t pid)
{
    int  status, alarmed;

    if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1) {
        return -1;
    }

    for (alarmed = 0; alarmed < 2; /* void */ ) {
        if (waitpid(pid, &status, 0) == pid) {
            return WIFSTOPPED(status) ? 0 : 1;
        }

        alarmed = sleeps(pid) ? alarmed + 1 : 0;
    }

    return 2;
}

/* Does the word say that the victim has it?  -1: its kind has no such word. */
static int
owned(const situation_t *s, pid_t pid)
{
#if NGX_LOCK_HAVE_WORD
    ngx_lock_t  *lock = s->rw ? (ngx_lock_t *) (void *) rw
                              : (ngx_lock_t *) (void *) &w->sh;

    if (lock->magic == NGX_LOCK_MAGIC + NGX_LOCK_FUTEX
        || lock->magic == NGX_LOCK_MAGIC + NGX_LOCK_SEM)
    {
        return (lock->word & NGX_LOCK_TID) == (uint64_t) pid;
    }
#else
    (void) s;
    (void) pid;
#endif
    return -1;
}

/*
 * 1: killed at instruction k, 2: killed asleep; 0: it ended before.  *own, *in:
 * what it had then; once it is dead, a bystander may have it at any moment.
 */
static int
step_and_kill(const situation_t *s, pid_t pid, int k, int zombie, int *own,
    int *in)
{
    int        status, rc = 0;
    siginfo_t  info;

    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
        return -1;
    }

    alarms(1);

    for ( /* void */ ; k > 0 && rc == 0; k--) {
        rc = step(pid);
    }

    alarms(0);
    *own = owned(s, pid);
    *in = w->in;

    if (rc == 1 || rc == -1) {
        return rc == 1 ? 0 : -1;
    }

    (void) kill(pid, SIGKILL);
    rc = rc == 2 ? 2 : 1;

    if (zombie) {
        return waitid(P_PID, (id_t) pid, &info, WEXITED|WNOWAIT) == 0 ? rc
                                                                      : -1;
    }

    return waitpid(pid, &status, 0) == pid ? rc : -1;
}

/* The parent takes the lock twice; the time of the first. */
static int
take_twice(const situation_t *s)
{
    int        i;
    int64_t    start = ngx_lock_now() / 1000, end = start;
    ngx_int_t  rc;

    for (i = 0; i < 2; i++) {
        rc = s->rw ? ngx_rwlock_wlock_ex(rw, 2000)
                   : ngx_shmtx_lock_ex(&w->mtx, 2000);

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

/* How many must be told: exactly one, none, or (-1) at most one. */
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
 * 0: all is well; 1: and further on there is nothing but the sleep, or 2: the
 * end; -1: not well; -2: only late.
 */
static int
try_at(const situation_t *s, int k)
{
    int    ms, expect, rc, own = 0, in = 0, status, zombie = ZOMBIES ? k & 1 : 0;
    pid_t  pid, by = 0;

    make();

    if (s->dead) {
        (void) waitpid(child(s->rw ? die_writing : die_with_lock, 0, 0),
                       &status, 0);
    }

    if (s->bystander != NULL) {
        by = child(s->bystander, 0, 0);

        while (!w->ready && (s->bystander == b_hold || s->bystander == b_read
                             || s->bystander == b_write))
        {
            nap(100);
        }
    }

    pid = child(s->victim, 1, s->cold);
    rc = step_and_kill(s, pid, k, zombie, &own, &in);

    expect = due(s, own, in);
    w->release = 1;
    ms = take_twice(s);

    if (by != 0) {
        (void) waitpid(by, &status, 0);
    }

    if (rc > 0 && zombie) {
        (void) waitpid(pid, &status, 0);
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
try_at_patiently(const situation_t *s, int k)
{
    int  i, rc = 0;

    for (i = 0; i < 10; i++) {
        rc = try_at(s, k);

        if (rc != -2) {
            return rc;
        }

        late++;
    }

    printf("# %s, instruction %d: a survivor needed over %d ms each time\n",
           s->name, k, LIMIT);
    return -1;
}

/* Most of what matters is at the beginning; far out there are long loops. */
static int
stride(const situation_t *s, int k, int all)
{
    if (all) {
        return s->cold || (s->rw && s->dead) ? 7 : 1;
    }

    return s->cold ? 1499 : k < 300 ? 29 : k < 1000 ? 101 : k < 3000 ? 499
                                                                  : 999;
}

static void
run(const situation_t *s, int all)
{
    int  k, rc = 0, kills = 0, last = 0;

    worst = 0;
    late = 0;
    k = rand_r(&seed) % stride(s, 0, all);

    for ( /* void */ ; k < s->most; k += stride(s, k, all)) {
        rc = try_at_patiently(s, k);

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
           s->rw ? "rwlock" : kind, s->name, kills, last, worst, late);
    (void) fflush(stdout);
}

/* ---- the storm */

static void
work(void)
{
    int64_t    start;
    ngx_int_t  rc;

    for ( ;; ) {
        start = ngx_lock_now() / 1000;
        rc = ngx_shmtx_lock_ex(&w->mtx, HANG);

        if (!usable(rc)) {
            w->hung += rc == NGX_AGAIN;
            w->error = rc == NGX_ERROR ? errno : w->error;
            w->bad++;
            continue;
        }

        if (rc == NGX_SHMTX_OWNER_DIED) {
            w->told++;
            w->b = w->a;
        }

        w->bad += w->a != w->b;
        w->late += ngx_lock_now() / 1000 - start > LIMIT;
        w->turns++;
        w->a++;
        w->b++;
        ngx_shmtx_unlock(&w->mtx);
    }
}

static void
work_rw(void)
{
    int        write;
    unsigned   dice = (unsigned) getpid();
    ngx_int_t  rc;

    for ( ;; ) {
        write = rand_r(&dice) % 4 == 0;
        rc = write ? ngx_rwlock_wlock_ex(rw, HANG)
                   : ngx_rwlock_rlock_ex(rw, HANG);

        if (!usable(rc)) {
            (void) ngx_atomic_fetch_add((ngx_atomic_t *) (uintptr_t) &w->bad,
                                        1);
            continue;
        }

        if (rc == NGX_SHMTX_OWNER_DIED) {
            w->told++;
            w->b = w->a;
            write = 1;
        }

        if (w->a != w->b) {
            (void) ngx_atomic_fetch_add((ngx_atomic_t *) (uintptr_t) &w->bad,
                                        1);
        }

        if (write) {
            w->turns++;
            w->a++;
            w->b++;
        }

        if (write && dice % 2) {
            (void) ngx_rwlock_downgrade_ex(rw);
        }

        (void) ngx_rwlock_unlock_ex(rw);
    }
}

/* How much longer than asked for, in ms: so loaded is the machine. */
static long
nap_and_time(long us)
{
    int64_t  start = ngx_lock_now();

    nap(us);
    return (long) ((ngx_lock_now() - start - us) / 1000);
}

static void
storm(int kills, void (*fn)(void), const char *what)
{
    int    i, n;
    long   turns, stall = 0, ms;
    pid_t  pid[WORKERS];

    make();
    w->mtx.spin = ngx_lock_spin();

    for (i = 0; i < WORKERS; i++) {
        pid[i] = child(fn, 0, 0);
    }

    for (n = 0; n < kills; n++) {
        ms = nap_and_time(rand_r(&seed) % 2000);
        stall = ms > stall ? ms : stall;
        i = rand_r(&seed) % WORKERS;
        (void) kill(pid[i], SIGKILL);
        (void) waitpid(pid[i], NULL, 0);
        pid[i] = child(fn, 0, 0);
    }

    /* all still get on */
    turns = w->turns;

    for (n = 0; n < 100 && w->turns == turns; n++) {
        nap(300000);
    }

    w->bad += w->turns == turns;

    /* where the parent's own naps last for seconds, a wait is no hang */
    if (stall > HANG / 20) {
        w->bad -= w->hung;
    }

    for (i = 0; i < WORKERS; i++) {
        (void) kill(pid[i], SIGKILL);
        (void) waitpid(pid[i], NULL, 0);
    }

    unmake();
    failures += w->bad != 0;
    printf("%sok %d - %s: storm (%d kills, %ld turns, %ld told, %ld waits over "
           "%d ms, %ld bad, %ld hung, last error %ld, naps up to %ld ms "
           "late)\n",
           w->bad ? "not " : "", ++tests, what, kills, w->turns, w->told,
           w->late, LIMIT, w->bad, w->hung, w->error, stall);
    (void) fflush(stdout);
}

static int
can_trace(void)
{
    int    status;
    pid_t  pid = child(v_nothing, 1, 1);

    if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status)) {
        return 0;
    }

    status = ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == 0;
    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, NULL, 0);

    return status;
}

static void
run_kind(int all, int kills)
{
    size_t  i;

    for (i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
        if (!situations[i].rw && strstr(situations[i].name, word) != NULL) {
            run(&situations[i], all);
        }
    }

    if (kills != 0 && strstr("storm", word) != NULL) {
        storm(kills, work, kind);
    }
}

static void
run_rw(int all, int kills)
{
    size_t  i;

    kind = NULL;

    for (i = 0; i < sizeof(situations) / sizeof(situations[0]); i++) {
        if (situations[i].rw && strstr(situations[i].name, word) != NULL) {
            run(&situations[i], all);
        }
    }

    if (kills != 0 && strstr("storm", word) != NULL) {
        storm(kills, work_rw, "rwlock");
    }
}

static int
usage(void)
{
    fprintf(stderr, "usage: lock_kill [-a] [-s KILLS] [-k KIND|rwlock] "
            "[-n WORD]\n");
    return 2;
}

int
main(int argc, char **argv)
{
    int          c, all = 0, kills = 60;
    ngx_uint_t   n;
    const char  *only = NULL;

    while ((c = getopt(argc, argv, "as:k:n:")) != -1) {
        switch (c) {
        case 'a':
            all = 1;
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

    if (optind != argc) {
        return usage();
    }

    /* each symbol found at its first use would be a thousand instructions */
    if (getenv("LD_BIND_NOW") == NULL) {
        (void) setenv("LD_BIND_NOW", "1", 1);
        (void) execv("/proc/self/exe", argv);
    }

    w = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE,
             MAP_SHARED|MAP_ANON, -1, 0);

    if (w == MAP_FAILED) {
        perror("lock_kill: error: no memory; free some");
        return 1;
    }

    if (!can_trace()) {
        printf("1..0 # SKIP processes cannot be stepped here\n");
        return 0;
    }

    seed = (unsigned) time(NULL);
    printf("# seed %u\n", seed);

    for (n = 0; ngx_shmtx_kind(n) != NULL; n++) {
        kind = ngx_shmtx_kind(n);

        if (only == NULL || strcmp(only, kind) == 0) {
            run_kind(all, kills);
        }
    }

    if (only == NULL || strcmp(only, "rwlock") == 0) {
        run_rw(all, kills);
    }

    printf("1..%d\n", tests);
    return failures != 0;
}
