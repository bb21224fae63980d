/* Wait without a lock; and what sleepers see when others die. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmcond_world.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "../run_case.h"

/* More than the longest time until a look: a busy machine takes its time. */
#define LATE  5000

static void
push_and_hang(void)
{
    (void) ngx_shmtx_lock_ex(&world->mtx, -1);
    queue->tail++;
    world->stage = 1;

    for ( ;; ) {
        (void) pause();
    }
}

static void
hook(ngx_shmtx_t *mtx, void *data)
{
    (void) mtx;
    (void) data;
    queue->hooked++;
}

START_TEST(owner_that_dies_before_it_wakes_is_reported)
{
    pid_t  owner, pid;

    make_queue(_i);
    world->mtx.recover = hook;
    pid = child(take_one);
    await_sleepers(1);
    owner = child(push_and_hang);
    await(&world->stage, 1);
    (void) kill(owner, SIGKILL);
    bury(owner);
    ck_assert_int_lt(await_taken(1), LATE);
    reap(pid);
    ck_assert_int_eq(queue->result, NGX_SHMTX_OWNER_DIED);
    ck_assert_int_eq(queue->hooked, 1);
}
END_TEST

static void
push_silently(void)
{
    (void) ngx_shmtx_lock_ex(&world->mtx, -1);
    queue->tail++;
    ngx_shmtx_unlock(&world->mtx);
    (void) raise(SIGKILL);
}

START_TEST(change_is_noticed_though_its_waker_died)
{
    pid_t  pid;

    make_queue(_i);
    pid = child(take_one);
    await_sleepers(1);
    nap(300);                       /* the looks are rare by now */
    bury(child(push_silently));
    ck_assert_int_lt(await_taken(1), LATE);
    reap(pid);
    ck_assert_int_eq(queue->result, NGX_OK);
}
END_TEST

/* The kernel wakes the one that sleeps longest; it dies before it has acted. */
START_TEST(second_sleeper_acts_when_the_woken_one_dies)
{
    pid_t  first, second;

    make_queue(_i);
    first = child(take_one);
    await_sleepers(1);
    second = child(take_one);
    await_sleepers(2);

    ngx_shmtx_lock(&world->mtx);
    queue->tail++;
    ngx_shmcond_wake(&queue->some, 1);
    end(first);
    ngx_shmtx_unlock(&world->mtx);

    ck_assert_int_lt(await_taken(1), LATE);
    reap(second);
}
END_TEST

/* The same where the state is changed without the lock. */
START_TEST(second_sleeper_acts_without_a_turn_of_the_lock)
{
    pid_t  first, second;

    make_queue(_i);
    first = child(take_one);
    await_sleepers(1);
    second = child(take_one);
    await_sleepers(2);

    (void) kill(first, SIGSTOP);
    queue->tail++;
    ngx_shmcond_wake(&queue->some, 1);
    ck_assert_int_lt(await_taken(1), LATE);
    end(first);
    reap(second);
}
END_TEST

START_TEST(sleeper_that_dies_leaves_the_condition_usable)
{
    int    i;
    pid_t  pid;

    make_queue(_i);
    pid = child(take_one);
    await_sleepers(1);
    end(pid);

    for (i = 0; i < 3; i++) {
        pid = child(take_one);
        await_sleepers(2);
        push(1);
        ck_assert_int_lt(await_taken((uint32_t) i + 1), LATE);
        reap(pid);
    }
}
END_TEST

static void
wait_without_lock(void)
{
    while (queue->tail == 0) {
        queue->result = ngx_shmcond_wait(&queue->some, NULL, -1);
        queue->returns++;
    }

    queue->head++;
}

START_TEST(word_is_waited_for_without_a_lock)
{
    pid_t  pid;

    make_queue(_i);
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, NULL, 2), NGX_AGAIN);
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, NULL, 1000), NGX_OK);

    pid = child(wait_without_lock);
    await_sleepers(1);
    nap(50);
    ck_assert_int_ge(queue->returns, 1);
    queue->tail = 1;
    ngx_shmcond_wake(&queue->some, 1);
    ck_assert_int_lt(await_taken(1), LATE);
    reap(pid);
    ck_assert_int_eq(queue->result, NGX_OK);
}
END_TEST

static void *
take_in_thread(void *data)
{
    take_one();
    return data;
}

START_TEST(threads_wait_too)
{
    int        i;
    pthread_t  t[2];

    make_queue(_i);

    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(pthread_create(&t[i], NULL, take_in_thread, NULL), 0);
    }

    await_sleepers(2);
    push(1);
    ck_assert_int_lt(await_taken(1), LATE);
    push(NGX_SHMCOND_ALL);
    ck_assert_int_lt(await_taken(2), LATE);
    (void) pthread_join(t[0], NULL);
    (void) pthread_join(t[1], NULL);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("deaths");

    each(owner_that_dies_before_it_wakes_is_reported);
    each(change_is_noticed_though_its_waker_died);
    each(second_sleeper_acts_when_the_woken_one_dies);
    each(second_sleeper_acts_without_a_turn_of_the_lock);
    each(sleeper_that_dies_leaves_the_condition_usable);
    each(word_is_waited_for_without_a_lock);
    each(threads_wait_too);

    return run_case(tc, "deaths", TEST_LIFE);
}
