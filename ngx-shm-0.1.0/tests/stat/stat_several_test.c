/*
 * ngx_shm_stat: several processes count while some of them are killed.
 *
 * The referee is a file for each process, to which it appends one byte before
 * each addition and one after it: the sums lie between the two, and where the
 * dead were killed between additions, they are exact.  A reader, who may not
 * write, never sees a sum that falls.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE     ((size_t) 65536)
#define MEMBERS  4
#define WRITERS  6          /* more than cells */
#define KILLS    200

static ngx_shm_stat_t  *set;
static ngx_int_t        counter, histogram, level;

typedef struct {
    pid_t  pid;
    int    before, after;   /* the referee's files */
    int    go[2];
} writer_t;

static writer_t  writer[WRITERS];

static ngx_int_t
define(const char *name, ngx_uint_t kind)
{
    ngx_int_t           id;
    ngx_shm_stat_def_t  def = { name, NULL, kind,
                                kind == NGX_SHM_STAT_HISTOGRAM ? 8 : 0, NULL };

    id = ngx_shm_stat_define(set, &def);
    ck_assert_int_gt(id, 0);
    return id;
}

static void
make(ngx_uint_t members)
{
    set = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS, -1,
               0);
    ck_assert_ptr_ne(set, MAP_FAILED);
    ck_assert_ptr_nonnull(ngx_shm_stat_create(set, SIZE, members, 8));
    counter = define("counter", NGX_SHM_STAT_COUNTER);
    histogram = define("histogram", NGX_SHM_STAT_HISTOGRAM);
    level = define("level", NGX_SHM_STAT_LEVEL);
}

static int
open_file(void)
{
    FILE  *file = tmpfile();

    ck_assert_ptr_nonnull(file);
    return fileno(file);
}

static off_t
length(int fd)
{
    return lseek(fd, 0, SEEK_END);
}

static void
count(const writer_t *self)
{
    (void) !write(self->before, "x", 1);

    if (ngx_shm_stat_add(set, counter, 1) != NGX_OK
        || ngx_shm_stat_observe(set, histogram, 3) != NGX_OK)
    {
        _exit(1);
    }

    (void) !write(self->after, "x", 1);
}

/* paced: n additions for each byte n that it is sent. */
static void
start(writer_t *self, int paced)
{
    char  n;
    int   i;

    ck_assert_int_eq(pipe(self->go), 0);
    self->pid = fork();

    if (self->pid != 0) {
        return;
    }

    for ( ;; ) {
        if (paced && read(self->go[0], &n, 1) != 1) {
            _exit(1);
        }

        for (i = paced ? n : 1; i > 0; i--) {
            count(self);
        }
    }
}

static void
end(writer_t *self)
{
    int  status;

    ck_assert_int_eq(kill(self->pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(self->pid, &status, 0), self->pid);
    ck_assert_msg(WIFSIGNALED(status), "a writer failed");
    (void) close(self->go[0]);
    (void) close(self->go[1]);
}

static void
start_all(int paced)
{
    int  i;

    for (i = 0; i < WRITERS; i++) {
        writer[i].before = open_file();
        writer[i].after = open_file();
        start(&writer[i], paced);
    }
}

static void
sums_of_referee(int64_t *before, int64_t *after)
{
    int  i;

    *before = *after = 0;

    for (i = 0; i < WRITERS; i++) {
        *after += length(writer[i].after);
        *before += length(writer[i].before);
    }
}

/* A reader for as long as others count; what it returns is its status. */
static pid_t
start_reader(void)
{
    int64_t               was = 0, count_was = 0;
    uint64_t              sum_was = 0;
    pid_t                 pid = fork();
    ngx_shm_stat_value_t  v, h;

    if (pid != 0) {
        return pid;
    }

    /* Check has a handler */
    if (signal(SIGALRM, SIG_DFL) == SIG_ERR
        || mprotect(set, SIZE, PROT_READ) != 0)
    {
        _exit(2);
    }

    for ( ;; ) {
        (void) alarm(5);        /* it never waits */

        if (ngx_shm_stat_read(set, counter, &v) != NGX_OK
            || ngx_shm_stat_read(set, histogram, &h) != NGX_OK)
        {
            _exit(3);
        }

        if (v.value < was || h.value < count_was || h.sum < sum_was) {
            _exit(4);
        }

        was = v.value;
        count_was = h.value;
        sum_was = h.sum;
    }
}

static void
end_reader(pid_t pid)
{
    int  status;

    (void) kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL,
                  "the reader ended with %x", (unsigned) status);
}

static void
compare(int64_t before, int64_t after)
{
    ngx_shm_stat_value_t  v;

    ck_assert_int_eq(ngx_shm_stat_read(set, counter, &v), NGX_OK);
    ck_assert_int_ge(v.value, after);
    ck_assert_int_le(v.value, before);
    ck_assert_int_eq(ngx_shm_stat_read(set, histogram, &v), NGX_OK);
    ck_assert_int_ge(v.value, after);
    ck_assert_int_le(v.value, before);
    /* the common cell may lack a sum where somebody was killed in a call */
    ck_assert_uint_le(v.sum, (uint64_t) v.value * 3);
    ck_assert_uint_ge(v.sum, (uint64_t) after * 3);
    ck_assert_uint_eq(v.count[2], (uint64_t) v.value);
}

START_TEST(what_is_counted_while_some_are_killed_is_there_once)
{
    int      i;
    pid_t    reader;
    int64_t  before, after;

    make(MEMBERS);
    start_all(0);
    reader = start_reader();

    for (i = 0; i < KILLS; i++) {
        (void) usleep(1000 + (useconds_t) (i * 7919 % 3000));
        end(&writer[i % WRITERS]);
        start(&writer[i % WRITERS], 0);
    }

    for (i = 0; i < WRITERS; i++) {
        end(&writer[i]);
    }

    end_reader(reader);
    sums_of_referee(&before, &after);
    ck_assert_int_gt(after, KILLS);
    ck_assert_int_le(before - after, KILLS + WRITERS);
    compare(before, after);
}
END_TEST

START_TEST(sums_are_exact_where_nobody_is_killed_in_a_call)
{
    int      i, k;
    char     n = 100;
    int64_t  before, after;

    make(MEMBERS);
    start_all(1);

    for (k = 1; k <= 20; k++) {
        for (i = 0; i < WRITERS; i++) {
            ck_assert_int_eq(write(writer[i].go[1], &n, 1), 1);
        }

        do {
            (void) usleep(1000);
            sums_of_referee(&before, &after);
        } while (after < (int64_t) k * WRITERS * n);

        for (i = k % 2; i < WRITERS; i += 2) {
            end(&writer[i]);
            start(&writer[i], 1);
        }

        ck_assert_int_eq(before, after);
        compare(before, after);
    }

    for (i = 0; i < WRITERS; i++) {
        end(&writer[i]);
    }

    compare(after, after);
}
END_TEST

#if NGX_STAT_HAVE_CELLS

/* Count, say whether in a cell of its own, and stay. */
static void
take(int told, int stay)
{
    char  c;

    if (ngx_shm_stat_add(set, counter, 1) != NGX_OK) {
        _exit(1);
    }

    c = ngx_shm_stat_set(set, level, 1) == NGX_OK ? 'y' : 'n';
    (void) !write(told, &c, 1);
    (void) !read(stay, &c, 1);
    _exit(0);
}

/* One cell, its owner dead within an observation: many find it at once. */
START_TEST(one_of_many_finders_takes_the_cell_of_a_dead_member)
{
    int                   i, k, own, status, go[2], told[2], stay[2];
    char                  c;
    pid_t                 pids[WRITERS];
    uint64_t              common;
    ngx_stat_cell_t      *cell;
    ngx_shm_stat_value_t  v;

    for (k = 0; k < 100; k++) {
        make(1);
        cell = ngx_stat_cell(set, NGX_STAT_FIRST);
        ck_assert_int_eq(pipe(go), 0);
        ck_assert_int_eq(pipe(told), 0);
        ck_assert_int_eq(pipe(stay), 0);

        /* it has counted 5, and died while it observed 7 after 7 */
        if ((pids[0] = fork()) == 0) {
            (void) ngx_shm_stat_add(set, counter, 5);
            (void) ngx_shm_stat_observe(set, histogram, 7);
            cell->count = 2;
            cell->sum = 14;
            cell->op = 1;
            _exit(0);
        }

        ck_assert_int_eq(waitpid(pids[0], NULL, 0), pids[0]);
        ck_assert_int_eq(cell->op, 1);

        for (i = 0; i < WRITERS; i++) {
            if ((pids[i] = fork()) == 0) {
                (void) close(go[1]);
                (void) close(stay[1]);
                (void) !read(go[0], &c, 1);
                take(told[1], stay[0]);
            }
        }

        (void) close(go[1]);

        /* while all live, one has a cell of its own */
        for (own = i = 0; i < WRITERS; i++) {
            ck_assert_int_eq(read(told[0], &c, 1), 1);
            own += c == 'y';
        }

        ck_assert_int_eq(own, 1);
        (void) close(stay[1]);

        for (i = 0; i < WRITERS; i++) {
            ck_assert_int_eq(waitpid(pids[i], &status, 0), pids[i]);
            ck_assert_int_eq(status, 0);
        }

        (void) close(go[0]);
        (void) close(stay[0]);
        (void) close(told[0]);
        (void) close(told[1]);
        common = ngx_stat_cell(set, NGX_STAT_COMMON)
                     ->word[ngx_stat_word(counter)];
        ck_assert_uint_eq(common + cell->word[ngx_stat_word(counter)],
                          5 + WRITERS);
        ck_assert_int_eq(ngx_shm_stat_read(set, counter, &v), NGX_OK);
        ck_assert_int_eq(v.value, 5 + WRITERS);
        ck_assert_int_eq(ngx_shm_stat_read(set, histogram, &v), NGX_OK);
        ck_assert_int_eq(v.value, 2);
        ck_assert_uint_eq(v.sum, 14);
        ck_assert_int_eq(munmap(set, SIZE), 0);
    }
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("stat");

    tcase_add_test(tc, what_is_counted_while_some_are_killed_is_there_once);
    tcase_add_test(tc, sums_are_exact_where_nobody_is_killed_in_a_call);
#if NGX_STAT_HAVE_CELLS
    tcase_add_test(tc, one_of_many_finders_takes_the_cell_of_a_dead_member);
#endif

    return run_case(tc, "stat_several", 120);
}
