/* Acquire and release the lock; each kind that was built. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_lock_kind.h"

#include <check.h>
#include <limits.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../run_case.h"

static void
add(void)
{
    long  i, n = slow_kind() ? 100 : 20000;

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
                     PROCESSES * (slow_kind() ? 100 : 20000));

    /* no thread sleeps any more, and there will be no spurious wake */
    ck_assert_uint_eq(lock_of(world)->waiting, 0);
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
    ck_assert_int_eq(world->counter, 4 * (slow_kind() ? 100 : 20000));
}
END_TEST

static world_t  *second;

static void *
hold_second(void *data)
{
    (void) data;
    ngx_shmtx_lock(&second->mtx);
    second->stage = 1;
    await(&second->stage, 2);
    nap(100);
    ngx_shmtx_unlock(&second->mtx);

    return NULL;
}

/* One thread holds the second lock, and another one waits for the first. */
static void
hold_and_wait(void)
{
    pthread_t  t;

    (void) pthread_create(&t, NULL, hold_second, NULL);
    await(&second->stage, 1);
    world->stage = 1;

    ngx_shmtx_lock(&world->mtx);
    world->counter++;
    ngx_shmtx_unlock(&world->mtx);
    (void) pthread_join(t, NULL);
}

/* A kernel that tells only processes apart sees a deadlock there. */
START_TEST(threads_of_two_processes_may_wait_crosswise)
{
    pid_t  pid;

    make(_i);
    second = world;
    make(_i);

    ngx_shmtx_lock(&world->mtx);
    pid = child(hold_and_wait);
    await(&world->stage, 1);
    nap(20);
    second->stage = 2;

    ck_assert_int_eq(ngx_shmtx_lock_ex(&second->mtx, -1), NGX_OK);
    ngx_shmtx_unlock(&second->mtx);
    ngx_shmtx_unlock(&world->mtx);
    reap(pid);
    ck_assert_int_eq(world->counter, 1);
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
    await(&world->stage, 1);
    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_AGAIN);

    end(pid);
}
END_TEST

START_TEST(leaver_gives_way_to_one_that_waits_for_long)
{
    int64_t      us;
    ngx_lock_t  *lock;

    make(_i);
    lock = lock_of(world);
    ngx_shmtx_lock(&world->mtx);
    lock->waiting = 1;
    lock->starving = 1;

    us = now_us();
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_ge(now_us() - us, NGX_LOCK_YIELD);

    ck_assert_uint_eq(lock->starving, 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
}
END_TEST

/* Hold the lock nearly always, and release it for moments only. */
static void
hog(void)
{
    int64_t  start;

    world->stage = 1;

    while (world->stage == 1) {
        ngx_shmtx_lock(&world->mtx);
        world->counter++;

        for (start = now_us(); now_us() - start < 20000; /* void */ ) {
            /* void */
        }

        ngx_shmtx_unlock(&world->mtx);
    }
}

/* A waiter must get the lock after a few of these moments. */
START_TEST(waiter_gets_in_past_a_hog)
{
    int    i, n;
    long   turns = 1000;
    pid_t  pid;

    make(_i);
    pid = child(hog);
    await(&world->stage, 1);

    for (n = 0; n < 20 && turns > 30; n++) {
        turns = world->counter;

        for (i = 0; i < 10; i++) {
            nap(2);         /* let the hog have the lock again */
            ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG), NGX_OK);
            ngx_shmtx_unlock(&world->mtx);
        }

        turns = world->counter - turns;
    }

    world->stage = 2;
    reap(pid);
    ck_assert_int_le(turns, 30);
}
END_TEST

START_TEST(timed_lock_gives_up_in_time)
{
    int      i;
    pid_t    pid;
    int64_t  us = LONG * 1000;

    make(_i);
    pid = child(lock_and_hang);
    await(&world->stage, 1);

    for (i = 0; i < 20 && us >= 90000; i++) {
        us = now_us();
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 60), NGX_AGAIN);
        us = now_us() - us;
        ck_assert_int_ge(us, 60000);
    }

    ck_assert_int_lt(us, 90000);

    end(pid);
}
END_TEST

/* In ms: they must neither wrap nor be taken for negative. */
static const ngx_int_t  longest[] = {
    INT_MAX - 1, INT_MAX, LONG_MAX / 1000000, LONG_MAX / 1000 + 1, LONG_MAX - 1,
    LONG_MAX, -1, LONG_MIN
};

static void
wait_long(void)
{
    world->stage = 2;
    world->error = (int) ngx_shmtx_lock_ex(&world->mtx,
                                           longest[world->counter]);
    world->stage = 3;
    ngx_shmtx_unlock(&world->mtx);
}

START_TEST(longest_time_limits_are_long)
{
    pid_t     pid;
    unsigned  i;

    make(_i);

    for (i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
        world->counter = (long) i;
        world->error = 1;
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG), NGX_OK);

        pid = child(wait_long);
        await(&world->stage, 2);
        nap(20);
        ck_assert_int_eq(world->stage, 2);

        ngx_shmtx_unlock(&world->mtx);
        reap(pid);
        ck_assert_int_eq(world->error, NGX_OK);
        world->stage = 0;
    }
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
note_alerts(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) buf;
    (void) len;
    *(int *) log->wdata += level == NGX_LOG_ALERT;
}

START_TEST(misuse_is_logged)
{
    int        alerts = 0;
    ngx_log_t  log = { NGX_LOG_DEBUG, note_alerts, NULL };

    make(_i);
    log.wdata = &alerts;
    world->mtx.log = &log;

    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_eq(alerts, 1);
    ngx_shmtx_lock(&world->mtx);
    ngx_shmtx_lock(&world->mtx);
    ck_assert_int_eq(alerts, 2);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, -1), NGX_ERROR);
    ck_assert_int_eq(alerts, 3);

    /* a try, and a right unlock, log nothing */
    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 0);
    ngx_shmtx_unlock(&world->mtx);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_eq(alerts, 3);
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

/* A processor that is taken away for a while may count as used. */
START_TEST(waiter_sleeps)
{
    int    i;
    pid_t  pid;

    make(_i);
    world->cpu = LONG;

    for (i = 0; i < 10 && world->cpu >= 10000; i++) {
        world->stage = 0;
        ngx_shmtx_lock(&world->mtx);
        pid = child(wait_and_weigh);
        await(&world->stage, 2);
        nap(100);
        ngx_shmtx_unlock(&world->mtx);
        reap(pid);
    }

    /* of 100 ms */
    ck_assert_int_lt(world->cpu, 10000);
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
    await(&world->stage, 1);
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

int
main(void)
{
    TCase  *tc = tcase_create("kinds");

    each(counter_is_exact_with_eight_processes);
    each(counter_is_exact_with_threads_of_two_processes);
    each(threads_of_two_processes_may_wait_crosswise);
    each(trylock_takes_a_free_lock_only);
    each(leaver_gives_way_to_one_that_waits_for_long);
    each(waiter_gets_in_past_a_hog);
    each(timed_lock_gives_up_in_time);
    each(longest_time_limits_are_long);
    each(owner_that_locks_again_is_told_and_keeps_the_lock);
    each(misuse_is_logged);
    each(stranger_cannot_unlock);
    each(accept_mutex_does_not_spin);
    each(waiter_sleeps);
    each(child_of_the_owner_is_not_the_owner);
    each(stat_tells_without_the_lock);
    each(stat_needs_no_write_access);

    return run_case(tc, "locks", TEST_LIFE);
}
