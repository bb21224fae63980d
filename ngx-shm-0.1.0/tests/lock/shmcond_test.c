/* Wait and wake; with each kind of lock that was built. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmcond_world.h"
#include "ngx_lock_kind.h"

#include <check.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "../run_case.h"

/* A look comes after 10 ms; a wake is sooner, unless the machine is busy. */
#define SOON    8
#define TRIES   50

START_TEST(sleeper_is_woken_at_once)
{
    int      i;
    pid_t    pid;
    int64_t  us = LONG * 1000;

    make_queue(_i);

    for (i = 0; i < TRIES && us >= SOON * 1000; i++) {
        pid = child(take_one);
        await_sleepers(1);
        us = now_us();
        push(1);
        reap(pid);
        ck_assert_int_eq(queue->result, NGX_OK);
        us = queue->woken_us - us;
    }

    ck_assert_int_lt(us, SOON * 1000);
    ck_assert_uint_eq(queue->head, queue->tail);
    ck_assert_uint_eq(queue->some.waiting, 0);
}
END_TEST

/* Those that were woken are not counted: the others soon look. */
START_TEST(so_many_are_woken_as_asked_for)
{
    int       i, n, left[3] = { 2, 1, 0 };
    uint32_t  still = 0;
    pid_t     pid[3];

    for (n = 0; NGX_HAVE_FUTEX && NGX_HAVE_ATOMIC_OPS && n < 3; n++) {
        for (i = 0; i == 0 || (i < TRIES && still != (uint32_t) left[n]); i++) {
            make_queue(_i);
            pid[0] = child(wait_once);
            pid[1] = child(wait_once);
            pid[2] = child(wait_once);
            await_sleepers(3);
            ngx_shmcond_wake(&queue->some,
                             n == 2 ? NGX_SHMCOND_ALL : (ngx_uint_t) n + 1);
            still = *(volatile uint32_t *) &queue->some.waiting;
            reap(pid[0]);
            reap(pid[1]);
            reap(pid[2]);
        }

        ck_assert_uint_eq(still, (uint32_t) left[n]);
    }
}
END_TEST

START_TEST(wait_gives_up_in_time_and_has_the_lock)
{
    int64_t  us;

    make_queue(_i);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, &world->mtx, 0),
                     NGX_AGAIN);

    us = now_us();
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, &world->mtx, 150),
                     NGX_AGAIN);
    us = now_us() - us;
    ck_assert_int_ge(us, 150000);
    ck_assert_int_lt(us, 10000000);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_uint_eq(queue->some.waiting, 0);
}
END_TEST

START_TEST(wrong_calls_are_refused)
{
    ngx_shmtx_t    none;
    ngx_shmcond_t  was, *odd;

    make_queue(_i);
    was = queue->some;
    ngx_memzero(&none, sizeof(none));
    odd = (ngx_shmcond_t *) (void *) ((char *) &queue->some + 4);

    ck_assert_int_eq(ngx_shmcond_wait(NULL, &world->mtx, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shmcond_wait(odd, &world->mtx, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, &none, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, &world->mtx, -1),
                     NGX_ERROR);
    ck_assert_int_eq(errno, EPERM);

    ngx_shmtx_lock(&world->mtx);
    ngx_shmtx_lock(&world->mtx);
    ck_assert_int_eq(ngx_shmcond_wait(&queue->some, &world->mtx, -1),
                     NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);

    /* it is locked twice as before, and nothing is counted */
    ck_assert_uint_eq(lock_of(world)->depth, 1);
    ngx_shmtx_unlock(&world->mtx);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
    ck_assert_int_eq(memcmp(&was, &queue->some, sizeof(was)), 0);
}
END_TEST

START_TEST(lock_that_is_gone_is_reported)
{
    pid_t  pid;

    make_queue(_i);
    pid = child(wait_once);
    await_sleepers(1);
    ngx_memzero(&world->sh, sizeof(world->sh));
    ngx_shmcond_wake(&queue->some, 1);
    reap(pid);
    ck_assert_int_eq(queue->result, NGX_ERROR);
    ck_assert_int_eq(queue->error, EINVAL);
}
END_TEST

/* Also with two of them, and long enough for some looks of each. */
START_TEST(sleepers_rest_while_nothing_happens)
{
    long              cpu;
    pid_t             pid;
    struct rusage     ru;
    ngx_shmtx_stat_t  was, st;

    make_queue(_i);
    pid = child(wait_once);
    await_sleepers(1);
    ngx_shmtx_stat(&world->mtx, &was);
    ck_assert_int_eq(wait_for(1500), NGX_AGAIN);
    (void) getrusage(RUSAGE_SELF, &ru);

    /* this process has locked and relocked; the other one sleeps on */
    ngx_shmtx_stat(&world->mtx, &st);
    ck_assert_uint_le(st.acquired - was.acquired, 2);
    end(pid);

    cpu = (long) (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000
          + (long) (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);

#if NGX_HAVE_FUTEX
    ck_assert_int_lt(cpu, 100000);
#else
    (void) cpu;
#endif
}
END_TEST

START_TEST(turn_of_another_process_is_a_reason_to_look)
{
    pid_t  pid;

    make_queue(_i);
    pid = child(wait_once);
    await_sleepers(1);
    ngx_shmtx_lock(&world->mtx);
    ngx_shmtx_unlock(&world->mtx);
    reap(pid);
    ck_assert_int_eq(queue->result, NGX_OK);
}
END_TEST

static void
on_alarm(int sig)
{
    world->told++;

    if (queue->closed) {
        ngx_shmcond_wake(&queue->some, NGX_SHMCOND_ALL);
    }

    (void) sig;
}

START_TEST(signal_does_not_end_the_sleep_but_its_handler_may)
{
    int               i;
    struct sigaction  sa;
    struct itimerval  it = { { 0, 0 }, { 0, 20000 } };

    ngx_memzero(&sa, sizeof(sa));
    sa.sa_handler = on_alarm;
    make_queue(_i);
    (void) sigaction(SIGALRM, &sa, NULL);

    for (i = 0; i < 2; i++) {
        queue->closed = (uint32_t) i;
        (void) setitimer(ITIMER_REAL, &it, NULL);
        errno = 77;
        ck_assert_int_eq(wait_for(i == 0 ? 200 : LONG),
                         i == 0 ? NGX_AGAIN : NGX_OK);
        ck_assert_int_eq(errno, 77);
        ck_assert_int_eq(world->told, i + 1);
    }
}
END_TEST

START_TEST(wake_keeps_errno_and_may_find_nobody)
{
    make_queue(_i);
    errno = 77;
    ngx_shmcond_wake(&queue->some, 1);
    ngx_shmcond_wake(&queue->some, NGX_SHMCOND_ALL);
    queue->some.waiting = 1;        /* killed in its sleep */
    ngx_shmcond_wake(&queue->some, (ngx_uint_t) -1);
    ck_assert_int_eq(errno, 77);
    ck_assert_uint_eq(queue->some.seq, 3);

    /* those of before are over */
    ck_assert_int_eq(wait_for(30), NGX_AGAIN);
}
END_TEST

static void
consume(void)
{
    int  me;

    ngx_shmtx_lock(&world->mtx);
    me = world->stage++;

    for ( ;; ) {
        while (queue->head == queue->tail && !queue->closed) {
            if (ngx_shmcond_wait(&queue->some, &world->mtx, -1) != NGX_OK) {
                _exit(1);
            }
        }

        if (queue->head == queue->tail) {
            break;
        }

        queue->head++;
        queue->taken[me]++;
    }

    ngx_shmtx_unlock(&world->mtx);
}

START_TEST(queue_loses_nothing)
{
    int       i, n;
    pid_t     pid[CONSUMERS];
    uint32_t  sum = 0;

    make_queue(_i);
    n = slow_kind() ? 300 : 10000;

    for (i = 0; i < CONSUMERS; i++) {
        pid[i] = child(consume);
    }

    for (i = 0; i < n; i++) {
        push(1);

        if (i % 100 == 0) {
            nap(1);             /* let them fall asleep */
        }
    }

    ngx_shmtx_lock(&world->mtx);
    queue->closed = 1;
    ngx_shmcond_wake(&queue->some, NGX_SHMCOND_ALL);
    ngx_shmtx_unlock(&world->mtx);

    for (i = 0; i < CONSUMERS; i++) {
        reap(pid[i]);
        sum += queue->taken[i];
    }

    ck_assert_uint_eq(queue->tail, (uint32_t) n);
    ck_assert_uint_eq(queue->head, (uint32_t) n);
    ck_assert_uint_eq(sum, (uint32_t) n);
    ck_assert_uint_eq(queue->some.waiting, 0);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("conditions");

    each(sleeper_is_woken_at_once);
    each(so_many_are_woken_as_asked_for);
    each(wait_gives_up_in_time_and_has_the_lock);
    each(wrong_calls_are_refused);
    each(lock_that_is_gone_is_reported);
    each(sleepers_rest_while_nothing_happens);
    each(turn_of_another_process_is_a_reason_to_look);
    each(signal_does_not_end_the_sleep_but_its_handler_may);
    each(wake_keeps_errno_and_may_find_nobody);
    each(queue_loses_nothing);

    return run_case(tc, "conditions", TEST_LIFE);
}
