/* A process enters another time namespace by setns(2); each kind of lock. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_lock_word.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../run_case.h"

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME  0x00000080
#endif

#define OFFSETS  "/proc/self/timens_offsets"
#define FUTURE   "/proc/self/ns/time_for_children"

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME

/* Move the time of boot so many seconds back; -1: not permitted. */
static int
move_clock(long seconds)
{
    int   fd, n, rc;
    char  text[40];

    if (unshare(CLONE_NEWTIME) != 0
        && unshare(CLONE_NEWUSER|CLONE_NEWTIME) != 0)
    {
        return -1;
    }

    fd = open(OFFSETS, O_WRONLY|O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }
    n = snprintf(text, sizeof(text), "boottime %ld 0\n", seconds);
    rc = write(fd, text, (size_t) n) == n ? 0 : -1;
    (void) close(fd);

    fd = open(FUTURE, O_RDONLY|O_CLOEXEC);
    if (fd == -1) {
        return -1;
    }
    rc = rc == 0 ? setns(fd, CLONE_NEWTIME) : -1;
    (void) close(fd);
    return rc;
}

/* Can this kernel do it?  If not, say so once. */
static int
can_move(void)
{
    static int  told;

    if (access(FUTURE, F_OK) == 0) {
        return 1;
    }

    if (!told++) {
        printf("# SKIP clocks: this kernel has no time namespaces\n");
    }
    return 0;
}

static void
hold_until_2(void)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(&world->mtx, LONG);

    world->stage = 1;
    await(&world->stage, 2);

    if (rc != NGX_OK) {
        _exit(1);
    }
    ngx_shmtx_unlock(&world->mtx);
}

/* It has used locks, moves, and tries a lock that another child holds. */
static void
move_and_want(void)
{
    int        i;
    ngx_int_t  rc;

    if (ngx_shmtx_lock_ex(&world->mtx, 0) != NGX_AGAIN) {
        _exit(1);
    }

    if (move_clock(100000) != 0) {
        world->told = -1;
        return;
    }

    for (i = 0; i < 2; i++) {
        rc = ngx_shmtx_lock_ex(&world->mtx, 300);
        world->told = rc == NGX_ERROR ? errno : 0;

        if (rc != NGX_ERROR && rc != NGX_AGAIN) {
            _exit(2);           /* taken from a living owner */
        }
    }
}

START_TEST(who_moves_takes_nothing_from_the_living)
{
    pid_t  owner;

    make(_i);

    if (slow_kind() || !can_move()) {
        return;
    }

    owner = child(hold_until_2);
    await(&world->stage, 1);
    reap(child(move_and_want));

    if (world->told == -1) {
        printf("# SKIP %s: no right to move the clock\n", __func__);
        world->stage = 2;
        reap(owner);
        return;
    }

    ck_assert_int_eq(world->told, EXDEV);
    world->stage = 2;
    reap(owner);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG), NGX_OK);
    ngx_shmtx_unlock(&world->mtx);
}
END_TEST

static void *
want(void *unused)
{
    ngx_int_t  rc = ngx_shmtx_lock_ex(&world->mtx, 0);

    (void) unused;
    world->told = rc == NGX_ERROR ? errno : 0;
    return NULL;
}

/* Its clock is behind the others': its threads look younger to them. */
static void
move_and_begin_a_thread(void)
{
    pthread_t  thread;

    (void) ngx_lock_me();

    if (move_clock(-5) != 0) {
        world->told = -1;
        return;
    }

    if (pthread_create(&thread, NULL, want, NULL) != 0
        || pthread_join(thread, NULL) != 0)
    {
        _exit(1);
    }
}

START_TEST(threads_of_who_moved_are_refused)
{
    make(_i);

    if (slow_kind() || !can_move()) {
        return;
    }

    reap(child(move_and_begin_a_thread));

    if (world->told == -1) {
        printf("# SKIP %s: no right to move the clock\n", __func__);
        return;
    }

    ck_assert_int_eq(world->told, EXDEV);
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("clocks");

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME
    each(who_moves_takes_nothing_from_the_living);
    each(threads_of_who_moved_are_refused);
#endif

    return run_case(tc, "clocks", TEST_LIFE);
}
