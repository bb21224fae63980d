/* Readers and writers that die with the read-write lock. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "rwlock_world.h"
#include "ngx_rwlock_slot.h"

#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "../run_case.h"

START_TEST(next_writer_is_told_of_a_dead_one)
{
    (void) child_at_stage(write_and_hang, 1);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG), NGX_SHMTX_OWNER_DIED);
    w->b = w->a;
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
}
END_TEST

static void
try_read(void)
{
    w->rc = ngx_rwlock_rlock_ex(rw, 0);
    (void) ngx_rwlock_unlock_ex(rw);
}

START_TEST(reader_after_a_dead_writer_is_told_and_may_write)
{
    (void) child_at_stage(write_and_hang, 1);

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, LONG), NGX_SHMTX_OWNER_DIED);
    reap(child(try_read));
    ck_assert_int_eq(w->rc, NGX_AGAIN);
    w->b = w->a;

    ck_assert_int_eq(ngx_rwlock_downgrade_ex(rw), NGX_OK);
#if NGX_LOCK_HAVE_WORD
    reap(child(try_read));
    ck_assert_int_eq(w->rc, NGX_OK);
#endif
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
}
END_TEST

static void
be_told_and_hang(void)
{
    if (ngx_rwlock_rlock_ex(rw, LONG) == NGX_SHMTX_OWNER_DIED) {
        hang();
    }
}

START_TEST(repair_that_is_killed_is_done_again)
{
    (void) child_at_stage(write_and_hang, 1);
    (void) child_at_stage(be_told_and_hang, 1);
    (void) child_at_stage(be_told_and_hang, 1);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG), NGX_SHMTX_OWNER_DIED);
}
END_TEST

static void
read_wait_and_tell(void)
{
    ngx_int_t  rc = ngx_rwlock_rlock_ex(rw, LONG);

    w->reads += 1;
    w->bad += rc < 0;

    if (rc == NGX_SHMTX_OWNER_DIED) {
        w->told++;
        w->b = w->a;
        nap(50);
    }

    w->bad += w->a != w->b;
    (void) ngx_rwlock_unlock_ex(rw);
}

START_TEST(one_of_the_waiting_readers_is_told)
{
    int    i;
    pid_t  pid[3], writer;

    writer = child_at_stage(write_and_hang, 0);

    for (i = 0; i < 3; i++) {
        pid[i] = child(read_wait_and_tell);
    }

    nap(50);
    ck_assert_int_eq(w->reads, 0);
    end(writer);

    for (i = 0; i < 3; i++) {
        reap(pid[i]);
    }

    ck_assert_int_eq(w->told, 1);
    ck_assert_int_eq(w->bad, 0);
}
END_TEST

#if NGX_LOCK_HAVE_WORD

START_TEST(dead_readers_give_way)
{
    ngx_rwlock_stat_t  st;

    (void) child_at_stage(read_and_hang, 1);
    (void) child_at_stage(read_and_hang, 1);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG), NGX_OK);

    ngx_rwlock_stat(rw, &st);
    ck_assert_uint_eq(st.reclaimed, 2);
    ck_assert_uint_eq(st.readers, 0);
}
END_TEST

START_TEST(slots_of_the_dead_serve_again)
{
    int    i;
    pid_t  pid[SLOTS];

    for (i = 0; i < SLOTS; i++) {
        (void) child_at_stage(read_and_hang, 1);
    }

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, LONG), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    for (i = 0; i < SLOTS; i++) {
        pid[i] = child_at_stage(read_and_hang, 0);
    }

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 60), NGX_AGAIN);

    for (i = 0; i < SLOTS; i++) {
        end(pid[i]);
    }
}
END_TEST

static void
write_wait(void)
{
    (void) ngx_rwlock_wlock_ex(rw, -1);
}

START_TEST(death_stays_to_be_told_when_the_one_told_gave_up)
{
    pid_t              reader, writer;
    ngx_rwlock_stat_t  st;

    /* a reader keeps the writer that dies and its heir waiting */
    reader = child_at_stage(read_and_hang, 0);
    writer = child(write_wait);

    do {
        nap(1);
        ngx_rwlock_stat(rw, &st);
    } while (st.writer.pid != writer);

    end(writer);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 100), NGX_AGAIN);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 100), NGX_AGAIN);
    end(reader);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, LONG), NGX_SHMTX_OWNER_DIED);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
}
END_TEST

#endif

#if NGX_LOCK_HAVE_WORD

/* The slot may name any thread of this boot: here it names a living one. */
START_TEST(reader_of_an_earlier_boot_is_forgotten)
{
    pid_t  pid = child_at_stage(read_and_hang, 0);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 20), NGX_AGAIN);

    if (rw->boot != 0) {
        rw->writer.made.of.boot ^= 0x100;
        rw->boot ^= 0x100;
        ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS), NGX_OK);
        ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG),
                         NGX_SHMTX_OWNER_DIED);
        ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
        ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
        ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    }

    end(pid);
}
END_TEST

#endif

#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD

static void
read_and_write_abroad(void)
{
    w->rc = ngx_rwlock_rlock_ex(rw, 0) == NGX_ERROR && errno == EXDEV
            && ngx_rwlock_wlock_ex(rw, 0) == NGX_ERROR && errno == EXDEV
            && ngx_rwlock_create(rw, SLOTS) == NGX_ERROR && errno == EXDEV;
}

START_TEST(another_pid_namespace_is_refused)
{
    if (unshare(CLONE_NEWPID) != 0) {
        printf("# SKIP %s: no right to make a namespace\n", __func__);
        return;
    }

    reap(child(read_and_write_abroad));
    ck_assert_int_eq(w->rc, 1);
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("rwlock");

    tcase_add_checked_fixture(tc, setup, teardown);

    tcase_add_test(tc, next_writer_is_told_of_a_dead_one);
    tcase_add_test(tc, reader_after_a_dead_writer_is_told_and_may_write);
    tcase_add_test(tc, repair_that_is_killed_is_done_again);
    tcase_add_test(tc, one_of_the_waiting_readers_is_told);
#if NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, dead_readers_give_way);
    tcase_add_test(tc, slots_of_the_dead_serve_again);
    tcase_add_test(tc, death_stays_to_be_told_when_the_one_told_gave_up);
#endif
#if NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, reader_of_an_earlier_boot_is_forgotten);
#endif
#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, another_pid_namespace_is_refused);
#endif

    return run_case(tc, "locks", TEST_LIFE);
}
