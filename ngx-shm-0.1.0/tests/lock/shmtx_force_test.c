/* nginx's way: the parent takes the lock away from a dead child. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"

#include <check.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

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

static void *
lock_and_hang_thread(void *data)
{
    (void) data;
    lock_and_hang();
    return NULL;
}

static void
lock_in_a_thread(void)
{
    pthread_t  t;

    (void) pthread_create(&t, NULL, lock_and_hang_thread, NULL);
    (void) pause();
}

START_TEST(lock_of_a_dead_process_is_forced_whose_thread_had_it)
{
    pid_t  pid;

    make(_i);
    pid = child(lock_in_a_thread);
    await(&world->stage, 1);
    end(pid);

    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, pid), 1);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0),
                     NGX_SHMTX_OWNER_DIED);
}
END_TEST

static void
lock_again_and_hang(void)
{
    ngx_shmtx_lock(&world->mtx);
    lock_and_hang();
}

START_TEST(forced_lock_is_free_even_if_it_was_locked_again)
{
    pid_t  pid;

    make(_i);
    pid = child(lock_again_and_hang);
    await(&world->stage, 1);
    end(pid);

    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, pid), 1);
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

    /* the next owner has the lock, and has not yet stored its pid */
    world->stage = 0;
    pid = child(lock_and_hang);
    await(&world->stage, 1);
    lock->pid = (uint32_t) dead;

    ck_assert_uint_eq(ngx_shmtx_force_unlock(&world->mtx, dead), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_AGAIN);
    end(pid);
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
        await(&world->stage, 1);
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

int
main(void)
{
    TCase  *tc = tcase_create("kinds");

    each(parent_can_force_a_dead_owners_lock);
    each(lock_of_a_dead_process_is_forced_whose_thread_had_it);
    each(forced_lock_is_free_even_if_it_was_locked_again);
    each(force_does_not_rob_the_living);
    each(force_works_in_a_signal_handler);

    return run_case(tc, "locks", TEST_LIFE);
}
