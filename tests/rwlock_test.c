/* Both read-write locks: nginx's, and the one that survives. */

#include "ngx_auto_config.h"

#include "ngx_lock.h"
#include "ngx_rwlock.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLOTS  4

typedef struct {
    ngx_atomic_t    word;               /* nginx's */
    volatile long   a, b;               /* equal while nobody writes */
    volatile long   bad, told, reads;
    volatile int    stage, stop;
    volatile long   rc;
    unsigned char   rw[4096] __attribute__((aligned(64)));
} world_t;

static world_t       *w;
static ngx_rwlock_t  *rw;

static void
nap(long ms)
{
    struct timespec  ts = { ms / 1000, ms % 1000 * 1000000 };

    (void) nanosleep(&ts, NULL);
}

static int64_t
now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void
setup(void)
{
    w = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE,
             MAP_SHARED|MAP_ANON, -1, 0);

    ck_assert_ptr_ne(w, MAP_FAILED);
    ck_assert_uint_le(ngx_rwlock_size(SLOTS), sizeof(w->rw));
    rw = (ngx_rwlock_t *) (void *) w->rw;
    ck_assert_int_eq(ngx_rwlock_create(rw, SLOTS), NGX_OK);
}

static void
teardown(void)
{
    (void) munmap(w, sizeof(world_t));
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

/* The child reaches stage 1, and is killed if it should be. */
static pid_t
child_at_stage(void (*fn)(void), int killed)
{
    pid_t  pid;

    w->stage = 0;
    pid = child(fn);

    while (w->stage == 0) {
        nap(1);
    }

    if (killed) {
        (void) kill(pid, SIGKILL);
        ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    }

    return pid;
}

static void
end(pid_t pid)
{
    (void) kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}

static void
hang(void)
{
    w->stage = 1;

    for ( ;; ) {
        (void) pause();
    }
}

#if NGX_LOCK_HAVE_WORD

static void
read_and_hang(void)
{
    if (ngx_rwlock_rlock_ex(rw, -1) == NGX_OK) {
        hang();
    }
}

#endif

static void
write_and_hang(void)
{
    if (ngx_rwlock_wlock_ex(rw, -1) >= 0) {
        w->a++;
        hang();
    }
}

static void
write_some(void)
{
    int  i;

    for (i = 0; i < 5000; i++) {
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

    for (i = 0; i < 20000; i++) {
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
    ck_assert_int_eq(w->a, 15000);
    ck_assert_int_eq(w->b, 15000);
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

START_TEST(dead_readers_give_way)
{
    int64_t            start;
    ngx_rwlock_stat_t  st;

    (void) child_at_stage(read_and_hang, 1);
    (void) child_at_stage(read_and_hang, 1);

    start = now();
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 5000), NGX_OK);
    ck_assert_int_lt(now() - start, 4000);

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

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 5000), NGX_OK);
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

#endif

START_TEST(next_writer_is_told_of_a_dead_one)
{
    int64_t  start;

    (void) child_at_stage(write_and_hang, 1);
    start = now();

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 5000), NGX_SHMTX_OWNER_DIED);
    ck_assert_int_lt(now() - start, 4000);
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

    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 5000), NGX_SHMTX_OWNER_DIED);
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
    if (ngx_rwlock_rlock_ex(rw, 5000) == NGX_SHMTX_OWNER_DIED) {
        hang();
    }
}

START_TEST(repair_that_is_killed_is_done_again)
{
    (void) child_at_stage(write_and_hang, 1);
    (void) child_at_stage(be_told_and_hang, 1);
    (void) child_at_stage(be_told_and_hang, 1);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 5000), NGX_SHMTX_OWNER_DIED);
}
END_TEST

static void
read_wait_and_tell(void)
{
    ngx_int_t  rc = ngx_rwlock_rlock_ex(rw, 10000);

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

static void
write_wait(void)
{
    w->stage = 1;
    (void) ngx_rwlock_wlock_ex(rw, -1);
}

START_TEST(death_stays_to_be_told_when_the_one_told_gave_up)
{
    pid_t  reader, writer;

    /* a reader keeps both the one that dies and its heir waiting */
    reader = child_at_stage(read_and_hang, 0);
    writer = child_at_stage(write_wait, 0);
    nap(50);
    end(writer);

    ck_assert_int_eq(ngx_rwlock_wlock_ex(rw, 100), NGX_AGAIN);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 100), NGX_AGAIN);
    end(reader);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 5000), NGX_SHMTX_OWNER_DIED);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 0), NGX_OK);
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
            ck_assert_int_eq(n ? ngx_rwlock_rlock_ex(rw, 10000)
                               : ngx_rwlock_wlock_ex(rw, 10000), NGX_OK);
            ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
        }

        w->stop = 1;

        for (i = 0; i < 3; i++) {
            reap(pid[i]);
        }
    }
}
END_TEST

static void
write_long(void)
{
    int64_t  start;

    while (!w->stop) {
        (void) ngx_rwlock_wlock_ex(rw, -1);

        for (start = now(); now() - start < 20; /* void */ ) {
            /* void */
        }

        (void) ngx_rwlock_unlock_ex(rw);
    }
}

/* The lock is free for moments only; by chance nobody meets them so often. */
START_TEST(reader_gets_in_past_a_busy_writer)
{
    int    i;
    pid_t  pid = child(write_long);

    nap(20);

    for (i = 0; i < 10; i++) {
        nap(2);         /* let it have the lock again */
        ck_assert_int_eq(ngx_rwlock_rlock_ex(rw, 10000), NGX_OK);
        ck_assert_int_eq(ngx_rwlock_unlock_ex(rw), NGX_OK);
    }

    w->stop = 1;
    reap(pid);
}
END_TEST

START_TEST(owner_that_locks_again_is_told)
{
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

static void
unlock(void)
{
    w->rc = ngx_rwlock_unlock_ex(rw) == NGX_ERROR && errno == EPERM;
}

START_TEST(stranger_cannot_unlock)
{
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

#if NGX_HAVE_ATOMIC_OPS

static void
nginx_write(void)
{
    int  i;

    for (i = 0; i < 5000; i++) {
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

    for (i = 0; i < 5000; i++) {
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
    ck_assert_int_eq(w->a, 10000);
    ck_assert_uint_eq(w->word, 0);
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
    int       failed;
    Suite    *s = suite_create("rwlock");
    TCase    *tc = tcase_create("rwlock");
    SRunner  *sr;

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);

    tcase_add_test(tc, readers_see_what_writers_completed);
    tcase_add_test(tc, next_writer_is_told_of_a_dead_one);
    tcase_add_test(tc, reader_after_a_dead_writer_is_told_and_may_write);
    tcase_add_test(tc, repair_that_is_killed_is_done_again);
    tcase_add_test(tc, one_of_the_waiting_readers_is_told);
    tcase_add_test(tc, stranger_cannot_unlock);
    tcase_add_test(tc, create_refuses_what_does_not_fit);
#if NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, readers_share_and_keep_the_writer_out);
    tcase_add_test(tc, dead_readers_give_way);
    tcase_add_test(tc, slots_of_the_dead_serve_again);
    tcase_add_test(tc, death_stays_to_be_told_when_the_one_told_gave_up);
    tcase_add_test(tc, nobody_starves);
    tcase_add_test(tc, reader_gets_in_past_a_busy_writer);
    tcase_add_test(tc, owner_that_locks_again_is_told);
#endif
#if NGX_HAVE_ATOMIC_OPS
    tcase_add_test(tc, nginx_lock_is_exact);
    tcase_add_test(tc, nginx_lock_has_the_values_of_nginx);
#endif

    suite_add_tcase(s, tc);
    sr = srunner_create(s);
    srunner_set_tap(sr, "-");
    srunner_run_all(sr, CK_SILENT);
    failed = srunner_ntests_failed(sr);
    srunner_free(sr);

    return failed != 0;
}
