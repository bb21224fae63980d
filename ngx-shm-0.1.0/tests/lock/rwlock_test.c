/* Both read-write locks: nginx's, and the robust one. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "rwlock_world.h"
#include "ngx_rwlock_slot.h"

#include <check.h>
#include <limits.h>
#include <sys/resource.h>

#include "../run_case.h"

static void
write_some(void)
{
    int  i;

    for (i = 0; i < 2000; i++) {
        if (ngx_rwlock_wlock_ex(rw, -1) != NGX_OK) {
            w->bad++;
        }

        w->a++;
        w->b++;

        if (i % 2) {
            (void) ngx_rwlock_downgrade_ex(rw);
            w->bad += w->a != w->b;
        }

        (void) ngx_rwlock_unlock_ex(rw);
    }
}

static void
read_some(void)
{
    int  i;

    for (i = 0; i < 5000; i++) {
        if (ngx_rwlock_rlock_ex(rw, -1) != NGX_OK) {
            w->bad++;
        }

        w->bad += w->a != w->b;
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

START_TEST(readers_see_what_writers_completed)
{
    int    i;
    pid_t  pid[6];

    for (i = 0; i < 6; i++) {
        pid[i] = child(i < 3 ? write_some : read_some);
    }

    for (i = 0; i < 6; i++) {
        reap(pid[i]);
    }

    ck_assert_int_eq(w->bad, 0);
    ck_assert_int_eq(w->a, 6000);
    ck_assert_int_eq(w->b, 6000);
}
END_TEST

static void
unlock(void)
{
    w->rc = ngx_rwlock_unlock_ex(rw) == NGX_ERROR && errno == EPERM;
}

START_TEST(stranger_cannot_unlock)
{
    ngx_rwlock_stat_t  st;

    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_ERROR);
    ck_assert_int_eq(errno, EPERM);

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_OK);
    reap(child(unlock));
    ck_assert_int_eq(w->rc, 1);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, -1), NGX_OK);
    reap(child(unlock));
    ck_assert_int_eq(w->rc, 1);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    ngx_rwlock_stat(rw, &st);
    ck_assert_uint_eq(st.writer.misused, 3);
}
END_TEST

START_TEST(create_refuses_what_does_not_fit)
{
    ck_assert_int_eq(ngx_rwlock_create(NULL, 1), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_rwlock_create(rw, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS + 1), NGX_ERROR);
    ck_assert_int_eq(errno, EEXIST);
    ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS), NGX_OK);

    memset(w->rw, 0x5a, sizeof(w->rw));
    ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
}
END_TEST

#define refuses(call)                                                         \
    do {                                                                      \
        errno = 0;                                                            \
        ck_assert_int_eq(call, NGX_ERROR);                                    \
        ck_assert_int_eq(errno, EINVAL);                                      \
    } while (0)

static void
refuses_all(ngx_rwlock_t *no)
{
    ngx_rwlock_stat_t  st;

    refuses(ngx_rwlock_wlock_ex(no, 0));
    refuses(ngx_rwlock_rlock_ex(no, 0));
    refuses(ngx_rwlock_wlock_ex(no, -1));
    refuses(ngx_rwlock_rlock_ex(no, -1));
    refuses(ngx_rwlock_unlock_ex(no));
    refuses(ngx_rwlock_downgrade_ex(no));

    ngx_rwlock_stat(no, &st);
    ck_assert_str_eq(st.writer.kind, "none");
    ck_assert_uint_eq(st.slots, 0);
    ck_assert_uint_eq(st.readers, 0);
}

START_TEST(what_no_create_made_refuses)
{
    memset(w->rw, 0x5a, sizeof(w->rw));
    ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS), NGX_ERROR);
    refuses_all(rw);

    memset(w->rw, 0, sizeof(w->rw));
    refuses_all(rw);

    ck_assert_int_eq(ngx_rwlock_create(NULL, SLOTS), NGX_ERROR);
    refuses_all(NULL);

    ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
}
END_TEST

static void
wait_long(void)
{
    ngx_int_t  ms = w->turns / 2 == 0 ? INT_MAX
                    : w->turns / 2 == 1 ? LONG_MAX / 1000 + 1 : LONG_MAX;

    w->stage = 2;
    w->rc = w->turns % 2 ? ngx_rwlock_rlock_ex(rw, ms)
                         : ngx_rwlock_wlock_ex(rw, ms);
    w->stage = 3;
    (void) ngx_rwlock_unlock_ex(rw);
}

START_TEST(longest_time_limits_are_long)
{
    pid_t  pid;

    for (w->turns = 0; w->turns < 6; w->turns++) {
        ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG), NGX_OK);
        w->stage = 0;
        w->rc = 1;
        pid = child(wait_long);
        await(&w->stage, 2);
        nap(20);
        ck_assert_int_eq(w->stage, 2);
        ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
        reap(pid);
        ck_assert_int_eq(w->rc, NGX_OK);
    }
}
END_TEST

#if NGX_LOCK_HAVE_WORD

START_TEST(readers_share_and_keep_the_writer_out)
{
    pid_t              one, two;
    ngx_rwlock_stat_t  st;

    one = child_at_stage(read_and_hang, 0);
    two = child_at_stage(read_and_hang, 0);

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
    ngx_rwlock_stat(rw, &st);
    ck_assert_uint_eq(st.readers, 3);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_AGAIN);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 60), NGX_AGAIN);

    /* the attempt has left nothing behind */
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
    end(one);
    end(two);
}
END_TEST

static void
read_on(void)
{
    while (!w->stop) {
        if (ngx_rwlock_rlock_ex(rw, -1) == NGX_OK) {
            w->reads++;
            (void) ngx_rwlock_unlock_ex(rw);
        }
    }
}

static void
write_on(void)
{
    while (!w->stop) {
        (void) ngx_rwlock_wlock_ex(rw, -1);
        w->told++;
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

START_TEST(nobody_starves)
{
    int    i, n;
    pid_t  pid[4];

    /* a writer among readers, then a reader among writers */
    for (n = 0; n < 2; n++) {
        w->stop = 0;

        for (i = 0; i < 3; i++) {
            pid[i] = child(n ? write_on : read_on);
        }

        nap(20);

        for (i = 0; i < 20; i++) {
            ck_assert_int_eq(n ? ngx_rwlock_rlock_ex(rw, LONG)
                               : ngx_rwlock_wlock_ex(rw, LONG), NGX_OK);
            ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
        }

        w->stop = 1;

        for (i = 0; i < 3; i++) {
            reap(pid[i]);
        }
    }
}
END_TEST

START_TEST(next_writer_lets_in_readers_that_wait_for_long)
{
    int64_t  us;

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, -1), NGX_OK);
    rw->starving = NGX_RWLOCK_LET_IN;
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    us = now_us();
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, -1), NGX_OK);
    ck_assert_int_ge(now_us() - us, NGX_LOCK_YIELD);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    /* it yields only once */
    ck_assert_uint_eq(rw->starving, 0);
    ck_assert_uint_eq(rw->yield_to_readers, 0);
}
END_TEST

/* The lock is free for moments only; a waiter must get it in a few of them. */
static void
write_long(void)
{
    int64_t  start;

    while (!w->stop) {
        (void) ngx_rwlock_wlock_ex(rw, -1);
        w->turns++;

        for (start = now_us(); now_us() - start < 20000; /* void */ ) {
            /* void */
        }

        (void) ngx_rwlock_unlock_ex(rw);
    }
}

START_TEST(reader_gets_in_past_a_busy_writer)
{
    int    i, n;
    long   turns = 1000;
    pid_t  pid = child(write_long);

    nap(20);

    for (n = 0; n < 20 && turns > 30; n++) {
        turns = w->turns;

        for (i = 0; i < 10; i++) {
            nap(2);         /* let the hog have the lock again */
            ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, LONG), NGX_OK);
            ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
        }

        turns = w->turns - turns;
    }

    w->stop = 1;
    reap(pid);
    ck_assert_int_le(turns, 30);
}
END_TEST

static void
write_once(void)
{
    if (ngx_rwlock_wlock_ex(rw, -1) == NGX_OK) {
        (void) ngx_rwlock_unlock_ex(rw);
    }
}

/* Otherwise the reader would wait for the writer, and the writer for it. */
START_TEST(reader_that_reads_again_behind_a_writer_is_told)
{
    pid_t  pid;

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    pid = child(write_once);
    await((volatile int *) &rw->writing, 1);

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    reap(pid);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_ERROR);
}
END_TEST

/* The writer waits for this reader, which would wait for the writer. */
START_TEST(reader_that_writes_behind_a_writer_is_told)
{
    pid_t  pid;

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_OK);

    pid = child(write_once);
    await((volatile int *) &rw->writing, 1);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    reap(pid);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_OK);
}
END_TEST

/* Nobody else can free a slot for it, and nobody else needs to. */
START_TEST(reader_reads_again_more_often_than_there_are_slots)
{
    int    i;
    pid_t  pid;

    for (i = 0; i < 2 * SLOTS; i++) {
        ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, LONG), NGX_OK);
    }

    pid = child(write_once);
    await((volatile int *) &rw->writing, 1);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, LONG), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);

    for (i = 0; i < 2 * SLOTS; i++) {
        ck_assert_uint_eq(rw->writer.acquired, 2);
        ck_assert_int_eq(ngx_rwlock_readers(rw) != 0, 1);
        ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    }

    reap(pid);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_ERROR);
    ck_assert_int_eq(errno, EPERM);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_OK);
}
END_TEST

static void
read_often_and_hang(void)
{
    int  i;

    for (i = 0; i < 2 * SLOTS; i++) {
        w->bad += ngx_rwlock_rlock_ex(rw, LONG) != NGX_OK;
    }

    hang();
}

START_TEST(slot_of_a_dead_reader_that_read_often_serves_once)
{
    (void) child_at_stage(read_often_and_hang, 1);

    ck_assert_int_eq(w->bad, 0);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, LONG), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_ERROR);
}
END_TEST

START_TEST(owner_that_locks_again_is_told)
{
    ck_assert_int_eq(ngx_rwlock_downgrade_ex(rw), NGX_ERROR);
    ck_assert_int_eq(errno, EPERM);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, -1), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, -1), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 0), NGX_OK);
}
END_TEST

#endif

#if NGX_HAVE_ATOMIC_OPS

static void
nginx_write(void)
{
    int  i;

    for (i = 0; i < 2000; i++) {
        ngx_rwlock_wlock(&w->word);
        w->a++;
        w->b++;

        if (i % 2) {
            ngx_rwlock_downgrade(&w->word);
            w->bad += w->a != w->b;
        }

        ngx_rwlock_unlock(&w->word);
    }
}

static void
nginx_read(void)
{
    int  i;

    for (i = 0; i < 2000; i++) {
        ngx_rwlock_rlock(&w->word);
        w->bad += w->a != w->b;
        ngx_rwlock_unlock(&w->word);
    }
}

START_TEST(nginx_lock_is_exact)
{
    int    i;
    pid_t  pid[4];

    for (i = 0; i < 4; i++) {
        pid[i] = child(i < 2 ? nginx_write : nginx_read);
    }

    for (i = 0; i < 4; i++) {
        reap(pid[i]);
    }

    ck_assert_int_eq(w->bad, 0);
    ck_assert_int_eq(w->a, 4000);
    ck_assert_uint_eq(w->word, 0);
}
END_TEST

static void
nginx_wait_and_weigh(void)
{
    struct rusage  ru;

    w->stage = 1;
    ngx_rwlock_rlock(&w->word);
    w->stage = 2;
    ngx_rwlock_unlock(&w->word);

    (void) getrusage(RUSAGE_SELF, &ru);
    w->rc = (long) (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000
            + (long) (ru.ru_utime.tv_usec + ru.ru_stime.tv_usec);
}

/* A processor that is taken away for a while may count as used. */
START_TEST(nginx_writer_keeps_the_reader_out_which_sleeps)
{
    int    i;
    pid_t  pid;

    w->rc = LONG;

    for (i = 0; i < 10 && w->rc >= 20000; i++) {
        w->stage = 0;
        ngx_rwlock_wlock(&w->word);
        pid = child(nginx_wait_and_weigh);
        await(&w->stage, 1);
        nap(100);
        ck_assert_int_eq(w->stage, 1);
        ck_assert_uint_eq(w->word, (ngx_atomic_uint_t) -1);
        ngx_rwlock_unlock(&w->word);
        reap(pid);
        ck_assert_int_eq(w->stage, 2);
    }

    /* of 100 ms */
    ck_assert_int_lt(w->rc, 20000);
}
END_TEST

START_TEST(nginx_lock_has_the_values_of_nginx)
{
    ngx_rwlock_rlock(&w->word);
    ngx_rwlock_rlock(&w->word);
    ck_assert_uint_eq(w->word, 2);
    ngx_rwlock_unlock(&w->word);
    ngx_rwlock_unlock(&w->word);
    ngx_rwlock_wlock(&w->word);
    ck_assert_uint_eq(w->word, (ngx_atomic_uint_t) -1);
    ngx_rwlock_downgrade(&w->word);
    ck_assert_uint_eq(w->word, 1);
    ngx_rwlock_downgrade(&w->word);
    ck_assert_uint_eq(w->word, 1);
    ngx_rwlock_unlock(&w->word);
    ck_assert_uint_eq(w->word, 0);
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("rwlock");

    tcase_add_checked_fixture(tc, setup, teardown);

    tcase_add_test(tc, readers_see_what_writers_completed);
    tcase_add_test(tc, stranger_cannot_unlock);
    tcase_add_test(tc, create_refuses_what_does_not_fit);
    tcase_add_test(tc, what_no_create_made_refuses);
    tcase_add_test(tc, longest_time_limits_are_long);
#if NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, readers_share_and_keep_the_writer_out);
    tcase_add_test(tc, nobody_starves);
    tcase_add_test(tc, next_writer_lets_in_readers_that_wait_for_long);
    tcase_add_test(tc, reader_gets_in_past_a_busy_writer);
    tcase_add_test(tc, reader_that_reads_again_behind_a_writer_is_told);
    tcase_add_test(tc, reader_that_writes_behind_a_writer_is_told);
    tcase_add_test(tc, reader_reads_again_more_often_than_there_are_slots);
    tcase_add_test(tc, slot_of_a_dead_reader_that_read_often_serves_once);
    tcase_add_test(tc, owner_that_locks_again_is_told);
#endif
#if NGX_HAVE_ATOMIC_OPS
    tcase_add_test(tc, nginx_lock_is_exact);
    tcase_add_test(tc, nginx_writer_keeps_the_reader_out_which_sleeps);
    tcase_add_test(tc, nginx_lock_has_the_values_of_nginx);
#endif

    return run_case(tc, "locks", TEST_LIFE);
}
