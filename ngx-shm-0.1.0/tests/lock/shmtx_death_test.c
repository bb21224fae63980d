/* Owners die, and the next one is told; each kind that was built. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"

#include <check.h>
#include <signal.h>
#include <unistd.h>

#include "../run_case.h"

START_TEST(one_locker_is_told_of_a_death)
{
    pid_t  pid;

    make(_i);
    pid = killed_owner();

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                     NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&world->mtx);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG), NGX_OK);
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
            ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
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

    if (ngx_shmtx_lock_ex(&world->mtx, LONG) == NGX_SHMTX_OWNER_DIED) {
        world->taken_us = now_us();
    }

    ngx_shmtx_unlock(&world->mtx);
}

START_TEST(waiters_notice_the_death_of_the_owner)
{
    int      i;
    pid_t    pid, waiter;
    int64_t  us = LONG;

    make(_i);

    for (i = 0; i < 50 && us >= 50000; i++) {
        world->stage = 0;
        pid = child(lock_and_hang);
        await(&world->stage, 1);
        waiter = child(wait_and_time);
        await(&world->stage, 2);
        nap(100);       /* by now the waiter takes long sleeps */

        us = now_us();
        (void) kill(pid, SIGKILL);
        bury(pid);
        reap(waiter);
        us = (int64_t) world->taken_us - us;
    }

    ck_assert_int_lt(us, 50000);
}
END_TEST

START_TEST(one_of_many_waiters_is_told)
{
    int    i;
    pid_t  pid[PROCESSES], owner;

    make(_i);
    owner = child(lock_and_hang);
    await(&world->stage, 1);

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

static void
count(ngx_shmtx_t *mtx, void *data)
{
    (void) mtx;
    (*(volatile long *) data)++;
}

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

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                     NGX_SHMTX_OWNER_DIED);
}
END_TEST

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

    ck_assert_int_eq(ngx_lock_acquire(lock, 0, LONG), EOWNERDEAD);
    ck_assert_int_eq(ngx_lock_acquire(lock, 0, 0), EDEADLK);
    ck_assert_int_eq(ngx_lock_release(lock), 0);
    ck_assert_int_eq(ngx_lock_release(lock), EPERM);
    ck_assert_int_eq(ngx_lock_try(lock), 0);
    ck_assert_int_eq(ngx_lock_release(lock), 0);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("kinds");

    each(one_locker_is_told_of_a_death);
    each(dead_owner_is_noticed_at_once);
    each(waiters_notice_the_death_of_the_owner);
    each(one_of_many_waiters_is_told);
    each(plain_lock_calls_the_hook);
    each(death_without_a_hook_is_logged_and_kept);
    each(recovery_that_is_killed_is_done_again);
    each(death_of_a_thread_is_told);
    each(lock_without_a_handle_tells_once);

    return run_case(tc, "locks", TEST_LIFE);
}
