/* ngx_shmtx and the sign of life, over each kind of lock that was built. */

#include "ngx_auto_config.h"

#include "ngx_lock.h"

#include <check.h>
#include <limits.h>
#include <signal.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#endif

#define PROCESSES  8

/* In shared memory, handle and all, as nginx has it in its pools. */
typedef struct {
    ngx_shmtx_sh_t     sh;
    ngx_lock_life_t    life;
    ngx_shmtx_t        mtx;
    volatile long      counter;
    volatile long      told;
    volatile long      cpu;
    volatile int       stage;
    volatile int64_t   taken_us;
} world_t;

static world_t     *world;
static const char  *kind;

static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE,
                    MAP_SHARED|MAP_ANON, -1, 0);

    ck_assert_ptr_ne(p, MAP_FAILED);
    return p;
}

static void
nap(long ms)
{
    struct timespec  ts = { ms / 1000, ms % 1000 * 1000000 };

    (void) nanosleep(&ts, NULL);
}

static int64_t
now_us(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t) ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t
now(void)
{
    return now_us() / 1000;
}

static void
make(int i)
{
    kind = ngx_shmtx_kind((ngx_uint_t) i);
    world = shared(sizeof(world_t));

    ck_assert_int_eq(ngx_shmtx_create_kind(&world->mtx, &world->sh, NULL,
                                           kind), NGX_OK);
}

static pid_t
child(void (*fn)(void))
{
    pid_t  pid = fork();

    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        fn();
        _exit(0);
    }

    return pid;
}

static void
reap(pid_t pid)
{
    int  status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 0);
}

static void
until(int stage)
{
    while (world->stage < stage) {
        nap(1);
    }
}

static void
lock_and_hang(void)
{
    ngx_shmtx_lock(&world->mtx);
    world->stage = 1;

    for ( ;; ) {
        (void) pause();
    }
}

static void
bury(pid_t pid)
{
    if (waitpid(pid, NULL, 0) != pid) {
        ck_assert_int_eq(errno, ECHILD);        /* let_go() has done it */
    }
}

/* The dead are seen before their parent has asked for them, where that is. */
static int
sees_zombies(void)
{
    return (NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME)
           || strcmp(kind, "robust") == 0 || strcmp(kind, "fcntl") == 0;
}

static void
let_go(pid_t pid)
{
    if (!sees_zombies()) {
        bury(pid);
    }
}

/* A dead owner whose parent has not asked for it yet: a zombie. */
static pid_t
killed_owner(void)
{
    pid_t  pid;

    world->stage = 0;
    pid = child(lock_and_hang);
    until(1);
    (void) kill(pid, SIGKILL);
    let_go(pid);

    return pid;
}

/* Dead for sure, and not waited for. */
static void
await_zombie(pid_t pid)
{
    siginfo_t  info;

    ck_assert_int_eq(waitid(P_PID, (id_t) pid, &info, WEXITED|WNOWAIT), 0);
}

static void
count(ngx_shmtx_t *mtx, void *data)
{
    (void) mtx;
    (*(volatile long *) data)++;
}

/* File locks: few of them, and no tids. */
static int
slow_kind(void)
{
    return strcmp(kind, "fcntl") == 0;
}

static void
add(void)
{
    long  i, n = slow_kind() ? 500 : 50000;

    for (i = 0; i < n; i++) {
        ngx_shmtx_lock(&world->mtx);
        world->counter++;
        ngx_shmtx_unlock(&world->mtx);
    }
}

static void *
add_thread(void *data)
{
    (void) data;
    add();
    return NULL;
}

START_TEST(counter_is_exact_with_eight_processes)
{
    int    i;
    pid_t  pid[PROCESSES];

    make(_i);

    for (i = 0; i < PROCESSES; i++) {
        pid[i] = child(add);
    }

    for (i = 0; i < PROCESSES; i++) {
        reap(pid[i]);
    }

    ck_assert_int_eq(world->counter,
                     PROCESSES * (slow_kind() ? 500 : 50000));
}
END_TEST

START_TEST(counter_is_exact_with_threads_of_two_processes)
{
    int        i;
    pid_t      pid;
    pthread_t  t[3];

    make(_i);
    pid = child(add);

    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(pthread_create(&t[i], NULL, add_thread, NULL), 0);
    }

    for (i = 0; i < 3; i++) {
        (void) pthread_join(t[i], NULL);
    }

    reap(pid);
    ck_assert_int_eq(world->counter, 4 * (slow_kind() ? 500 : 50000));
}
END_TEST

START_TEST(trylock_takes_a_free_lock_only)
{
    pid_t  pid;

    make(_i);
    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 1);
    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 0);
    ngx_shmtx_unlock(&world->mtx);

    pid = child(lock_and_hang);
    until(1);
    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_AGAIN);

    (void) kill(pid, SIGKILL);
    bury(pid);
}
END_TEST

START_TEST(one_locker_is_told_of_a_death)
{
    pid_t    pid;
    int64_t  start;

    make(_i);
    pid = killed_owner();
    start = now();

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 5000),
                     NGX_SHMTX_OWNER_DIED);
    ck_assert_int_lt(now() - start, 4000);
    ngx_shmtx_unlock(&world->mtx);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 5000), NGX_OK);
    ngx_shmtx_unlock(&world->mtx);
    bury(pid);
}
END_TEST

/* A loaded machine is slow now and then; a lock that sleeps is so each time. */
START_TEST(dead_owner_is_noticed_at_once)
{
    int      i, zombie;
    pid_t    pid;
    int64_t  us;

    make(_i);

    for (zombie = 0; zombie < 1 + sees_zombies(); zombie++) {
        for (i = 0, us = 5000; i < 100 && us >= 5000; i++) {
            pid = killed_owner();

            if (!zombie) {
                bury(pid);
            } else {
                await_zombie(pid);
            }

            us = now_us();
            ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 5000),
                             NGX_SHMTX_OWNER_DIED);
            us = now_us() - us;
            ngx_shmtx_unlock(&world->mtx);

            if (zombie) {
                bury(pid);
            }
        }

        ck_assert_int_lt(us, 5000);
    }
}
END_TEST

static void
wait_and_time(void)
{
    world->stage = 2;

    if (ngx_shmtx_lock_ex(&world->mtx, 20000) == NGX_SHMTX_OWNER_DIED) {
        world->taken_us = now_us();
    }

    ngx_shmtx_unlock(&world->mtx);
}

START_TEST(waiters_notice_the_death_of_the_owner)
{
    int      i;
    pid_t    pid, waiter;
    int64_t  us = 100000;

    make(_i);

    for (i = 0; i < 20 && us >= 50000; i++) {
        world->stage = 0;
        pid = child(lock_and_hang);
        until(1);
        waiter = child(wait_and_time);
        until(2);
        nap(300);       /* by now it sleeps for long */

        us = now_us();
        (void) kill(pid, SIGKILL);
        bury(pid);
        reap(waiter);
        us = (int64_t) world->taken_us - us;
    }

    ck_assert_int_lt(us, 50000);
}
END_TEST

/* Has the lock nearly always, and gives it back for a moment only. */
static void
hog(void)
{
    int64_t  start;

    world->stage = 1;

    while (world->stage == 1) {
        ngx_shmtx_lock(&world->mtx);

        for (start = now_us(); now_us() - start < 20000; /* void */ ) {
            /* void */
        }

        ngx_shmtx_unlock(&world->mtx);
    }
}

START_TEST(waiter_gets_in_past_a_hog)
{
    int    i;
    pid_t  pid;

    make(_i);
    pid = child(hog);
    until(1);

    for (i = 0; i < 10; i++) {
        nap(2);         /* let it have the lock again */
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 10000), NGX_OK);
        ngx_shmtx_unlock(&world->mtx);
    }

    world->stage = 2;
    reap(pid);
}
END_TEST

static void
lock_and_tell(void)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(&world->mtx, 10000);

    if (rc == NGX_SHMTX_OWNER_DIED) {
        world->told++;
    }

    if (rc == NGX_OK || rc == NGX_SHMTX_OWNER_DIED) {
        world->counter++;
        ngx_shmtx_unlock(&world->mtx);
    }
}

START_TEST(one_of_many_waiters_is_told)
{
    int    i;
    pid_t  pid[PROCESSES], owner;

    make(_i);
    owner = child(lock_and_hang);
    until(1);

    for (i = 0; i < PROCESSES; i++) {
        pid[i] = child(lock_and_tell);
    }

    nap(50);
    (void) kill(owner, SIGKILL);
    let_go(owner);

    for (i = 0; i < PROCESSES; i++) {
        reap(pid[i]);
    }

    bury(owner);
    ck_assert_int_eq(world->told, 1);
    ck_assert_int_eq(world->counter, PROCESSES);
}
END_TEST

START_TEST(plain_lock_calls_the_hook)
{
    pid_t  pid;

    make(_i);
    world->mtx.recover = count;
    world->mtx.data = (void *) &world->told;

    pid = killed_owner();
    ngx_shmtx_lock(&world->mtx);
    ck_assert_int_eq(world->told, 1);
    ngx_shmtx_unlock(&world->mtx);
    bury(pid);

    ngx_shmtx_lock(&world->mtx);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_eq(world->told, 1);

    pid = killed_owner();
    bury(pid);

    while (ngx_shmtx_trylock(&world->mtx) == 0) {
        nap(1);
    }

    ck_assert_int_eq(world->told, 2);
    ngx_shmtx_unlock(&world->mtx);
}
END_TEST

static void
note_level(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) buf;
    (void) len;
    *(ngx_uint_t *) log->wdata = level;
}

START_TEST(death_without_a_hook_is_logged_and_kept)
{
    pid_t       pid;
    ngx_uint_t  level = 0;
    ngx_log_t   log = { NGX_LOG_DEBUG, note_level, NULL };

    make(_i);
    log.wdata = &level;
    world->mtx.log = &log;
    pid = killed_owner();

    ngx_shmtx_lock(&world->mtx);
    ck_assert_uint_eq(level, NGX_LOG_ALERT);
    ngx_shmtx_unlock(&world->mtx);

    level = 0;
    ngx_shmtx_lock(&world->mtx);
    ck_assert_uint_eq(level, 0);
    ngx_shmtx_unlock(&world->mtx);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, -1),
                     NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, -1), NGX_OK);
    bury(pid);
}
END_TEST

static void
die_in_hook(ngx_shmtx_t *mtx, void *data)
{
    (void) mtx;
    (void) data;
    (void) raise(SIGKILL);
}

static void
lock_once(void)
{
    ngx_shmtx_lock(&world->mtx);
}

START_TEST(recovery_that_is_killed_is_done_again)
{
    int    i;
    pid_t  pid[4];

    make(_i);
    pid[0] = killed_owner();
    world->mtx.recover = die_in_hook;

    for (i = 1; i < 4; i++) {
        pid[i] = child(lock_once);
        await_zombie(pid[i]);
        let_go(pid[i]);
    }

    world->mtx.recover = count;
    world->mtx.data = (void *) &world->told;
    ngx_shmtx_lock(&world->mtx);
    ck_assert_int_eq(world->told, 1);
    ngx_shmtx_unlock(&world->mtx);

    for (i = 0; i < 4; i++) {
        bury(pid[i]);
    }
}
END_TEST

static void *
lock_thread(void *data)
{
    (void) data;
    lock_once();
    return NULL;
}

START_TEST(death_of_a_thread_is_told)
{
    pthread_t  t;

    make(_i);

    /* where threads have no number, or no mutex that tells */
    if ((!NGX_HAVE_FUTEX && strcmp(kind, "sem") == 0)
        || (!NGX_HAVE_PTHREAD_ROBUST && slow_kind()))
    {
        return;
    }

    ck_assert_int_eq(pthread_create(&t, NULL, lock_thread, NULL), 0);
    (void) pthread_join(t, NULL);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 5000),
                     NGX_SHMTX_OWNER_DIED);
}
END_TEST

START_TEST(timed_lock_gives_up_in_time)
{
    pid_t    pid;
    int64_t  start;

    make(_i);
    pid = child(lock_and_hang);
    until(1);

    start = now();
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 150), NGX_AGAIN);
    ck_assert_int_ge(now() - start, 149);
    ck_assert_int_lt(now() - start, 4000);

    (void) kill(pid, SIGKILL);
    bury(pid);
}
END_TEST

START_TEST(owner_that_locks_again_is_told_and_keeps_the_lock)
{
    ngx_shmtx_stat_t  st;

    make(_i);
    ngx_shmtx_lock(&world->mtx);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 20), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);

    ngx_shmtx_lock(&world->mtx);
    ngx_shmtx_unlock(&world->mtx);
    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_int_eq(st.pid, getpid());
    ck_assert_uint_eq(st.misused, 3);

    ngx_shmtx_unlock(&world->mtx);
    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_int_eq(st.pid, 0);
}
END_TEST

static void
unlock_once(void)
{
    ngx_shmtx_unlock(&world->mtx);
}

static void *
unlock_thread(void *data)
{
    (void) data;
    unlock_once();
    return NULL;
}

START_TEST(stranger_cannot_unlock)
{
    pthread_t         t;
    ngx_shmtx_stat_t  st;

    make(_i);
    unlock_once();
    ngx_shmtx_lock(&world->mtx);
    reap(child(unlock_once));
    ck_assert_int_eq(pthread_create(&t, NULL, unlock_thread, NULL), 0);
    (void) pthread_join(t, NULL);

    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_int_eq(st.pid, getpid());
    ck_assert_uint_eq(st.misused, 3);

    ngx_shmtx_unlock(&world->mtx);
    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_int_eq(st.pid, 0);
}
END_TEST

START_TEST(parent_can_force_a_dead_owners_lock)
{
    pid_t  pid;

    make(_i);
    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, 12345), 0);
    pid = killed_owner();
    bury(pid);

    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, pid + 1), 0);
    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, pid), 1);
    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, pid), 0);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0),
                     NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
}
END_TEST

START_TEST(force_does_not_rob_the_living)
{
    pid_t        dead, pid;
    ngx_lock_t  *lock;

    make(_i);
    lock = (ngx_lock_t *) (void *) &world->sh;
    dead = killed_owner();
    bury(dead);

    /* the next owner has the lock, and its number is not yet written down */
    world->stage = 0;
    pid = child(lock_and_hang);
    until(1);
    lock->pid = (uint32_t) dead;

    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, dead), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_AGAIN);
    (void) kill(pid, SIGKILL);
    bury(pid);
}
END_TEST

static ngx_shmtx_t    *forced;
static volatile long   forced_ok, forced_errno;

/* As nginx's master does it. */
static void
on_child(int sig)
{
    int    err = errno;
    pid_t  pid;

    (void) sig;

    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        errno = ENOTTY;
        forced_ok += (long) ngx_shmtx_force_unlock(forced, pid);
        forced_errno += errno != ENOTTY;
    }

    errno = err;
}

START_TEST(force_works_in_a_signal_handler)
{
    int               i;
    long              before;
    world_t          *other = shared(sizeof(world_t));
    struct sigaction  sa;

    make(_i);
    ck_assert_int_eq(ngx_shmtx_create_kind(&other->mtx, &other->sh, NULL,
                                           kind), NGX_OK);
    forced = &world->mtx;
    memset(&sa, 0, sizeof(sa));
    sa.sa_handler = on_child;
    (void) sigaction(SIGCHLD, &sa, NULL);

    for (i = 0; i < 50; i++) {
        before = forced_ok;
        world->stage = 0;
        (void) kill(child(lock_and_hang), 0);
        until(1);
        (void) kill((pid_t) ((ngx_lock_t *) (void *) &world->sh)->pid,
                    SIGKILL);

        /* the handler comes while another lock is taken and left */
        while (forced_ok == before) {
            ngx_shmtx_lock(&other->mtx);
            other->counter++;
            ngx_shmtx_unlock(&other->mtx);
        }

        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0),
                         NGX_SHMTX_OWNER_DIED);
        ngx_shmtx_unlock(&world->mtx);
    }

    (void) signal(SIGCHLD, SIG_DFL);
    ck_assert_int_eq(forced_errno, 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&other->mtx, 0), NGX_OK);
}
END_TEST

START_TEST(accept_mutex_does_not_spin)
{
    pid_t  pid;

    kind = ngx_shmtx_kind((ngx_uint_t) _i);
    world = shared(sizeof(world_t));
    world->mtx.spin = (ngx_uint_t) -1;

    ck_assert_uint_eq(sizeof(world->sh), 128);
    ck_assert_int_eq(ngx_shmtx_create_kind(&world->mtx, &world->sh,
                     (unsigned char *) "", kind), NGX_OK);
    ck_assert_uint_eq(world->mtx.spin, (ngx_uint_t) -1);

    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 1);
    pid = child(lock_and_tell);
    nap(30);
    ck_assert_int_eq(world->counter, 0);
    ngx_shmtx_unlock(&world->mtx);
    reap(pid);
    ck_assert_int_eq(world->counter, 1);
}
END_TEST

static void
wait_and_weigh(void)
{
    struct rusage  ru;

    world->stage = 2;
    ngx_shmtx_lock(&world->mtx);
    (void) getrusage(RUSAGE_SELF, &ru);

    world->cpu = (long) (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000
                 + (long) (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);
    ngx_shmtx_unlock(&world->mtx);
}

START_TEST(waiter_sleeps)
{
    pid_t  pid;

    make(_i);
    ngx_shmtx_lock(&world->mtx);
    pid = child(wait_and_weigh);
    until(2);
    nap(200);
    ngx_shmtx_unlock(&world->mtx);
    reap(pid);

    /* of 200 ms */
    ck_assert_int_lt(world->cpu, 40000);
}
END_TEST

START_TEST(stat_tells_without_the_lock)
{
    pid_t             pid, waiter;
    ngx_shmtx_stat_t  st;

    make(_i);
    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_str_eq(st.kind, kind);
    ck_assert_int_eq(st.pid, 0);
    ck_assert_uint_eq(st.acquired, 0);

    pid = child(lock_and_hang);
    until(1);
    waiter = child(lock_and_tell);

    do {
        nap(10);
        ngx_shmtx_stat(&world->mtx, &st);
    } while (st.held_ms <= 50);

    ck_assert_int_eq(st.pid, pid);
    ck_assert_uint_eq(st.dead, 0);
    ck_assert_uint_eq(st.acquired, 1);

    (void) kill(pid, SIGKILL);
    let_go(pid);
    reap(waiter);
    bury(pid);

    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_uint_eq(st.acquired, 2);
    ck_assert_uint_eq(st.contended, 1);
    ck_assert_uint_eq(st.recovered, 1);
}
END_TEST

START_TEST(stat_needs_no_write_access)
{
    ngx_shmtx_stat_t  st;

    make(_i);
    ngx_shmtx_lock(&world->mtx);
    ck_assert_int_eq(mprotect(world, sizeof(world_t), PROT_READ), 0);
    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_int_eq(st.pid, getpid());
}
END_TEST

static void
create_and_add(void)
{
    ngx_shmtx_t  mtx;

    until(1);
    mtx.spin = 0;

    if (ngx_shmtx_create_kind(&mtx, &world->sh, NULL, kind) != NGX_OK) {
        _exit(1);
    }

    ngx_shmtx_lock(&mtx);
    world->counter++;
    ngx_shmtx_unlock(&mtx);
}

START_TEST(many_may_create_at_once)
{
    int    i, round;
    pid_t  pid[PROCESSES];

    kind = ngx_shmtx_kind((ngx_uint_t) _i);

    /* a file without a name is for the children of its maker */
    if (slow_kind() || !NGX_HAVE_ATOMIC_OPS) {
        return;
    }

    for (round = 0; round < 10; round++) {
        world = shared(sizeof(world_t));

        for (i = 0; i < PROCESSES; i++) {
            pid[i] = child(create_and_add);
        }

        nap(10);
        world->stage = 1;

        for (i = 0; i < PROCESSES; i++) {
            reap(pid[i]);
        }

        ck_assert_int_eq(world->counter, PROCESSES);
    }
}
END_TEST

START_TEST(create_refuses_what_does_not_fit)
{
    world_t     *w = shared(sizeof(world_t));
    ngx_shmtx_t  mtx;

    mtx.spin = 0;
    kind = ngx_shmtx_kind((ngx_uint_t) _i);

    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, NULL, NULL, kind),
                     NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx,
                     (ngx_shmtx_sh_t *) (void *) (w->sh.opaque + 4), NULL,
                     kind), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, "none"),
                     NGX_ERROR);
    ck_assert_int_eq(errno, ENOSYS);

    memset(&w->sh, 0x5a, sizeof(w->sh));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, kind),
                     NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    memset(&w->sh, 0, sizeof(w->sh));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, kind), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL,
                     ngx_shmtx_kind(_i == 0)), ngx_shmtx_kind(1) == NULL
                     ? NGX_OK : NGX_ERROR);
    ck_assert_int_eq(ngx_shmtx_create(&mtx, &w->sh, NULL), NGX_OK);
    ngx_shmtx_destroy(&mtx);
}
END_TEST

START_TEST(child_of_the_owner_is_not_the_owner)
{
    pid_t  pid;

    make(_i);
    ngx_shmtx_lock(&world->mtx);
    pid = child(lock_and_tell);
    nap(50);
    ck_assert_int_eq(world->counter, 0);
    ngx_shmtx_unlock(&world->mtx);
    reap(pid);
    ck_assert_int_eq(world->counter, 1);
    ck_assert_int_eq(world->told, 0);
}
END_TEST

START_TEST(lock_works_at_two_addresses)
{
    int                i;
    char               name[] = "/tmp/ngx_shmtx_test.XXXXXX";
    char               lockfile[] = "/tmp/ngx_shmtx_lock.XXXXXX";
    int                fd = mkstemp(name), fd2 = mkstemp(lockfile);
    world_t           *a, *b;
    ngx_shmtx_t        mtx;
    pid_t              pid;

    ck_assert_int_ne(fd, -1);
    ck_assert_int_ne(fd2, -1);
    ck_assert_int_eq(ftruncate(fd, (off_t) sizeof(world_t)), 0);
    (void) close(fd2);

    a = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    kind = ngx_shmtx_kind((ngx_uint_t) _i);
    world = a;
    pid = fork();

    if (pid == 0) {
        /* below, the parent's mapping is in the way: another address */
        b = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
                 0);
        (void) munmap(a, sizeof(world_t));
        mtx.spin = 0;

        if (b == a
            || ngx_shmtx_create_kind(&mtx, &b->sh,
                                     (unsigned char *) lockfile, kind) != 0)
        {
            _exit(1);
        }

        for (i = 0; i < 500; i++) {
            ngx_shmtx_lock(&mtx);
            b->counter++;
            ngx_shmtx_unlock(&mtx);
        }

        if (sees_zombies()) {
            ngx_shmtx_lock(&mtx);
        }
        _exit(0);
    }

    mtx.spin = 0;
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &a->sh,
                     (unsigned char *) lockfile, kind), NGX_OK);

    for (i = 0; i < 500; i++) {
        (void) ngx_shmtx_lock_ex(&mtx, -1);
        a->counter++;
        ngx_shmtx_unlock(&mtx);
    }

    reap(pid);
    (void) unlink(name);
    (void) unlink(lockfile);
    ck_assert_int_eq(a->counter, 1000);
}
END_TEST

/* A user's mistake: what becomes of it is in the manual, and here. */
static void
lock_unmap_and_end(void)
{
    ngx_shmtx_lock(&world->mtx);
    (void) munmap(world, sizeof(world_t));
}

START_TEST(memory_unmapped_by_its_owner_does_no_harm)
{
    ngx_int_t  rc;

    make(_i);
    reap(child(lock_unmap_and_end));
    rc = ngx_shmtx_lock_ex(&world->mtx, 300);

    /* the kernel cannot reach a robust mutex there, and nobody else may */
    ck_assert_int_eq(rc, strcmp(kind, "robust") == 0 ? NGX_AGAIN
                                                     : NGX_SHMTX_OWNER_DIED);
}
END_TEST

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME && defined(SYS_clone3)

/* A process with the number of a dead one; -1 without the right to. */
static pid_t
clone_as(pid_t pid)
{
    uint64_t  args[11] = { 0 };

    args[4] = SIGCHLD;
    args[8] = (uint64_t) (uintptr_t) &pid;
    args[9] = 1;

    pid = (pid_t) syscall(SYS_clone3, args, 80);

    if (pid == 0) {
        for ( ;; ) {
            (void) pause();
        }
    }

    return pid;
}

START_TEST(reused_pid_is_not_mistaken_for_the_owner)
{
    pid_t  pid, again;

    make(_i);
    pid = killed_owner();
    bury(pid);
    nap(30);

    again = clone_as(pid);

    if (again != pid) {
        return;             /* needs a privilege */
    }

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 2000),
                     NGX_SHMTX_OWNER_DIED);
    (void) kill(pid, SIGKILL);
    bury(pid);
}
END_TEST

#endif

#if NGX_HAVE_FUTEX

/* A number that no process has here, and some process gets there. */
static pid_t
free_number(void)
{
    pid_t  n = 2;

    while (kill(n, 0) == 0 || errno != ESRCH) {
        n++;
    }

    return n;
}

static void
act_abroad(void)
{
    pid_t        pid;
    ngx_shmtx_t  mtx;

    /* the namespace ends with its first process, which goes on */
    do {
        pid = fork();

        if (pid == 0 && getpid() != (pid_t) world->counter) {
            _exit(0);
        }

        if (pid > 0 && pid != (pid_t) world->counter) {
            (void) waitpid(pid, NULL, 0);
        }

    } while (pid > 0 && pid != (pid_t) world->counter);

    if (pid != 0) {
        (void) pause();
    }

    mtx.spin = 0;
    world->told = 0;

    if (ngx_shmtx_create_kind(&mtx, &world->sh, NULL, kind) == NGX_ERROR) {
        world->told = errno;
    }

    lock_and_hang();
}

START_TEST(owner_from_another_pid_namespace_is_never_robbed)
{
    pid_t      pid;
    ngx_int_t  rc;

    make(_i);

    if (unshare(CLONE_NEWPID) != 0) {
        return;             /* needs a privilege */
    }

    world->counter = free_number();
    world->stage = 0;
    pid = child(act_abroad);
    until(1);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 200), NGX_AGAIN);
    (void) kill(pid, SIGKILL);
    bury(pid);

    rc = ngx_shmtx_lock_ex(&world->mtx, 300);

    if (strcmp(kind, "robust") == 0 || slow_kind()) {
        ck_assert_int_eq(rc, NGX_SHMTX_OWNER_DIED);
        ck_assert_int_eq(world->told, 0);
        return;
    }

    ck_assert_int_eq(rc, NGX_AGAIN);
    ck_assert_int_eq(world->told, EXDEV);
}
END_TEST

#endif

static void
acquire_and_die(void)
{
    (void) ngx_lock_acquire((ngx_lock_t *) (void *) &world->sh, 0, -1);
    (void) raise(SIGKILL);
}

START_TEST(lock_without_a_handle_tells_once)
{
    ngx_lock_t  *lock;

    make(_i);
    lock = (ngx_lock_t *) (void *) &world->sh;
    bury(child(acquire_and_die));

    ck_assert_int_eq(ngx_lock_acquire(lock, 0, 5000), EOWNERDEAD);
    ck_assert_int_eq(ngx_lock_acquire(lock, 0, 0), EDEADLK);
    ck_assert_int_eq(ngx_lock_release(lock), 0);
    ck_assert_int_eq(ngx_lock_release(lock), EPERM);
    ck_assert_int_eq(ngx_lock_try(lock), 0);
    ck_assert_int_eq(ngx_lock_release(lock), 0);
}
END_TEST

static void
hold_life(void)
{
    world->told = ngx_lock_life_hold(&world->life);
}

static void
hold_life_and_hang(void)
{
    hold_life();
    world->stage = 1;
    (void) pause();
}

START_TEST(life_shows_who_is_dead)
{
    pid_t  pid;

    world = shared(sizeof(world_t));
    ck_assert_int_eq(ngx_lock_life_init(&world->life), 0);
    ck_assert_int_eq(ngx_lock_life_dead(&world->life), 0);

    pid = child(hold_life_and_hang);
    until(1);
    ck_assert_int_eq(world->told, 0);
    ck_assert_int_eq(ngx_lock_life_hold(&world->life), EBUSY);
    ck_assert_int_eq(ngx_lock_life_dead(&world->life), 0);

    (void) kill(pid, SIGKILL);
    bury(pid);
    ck_assert_int_eq(ngx_lock_life_dead(&world->life), 1);

    /* now it is ours: to others we live */
    reap(child(hold_life));
    ck_assert_int_eq(world->told, EBUSY);

    ngx_lock_life_drop(&world->life);
    reap(child(hold_life));
    ck_assert_int_eq(world->told, 0);
    ck_assert_int_eq(ngx_lock_life_hold(&world->life), EOWNERDEAD);
    ngx_lock_life_drop(&world->life);
    ck_assert_int_eq(ngx_lock_life_hold(&world->life), 0);
}
END_TEST

int
main(void)
{
    int       kinds, failed;
    Suite    *s = suite_create("shmtx");
    TCase    *tc = tcase_create("kinds");
    SRunner  *sr;

    for (kinds = 0; ngx_shmtx_kind((ngx_uint_t) kinds) != NULL; kinds++) {
        /* void */
    }

    tcase_set_timeout(tc, 120);

#define each(test)  tcase_add_loop_test(tc, test, 0, kinds)
    each(trylock_takes_a_free_lock_only);
    each(counter_is_exact_with_eight_processes);
    each(counter_is_exact_with_threads_of_two_processes);
    each(one_locker_is_told_of_a_death);
    each(dead_owner_is_noticed_at_once);
    each(waiters_notice_the_death_of_the_owner);
    each(waiter_gets_in_past_a_hog);
    each(one_of_many_waiters_is_told);
    each(plain_lock_calls_the_hook);
    each(death_without_a_hook_is_logged_and_kept);
    each(recovery_that_is_killed_is_done_again);
    each(death_of_a_thread_is_told);
    each(timed_lock_gives_up_in_time);
    each(owner_that_locks_again_is_told_and_keeps_the_lock);
    each(stranger_cannot_unlock);
    each(parent_can_force_a_dead_owners_lock);
    each(force_does_not_rob_the_living);
    each(force_works_in_a_signal_handler);
    each(accept_mutex_does_not_spin);
    each(waiter_sleeps);
    each(stat_tells_without_the_lock);
    each(stat_needs_no_write_access);
    each(many_may_create_at_once);
    each(create_refuses_what_does_not_fit);
    each(child_of_the_owner_is_not_the_owner);
    each(lock_works_at_two_addresses);
    each(memory_unmapped_by_its_owner_does_no_harm);
#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME && defined(SYS_clone3)
    each(reused_pid_is_not_mistaken_for_the_owner);
#endif
#if NGX_HAVE_FUTEX
    each(owner_from_another_pid_namespace_is_never_robbed);
#endif
    each(lock_without_a_handle_tells_once);
#if NGX_HAVE_PTHREAD_ROBUST || NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, life_shows_who_is_dead);
#endif

    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_set_tap(sr, "-");
    srunner_run_all(sr, CK_SILENT);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);

    return failed != 0;
}
