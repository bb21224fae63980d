/*
 * The judge of other threads: is the process of an identity gone, does the
 * thread run another program now, and does the moment of an identity go on?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "lock_world.h"
#include "ngx_lock_word.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#if NGX_LOCK_HAVE_WORD && NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME

typedef struct {
    volatile int       stage;
    volatile uint64_t  word;
    volatile uint64_t  image;
    volatile uint32_t  ns;
} told_t;

static told_t  *told;

static void
tell(void)
{
    told->word = ngx_lock_me();
    told->ns = ngx_lock_self.ns;
    told->image = ngx_lock_image();
    told->stage = 1;
}

static void
wait_for_end(void)
{
    tell();

    for ( ;; ) {
        (void) pause();
    }
}

static void *
stay(void *arg)
{
    nap(100);
    told->stage = 2;

    for ( ;; ) {
        (void) pause();
    }

    return arg;
}

static void
end_first_thread(void)
{
    pthread_t  thread;

    tell();

    if (pthread_create(&thread, NULL, stay, NULL) != 0) {
        _exit(1);
    }

    pthread_exit(NULL);
}

static void
exec_another(void)
{
    tell();
    await(&told->stage, 2);
    (void) execl("/bin/sleep", "sleep", "300", (char *) NULL);
    _exit(1);
}

static int
dead(pid_t pid)
{
    return ngx_lock_process_dead(told->ns, pid, told->word);
}

START_TEST(process_is_dead_when_it_is_a_zombie_or_gone)
{
    pid_t  pid;

    told = shared(sizeof(told_t));
    (void) ngx_lock_me();
    pid = child(wait_for_end);
    await(&told->stage, 1);
    ck_assert(!dead(pid));
    ck_assert_msg(!dead(getpid()), "the caller lives");

    (void) kill(pid, SIGKILL);
    await_zombie(pid);
    ck_assert(dead(pid));

    bury(pid);
    ck_assert(dead(pid));
}
END_TEST

START_TEST(process_lives_while_one_of_its_threads_does)
{
    pid_t  pid;

    told = shared(sizeof(told_t));
    (void) ngx_lock_me();
    pid = child(end_first_thread);
    await(&told->stage, 2);
    ck_assert_msg(!dead(pid), "its second thread lives");

    end(pid);
    ck_assert(dead(pid));
}
END_TEST

START_TEST(process_of_other_namespaces_is_not_judged)
{
    pid_t  pid;

    told = shared(sizeof(told_t));
    (void) ngx_lock_me();
    pid = child(wait_for_end);
    await(&told->stage, 1);
    end(pid);
    ck_assert(!ngx_lock_process_dead(told->ns + 1, pid, told->word));
}
END_TEST

START_TEST(process_that_began_later_is_another)
{
    pid_t     pid;
    uint64_t  old;

    told = shared(sizeof(told_t));

    /* an identity of a second before the process began; its tid is kept */
    old = (uint64_t) (uint32_t) (ngx_lock_moment()
                                 - (1000000000 >> NGX_LOCK_MOMENT)) << 32;
    (void) ngx_lock_me();
    pid = child(wait_for_end);
    await(&told->stage, 1);
    ck_assert(!dead(pid));
    ck_assert(ngx_lock_process_dead(told->ns, pid, old | (uint32_t) pid));
    end(pid);
}
END_TEST

START_TEST(image_is_gone_after_exec)
{
    int    i;
    pid_t  pid;

    told = shared(sizeof(told_t));
    pid = child(exec_another);
    await(&told->stage, 1);

    if (told->image != 0) {     /* 0: the system hides it */
        ck_assert(!ngx_lock_image_gone((uint32_t) pid, told->image));
        told->stage = 2;

        for (i = 0; i < LONG
             && !ngx_lock_image_gone((uint32_t) pid, told->image); i++)
        {
            nap(1);
        }

        ck_assert(ngx_lock_image_gone((uint32_t) pid, told->image));
        ck_assert_msg(!ngx_lock_image_gone((uint32_t) pid, 0), "not known");
    }

    end(pid);
    ck_assert_uint_eq(ngx_lock_image(), ngx_lock_image());
}
END_TEST

START_TEST(moment_goes_on)
{
    uint64_t  a = ngx_lock_moment(), b;

    nap(20);
    b = ngx_lock_moment();
    ck_assert_uint_gt(b, a);
    ck_assert_uint_lt(b - a, ((uint64_t) LONG * 1000000) >> NGX_LOCK_MOMENT);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("judge");

    tcase_add_test(tc, process_is_dead_when_it_is_a_zombie_or_gone);
    tcase_add_test(tc, process_lives_while_one_of_its_threads_does);
    tcase_add_test(tc, process_of_other_namespaces_is_not_judged);
    tcase_add_test(tc, process_that_began_later_is_another);
    tcase_add_test(tc, image_is_gone_after_exec);
    tcase_add_test(tc, moment_goes_on);
    return run_case(tc, "locks", TEST_LIFE);
}

#else

int
main(void)
{
    (void) puts("1..0 # SKIP no owner words, or no start times");
    return 0;
}

#endif
