/*
 * ngx_shm_stat: each call and each error, threads and forked children, and
 * the dead.  What processes do while others are killed is in
 * stat_several_test.c, each instruction of each call in stat_kill.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_stat.h"

#include <check.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE     ((size_t) 65536)
#define MEMBERS  4
#define NAMES    8

static ngx_shm_stat_t  *set;
static ngx_int_t        counter, gauge, level, histogram;

static const uint64_t  bounds[] = { 10, 100, 1000 };

static void *
map(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                    -1, 0);

    ck_assert_ptr_ne(p, MAP_FAILED);
    return p;
}

static ngx_int_t
define(const char *name, ngx_uint_t kind)
{
    ngx_shm_stat_def_t  def = { name, "what it is", kind, 0, NULL };

    if (kind == NGX_SHM_STAT_HISTOGRAM) {
        def.nbounds = 3;
        def.bounds = bounds;
    }

    return ngx_shm_stat_define(set, &def);
}

static void
setup(void)
{
    set = ngx_shm_stat_create(map(SIZE), SIZE, MEMBERS, NAMES);
    ck_assert_ptr_nonnull(set);
    counter = define("counter", NGX_SHM_STAT_COUNTER);
    gauge = define("gauge", NGX_SHM_STAT_GAUGE);
    level = define("level", NGX_SHM_STAT_LEVEL);
    histogram = define("histogram", NGX_SHM_STAT_HISTOGRAM);
    ck_assert_int_gt(counter, 0);
    ck_assert_int_gt(gauge, 0);
    ck_assert_int_gt(level, 0);
    ck_assert_int_gt(histogram, 0);
}

static int64_t
value_of(ngx_int_t id)
{
    ngx_shm_stat_value_t  v;

    ck_assert_int_eq(ngx_shm_stat_read(set, id, &v), NGX_OK);
    return v.value;
}

/* It fails, and says so. */
#define fails(call, error)                                                    \
    do {                                                                      \
        errno = 0;                                                            \
        ck_assert_int_eq(call, NGX_ERROR);                                    \
        ck_assert_int_eq(errno, error);                                       \
    } while (0)
#define is_null(call, error)                                                  \
    do {                                                                      \
        errno = 0;                                                            \
        ck_assert_ptr_null(call);                                             \
        ck_assert_int_eq(errno, error);                                       \
    } while (0)

static void
in_child(void (*fn)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        fn();
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}

static void
read_only(void)
{
    ck_assert_int_eq(mprotect(set, SIZE, PROT_READ), 0);
}

/* ---- a set */

START_TEST(size_has_room_for_what_it_was_asked)
{
    int                 i;
    char                name[16];
    size_t              size = ngx_shm_stat_size(3, 20, 20);
    ngx_shm_stat_def_t  def = { name, NULL, NGX_SHM_STAT_COUNTER, 0, NULL };

    ck_assert_uint_gt(size, 0);
    set = ngx_shm_stat_create(map(size), size, 3, 20);
    ck_assert_ptr_nonnull(set);

    for (i = 0; i < 20; i++) {
        (void) snprintf(name, sizeof(name), "n%d", i);
        ck_assert_int_gt(ngx_shm_stat_define(set, &def), 0);
    }

    (void) snprintf(name, sizeof(name), "n20");
    fails(ngx_shm_stat_define(set, &def), ENOSPC);

    ck_assert_uint_eq(ngx_shm_stat_size(0, 0, 64),
                      ngx_shm_stat_size(64, 64, 64));
    ck_assert_uint_gt(ngx_shm_stat_size(65, 64, 64),
                      ngx_shm_stat_size(64, 64, 64));
    ck_assert_uint_eq(ngx_shm_stat_size(65537, 1, 1), 0);
    ck_assert_uint_eq(ngx_shm_stat_size(1, 65537, 1), 0);
    ck_assert_uint_eq(ngx_shm_stat_size(1, 1, 1 << 20), 0);
}
END_TEST

START_TEST(create_refuses_what_does_not_fit)
{
    unsigned char  *p = map(SIZE);

    is_null(ngx_shm_stat_create(NULL, SIZE, 1, 1), EINVAL);
    is_null(ngx_shm_stat_create(p + 64, SIZE - 64, 1, 1), EINVAL);
    is_null(ngx_shm_stat_create(p, SIZE, 65537, 1), EINVAL);
    is_null(ngx_shm_stat_create(p, SIZE, 1, 65537), EINVAL);
    is_null(ngx_shm_stat_create(p, 100, 1, 1), ENOMEM);
    is_null(ngx_shm_stat_create(p, SIZE, 60000, 1), ENOMEM);
    is_null(ngx_shm_stat_create(p, SIZE, 1, 60000), ENOMEM);
    ck_assert_int_eq(mprotect(p, SIZE, PROT_READ), 0);
    is_null(ngx_shm_stat_create(p, SIZE, 1, 1), EACCES);
}
END_TEST

START_TEST(attach_finds_a_set_and_refuses_others)
{
    uint64_t       magic = set->magic;
    unsigned char  swapped[8];
    int            i;

    ck_assert_ptr_eq(ngx_shm_stat_attach(set, SIZE), set);
    is_null(ngx_shm_stat_attach(NULL, SIZE), EINVAL);
    is_null(ngx_shm_stat_attach((unsigned char *) set + 4096, SIZE - 4096),
            EINVAL);
    is_null(ngx_shm_stat_attach(set, (size_t) set->size - 1), EINVAL);
    is_null(ngx_shm_stat_attach(set, 8), EINVAL);

    set->version++;
    is_null(ngx_shm_stat_attach(set, SIZE), EXDEV);
    set->version--;
    set->format = 12 - set->format;
    is_null(ngx_shm_stat_attach(set, SIZE), EXDEV);
    set->format = sizeof(void *);

    for (i = 0; i < 8; i++) {
        swapped[i] = ((unsigned char *) &magic)[7 - i];
    }

    memcpy((void *) (uintptr_t) &set->magic, swapped, 8);
    is_null(ngx_shm_stat_attach(set, SIZE), EXDEV);
    set->magic = magic;

    set->cells += 128;
    is_null(ngx_shm_stat_attach(set, SIZE), EINVAL);
    fails(ngx_shm_stat_add(set, counter + 1, 1), EINVAL);
    set->cells -= 128;
    ck_assert_ptr_eq(ngx_shm_stat_attach(set, SIZE), set);

    ngx_shm_stat_destroy(set);
    is_null(ngx_shm_stat_attach(set, SIZE), EINVAL);
    ngx_shm_stat_destroy(set);
}
END_TEST

START_TEST(destroy_ends_a_set_and_not_one_that_is_read_only)
{
    ngx_shm_stat_value_t  v;

    read_only();
    ngx_shm_stat_destroy(set);
    ck_assert_int_eq(ngx_shm_stat_read(set, counter, &v), NGX_OK);
    ck_assert_int_eq(mprotect(set, SIZE, PROT_READ|PROT_WRITE), 0);
    ngx_shm_stat_destroy(set);
    fails(ngx_shm_stat_read(set, counter, &v), EINVAL);
    fails(ngx_shm_stat_add(set, counter, 1), EINVAL);
    fails(define("counter", NGX_SHM_STAT_COUNTER), EINVAL);
}
END_TEST

/* ---- definitions */

START_TEST(define_finds_what_is_the_same)
{
    ck_assert_int_eq(define("counter", NGX_SHM_STAT_COUNTER), counter);
    ck_assert_int_eq(define("histogram", NGX_SHM_STAT_HISTOGRAM), histogram);
    ck_assert_int_eq(ngx_shm_stat_find(set, "gauge"), gauge);
    ck_assert_int_eq(ngx_shm_stat_find(set, "gaug"), NGX_DECLINED);
    read_only();
    ck_assert_int_eq(define("level", NGX_SHM_STAT_LEVEL), level);
    ck_assert_int_eq(ngx_shm_stat_find(set, "level"), level);
    fails(define("new", NGX_SHM_STAT_LEVEL), EACCES);
}
END_TEST

START_TEST(define_refuses_what_is_not_the_same)
{
    uint64_t            other[] = { 10, 100, 1001 };
    ngx_shm_stat_def_t  def = { "histogram", "", NGX_SHM_STAT_HISTOGRAM, 3,
                                other };

    fails(define("counter", NGX_SHM_STAT_GAUGE), EEXIST);
    fails(ngx_shm_stat_define(set, &def), EEXIST);
    def.bounds = bounds;
    def.nbounds = 2;
    fails(ngx_shm_stat_define(set, &def), EEXIST);
    def.bounds = NULL;
    def.nbounds = 3;
    fails(ngx_shm_stat_define(set, &def), EEXIST);
}
END_TEST

START_TEST(define_refuses_wrong_arguments)
{
    char                text[200];
    uint64_t            falling[] = { 10, 10 };
    ngx_shm_stat_def_t  def = { "x", NULL, NGX_SHM_STAT_HISTOGRAM, 0, NULL };

    memset(text, 'x', sizeof(text));
    text[NGX_SHM_STAT_NAME] = '\0';

    fails(ngx_shm_stat_define(set, NULL), EINVAL);
    fails(ngx_shm_stat_define(NULL, &def), EINVAL);
    fails(ngx_shm_stat_define(set, &def), EINVAL);
    def.nbounds = NGX_SHM_STAT_BOUNDS + 1;
    fails(ngx_shm_stat_define(set, &def), EINVAL);
    def.nbounds = 2;
    def.bounds = falling;
    fails(ngx_shm_stat_define(set, &def), EINVAL);
    fails(define("x", 0), EINVAL);
    fails(define("x", 5), EINVAL);
    fails(define("", NGX_SHM_STAT_COUNTER), EINVAL);
    fails(define(NULL, NGX_SHM_STAT_COUNTER), EINVAL);
    fails(define(text, NGX_SHM_STAT_COUNTER), ENAMETOOLONG);
    ck_assert_int_eq(ngx_shm_stat_find(set, text), NGX_DECLINED);
    text[NGX_SHM_STAT_NAME - 1] = '\0';
    ck_assert_int_gt(define(text, NGX_SHM_STAT_COUNTER), 0);
    ck_assert_int_gt(ngx_shm_stat_find(set, text), 0);

    memset(text, 'x', sizeof(text));
    text[NGX_SHM_STAT_HELP] = '\0';
    def.kind = NGX_SHM_STAT_COUNTER;
    def.help = text;
    fails(ngx_shm_stat_define(set, &def), ENAMETOOLONG);
    text[NGX_SHM_STAT_HELP - 1] = '\0';
    ck_assert_int_gt(ngx_shm_stat_define(set, &def), 0);

    fails(ngx_shm_stat_find(set, NULL), EINVAL);
    fails(ngx_shm_stat_find(NULL, "x"), EINVAL);
}
END_TEST

START_TEST(define_tells_when_names_are_full)
{
    int   i;
    char  name[16];

    for (i = 4; i < NAMES; i++) {
        (void) snprintf(name, sizeof(name), "n%d", i);
        ck_assert_int_gt(define(name, NGX_SHM_STAT_GAUGE), 0);
    }

    fails(define("one too many", NGX_SHM_STAT_GAUGE), ENOSPC);
    ck_assert_int_eq(define("level", NGX_SHM_STAT_LEVEL), level);
}
END_TEST

START_TEST(info_tells_each_definition)
{
    ngx_shm_stat_info_t  info;

    ck_assert_int_eq(ngx_shm_stat_info(set, 3, &info), NGX_OK);
    ck_assert_str_eq(info.name, "histogram");
    ck_assert_str_eq(info.help, "what it is");
    ck_assert_uint_eq(info.kind, NGX_SHM_STAT_HISTOGRAM);
    ck_assert_int_eq(info.id, histogram);
    ck_assert_int_eq(ngx_shm_stat_info(set, 4, &info), NGX_DONE);
    fails(ngx_shm_stat_info(set, 0, NULL), EINVAL);
    fails(ngx_shm_stat_info(NULL, 0, &info), EINVAL);

    ngx_stat_def(set, 0)->first = set->words;
    fails(ngx_shm_stat_info(set, 0, &info), EINVAL);
}
END_TEST

/* Somebody defines, and never ends. */
START_TEST(define_waits_for_others_and_nobody_else_does)
{
    int                    pipes[2];
    char                   c;
    pid_t                  pid;
    time_t                 began;
    ngx_shm_stat_info_t    info;
    ngx_shm_stat_value_t   v;

    ck_assert_int_eq(pipe(pipes), 0);
    pid = fork();

    if (pid == 0) {
        c = ngx_lock_acquire(&set->lock, 0, -1) == 0 ? 'y' : 'n';
        (void) !write(pipes[1], &c, 1);
        (void) pause();
        _exit(0);
    }

    ck_assert_int_eq(read(pipes[0], &c, 1), 1);
    ck_assert_int_eq(c, 'y');
    began = time(NULL);
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 2), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_read(set, counter, &v), NGX_OK);
    ck_assert_int_eq(v.value, 2);
    ck_assert_int_eq(ngx_shm_stat_info(set, 0, &info), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_find(set, "gauge"), gauge);
    ck_assert_int_eq(define("gauge", NGX_SHM_STAT_GAUGE), gauge);
    ck_assert_int_le(time(NULL) - began, 2);
    fails(define("new", NGX_SHM_STAT_GAUGE), EAGAIN);

    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert_int_gt(define("new", NGX_SHM_STAT_GAUGE), 0);
}
END_TEST

/* ---- counting */

START_TEST(add_counts)
{
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 5), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 0), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, gauge, 5), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, gauge, -7), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 20), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, level, -3), NGX_OK);
    ck_assert_int_eq(value_of(counter), 5);
    ck_assert_int_eq(value_of(gauge), -2);
    ck_assert_int_eq(value_of(level), 17);

    ck_assert_int_eq(ngx_shm_stat_add(set, counter, INT64_MAX), NGX_OK);
    ck_assert_uint_eq((uint64_t) value_of(counter), (uint64_t) INT64_MAX + 5);
}
END_TEST

/* before and after the thread has its cell */
static void
refuse(void)
{
    fails(ngx_shm_stat_add(set, counter, -1), EINVAL);
    fails(ngx_shm_stat_add(set, histogram, 1), EINVAL);
    fails(ngx_shm_stat_add(set, 0, 1), EINVAL);
    fails(ngx_shm_stat_add(set, -1, 1), EINVAL);
    fails(ngx_shm_stat_add(set, (ngx_int_t) ngx_stat_limit(set) + 1, 1),
          EINVAL);
    fails(ngx_shm_stat_add(NULL, counter, 1), EINVAL);
    fails(ngx_shm_stat_set(set, counter, 1), EINVAL);
    fails(ngx_shm_stat_set(set, gauge, 1), EINVAL);
    fails(ngx_shm_stat_set(set, -1, 1), EINVAL);
    fails(ngx_shm_stat_set(NULL, level, 1), EINVAL);
    fails(ngx_shm_stat_observe(set, counter, 1), EINVAL);
    fails(ngx_shm_stat_observe(set, -1, 1), EINVAL);
    fails(ngx_shm_stat_observe(set, histogram + 8, 1), EINVAL);
    fails(ngx_shm_stat_observe(NULL, histogram, 1), EINVAL);
    ngx_shm_stat_leave(NULL);
}

START_TEST(wrong_numbers_are_refused)
{
    ngx_shm_stat_value_t  v;

    refuse();
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
    refuse();
    ck_assert_int_eq(value_of(counter), 1);

    fails(ngx_shm_stat_read(set, counter, NULL), EINVAL);
    fails(ngx_shm_stat_read(NULL, counter, &v), EINVAL);
    fails(ngx_shm_stat_read(set, 0, &v), EINVAL);
    fails(ngx_shm_stat_read(set, -1, &v), EINVAL);
    fails(ngx_shm_stat_read(set, histogram + 8, &v), EINVAL);
    fails(ngx_shm_stat_read(set, (ngx_int_t) ngx_stat_limit(set) + 1, &v),
          EINVAL);
}
END_TEST

START_TEST(nothing_is_written_where_only_reading_is_allowed)
{
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 3), NGX_OK);
    ngx_shm_stat_leave(set);
    read_only();
    ck_assert_ptr_eq(ngx_shm_stat_attach(set, SIZE), set);
    fails(ngx_shm_stat_add(set, counter, 1), EACCES);
    fails(ngx_shm_stat_set(set, level, 1), EACCES);
    fails(ngx_shm_stat_observe(set, histogram, 1), EACCES);
    ngx_shm_stat_leave(set);
    ck_assert_int_eq(value_of(counter), 3);
}
END_TEST

START_TEST(observe_finds_the_bucket)
{
    ngx_uint_t            i;
    ngx_shm_stat_def_t    def = { "powers", NULL, NGX_SHM_STAT_HISTOGRAM, 64,
                                  NULL };
    ngx_shm_stat_value_t  v;
    ngx_int_t             powers;
    static const uint64_t values[] = { 0, 10, 11, 100, 101, 1000, 1001,
                                       UINT64_MAX };

    for (i = 0; i < 8; i++) {
        ck_assert_int_eq(ngx_shm_stat_observe(set, histogram, values[i]),
                         NGX_OK);
    }

    ck_assert_int_eq(ngx_shm_stat_read(set, histogram, &v), NGX_OK);
    ck_assert_uint_eq(v.nbounds, 3);
    ck_assert_int_eq(v.value, 8);
    ck_assert_uint_eq(v.sum, 10 + 11 + 100 + 101 + 1000 + 1001 - 1);

    for (i = 0; i < 4; i++) {
        ck_assert_uint_eq(v.count[i], 2);
        ck_assert(i == 3 || v.bound[i] == bounds[i]);
    }

    powers = ngx_shm_stat_define(set, &def);
    ck_assert_int_gt(powers, 0);

    for (i = 0; i < 64; i++) {
        ck_assert_int_eq(ngx_shm_stat_observe(set, powers, (uint64_t) 1 << i),
                         NGX_OK);
        ck_assert_int_eq(ngx_shm_stat_observe(set, powers,
                                              ((uint64_t) 1 << i) + 1), NGX_OK);
    }

    ck_assert_int_eq(ngx_shm_stat_read(set, powers, &v), NGX_OK);
    ck_assert_uint_eq(v.nbounds, 64);
    ck_assert_uint_eq(v.count[0], 1);
    ck_assert_uint_eq(v.count[1], 2);
    ck_assert_uint_eq(v.count[64], 1);

    for (i = 2; i < 64; i++) {
        ck_assert_uint_eq(v.bound[i], (uint64_t) 1 << i);
        ck_assert_uint_eq(v.count[i], 2);
    }
}
END_TEST

/* ---- cells */

static ngx_stat_cell_t *
cell(int i)
{
    return ngx_stat_cell(set, (uint32_t) (NGX_STAT_FIRST + i));
}

START_TEST(leave_gives_the_cell_and_the_level_back)
{
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 9), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 4), NGX_OK);
    ck_assert_uint_eq(cell(0)->owner, ngx_lock_me());
    ngx_shm_stat_leave(set);
    ck_assert_uint_eq(cell(0)->owner, 0);
    ck_assert_int_eq(value_of(level), 0);
    ck_assert_int_eq(value_of(counter), 4);
    ngx_shm_stat_leave(set);

    ck_assert_int_eq(ngx_shm_stat_add(set, level, 1), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
    ck_assert_int_eq(value_of(level), 1);
    ck_assert_int_eq(value_of(counter), 5);
    ck_assert_uint_eq(cell(0)->owner, ngx_lock_me());
    ck_assert_uint_eq(cell(1)->owner, 0);
}
END_TEST

static void
count_and_die(void)
{
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 10), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, gauge, 10), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 10), NGX_OK);
    ck_assert_int_eq(value_of(level), 11);
    (void) raise(SIGKILL);
}

START_TEST(children_have_cells_of_their_own_and_the_dead_no_level)
{
    int    i, status;
    pid_t  pid;

    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 1), NGX_OK);

    /* more of them than cells, one after the other */
    for (i = 1; i <= MEMBERS + 3; i++) {
        pid = fork();

        if (pid == 0) {
            count_and_die();
        }

        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        ck_assert_int_eq(value_of(counter), 1 + 10 * i);
        ck_assert_int_eq(value_of(gauge), 10 * i);
        ck_assert_int_eq(value_of(level), 1);
    }

    ck_assert_uint_eq(cell(0)->owner, ngx_lock_me());
    ck_assert_uint_ne(cell(MEMBERS - 1)->owner, 0);
    ck_assert_uint_eq(
        ngx_stat_cell(set, NGX_STAT_COMMON)->word[ngx_stat_word(counter)], 0);
}
END_TEST

/* A zombie is dead, too: its parent may wait for something else. */
START_TEST(who_calls_exec_has_no_level)
{
    int    i, pipes[2];
    char   c;
    pid_t  pid;

    ck_assert_int_eq(pipe(pipes), 0);
    pid = fork();

    if (pid == 0) {
        (void) ngx_shm_stat_set(set, level, 10);
        (void) ngx_shm_stat_add(set, counter, 10);
        (void) !write(pipes[1], "x", 1);
        (void) execlp("sleep", "sleep", "60", (char *) NULL);
        _exit(1);
    }

    ck_assert_int_eq(read(pipes[0], &c, 1), 1);

    for (i = 0; i < 1000 && value_of(level) != 0; i++) {
        (void) usleep(10000);
    }

    ck_assert_int_eq(value_of(level), 0);
    ck_assert_int_eq(value_of(counter), 10);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
}
END_TEST

#define THREADS  12
#define STEPS    20000

static void *
count_much(void *arg)
{
    int  i;

    for (i = 0; i < STEPS; i++) {
        if (ngx_shm_stat_add(set, counter, 1) != NGX_OK
            || ngx_shm_stat_observe(set, histogram, 100) != NGX_OK)
        {
            return arg;
        }
    }

    return NULL;
}

START_TEST(threads_that_come_too_late_count_in_the_common_cell)
{
    int                   i;
    void                 *failed;
    pthread_t             thread[THREADS];
    ngx_shm_stat_value_t  v;

    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_create(&thread[i], NULL, count_much, set), 0);
    }

    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(thread[i], &failed), 0);
        ck_assert_ptr_null(failed);
    }

    ck_assert_int_eq(value_of(counter), THREADS * STEPS);
    ck_assert_int_eq(ngx_shm_stat_read(set, histogram, &v), NGX_OK);
    ck_assert_int_eq(v.value, THREADS * STEPS);
    ck_assert_uint_eq(v.sum, (uint64_t) THREADS * STEPS * 100);
    ck_assert_uint_eq(v.count[1], (uint64_t) THREADS * STEPS);
}
END_TEST

/* Four processes live and have all cells. */
static void
occupy(int *hold, pid_t *pids)
{
    int   i, ready[2];
    char  c;

    ck_assert_int_eq(pipe(hold), 0);
    ck_assert_int_eq(pipe(ready), 0);

    for (i = 0; i < MEMBERS; i++) {
        pids[i] = fork();

        if (pids[i] == 0) {
            (void) close(hold[1]);
            (void) ngx_shm_stat_add(set, counter, 1);
            (void) !write(ready[1], "x", 1);
            (void) !read(hold[0], &c, 1);
            _exit(0);
        }

        ck_assert_int_eq(read(ready[0], &c, 1), 1);
    }
}

START_TEST(who_comes_too_late_gets_a_cell_later)
{
    int    i, hold[2];
    pid_t  pids[MEMBERS];

    occupy(hold, pids);
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_add(set, level, 1), NGX_BUSY);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 1), NGX_BUSY);
    fails(ngx_shm_stat_add(set, counter, -1), EINVAL);
    ck_assert_int_eq(ngx_shm_stat_observe(set, histogram, 1), NGX_OK);
    ck_assert_int_eq(value_of(counter), MEMBERS + 1);
    ck_assert_int_eq(value_of(level), 0);
    ck_assert_uint_eq(
        ngx_stat_cell(set, NGX_STAT_COMMON)->word[ngx_stat_word(counter)], 1);

    (void) close(hold[1]);

    for (i = 0; i < MEMBERS; i++) {
        ck_assert_int_eq(waitpid(pids[i], NULL, 0), pids[i]);
    }

    (void) usleep(150000);

    for (i = 0; i < 300; i++) {
        ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
    }

    ck_assert_int_eq(value_of(counter), MEMBERS + 301);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 1), NGX_OK);
    ck_assert_int_eq(value_of(level), 1);
}
END_TEST

static void
count_one(void)
{
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
}

START_TEST(a_thread_counts_in_more_sets_than_it_remembers)
{
    int                 i, k;
    ngx_int_t           id[40];
    ngx_shm_stat_t     *sets[40];
    ngx_shm_stat_def_t  def = { "n", NULL, NGX_SHM_STAT_COUNTER, 0, NULL };

    for (i = 0; i < 40; i++) {
        sets[i] = ngx_shm_stat_create(map(SIZE), SIZE, 2, 2);
        ck_assert_ptr_nonnull(sets[i]);
        id[i] = ngx_shm_stat_define(sets[i], &def);
    }

    for (k = 0; k < 5; k++) {
        for (i = 0; i < 40; i++) {
            ck_assert_int_eq(ngx_shm_stat_add(sets[i], id[i], i), NGX_OK);
        }
    }

    for (i = 0; i < 40; i++) {
        set = sets[i];
        ck_assert_int_eq(value_of(id[i]), 5 * i);
        ck_assert_uint_eq(cell(1)->owner, 0);
    }
}
END_TEST

START_TEST(another_set_at_the_same_address_is_another_one)
{
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 3), NGX_OK);
    set = ngx_shm_stat_create(set, SIZE, MEMBERS, NAMES);
    ck_assert_ptr_nonnull(set);
    ck_assert_int_eq(define("counter", NGX_SHM_STAT_COUNTER), counter);
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 1), NGX_OK);
    ck_assert_int_eq(value_of(counter), 1);
    ck_assert_uint_eq(cell(0)->owner, ngx_lock_me());
    in_child(count_one);
    ck_assert_int_eq(value_of(counter), 2);
}
END_TEST

START_TEST(members_of_an_earlier_boot_are_dead)
{
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 3), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 3), NGX_OK);
    set->boot ^= 1;
    ck_assert_int_eq(value_of(level), 0);
    ck_assert_ptr_eq(ngx_shm_stat_attach(set, SIZE), set);
    ck_assert_uint_eq(set->boot, ngx_lock_boot());
    ck_assert_uint_eq(cell(0)->owner, 0);
    ck_assert_int_eq(value_of(counter), 3);
}
END_TEST

/* As if another pid namespace had made it. */
START_TEST(processes_of_another_namespace_share_one_cell)
{
    set->ns ^= 1;
    ck_assert_int_eq(ngx_shm_stat_add(set, counter, 3), NGX_OK);
    ck_assert_int_eq(ngx_shm_stat_set(set, level, 3), NGX_BUSY);
    ck_assert_int_eq(value_of(counter), 3);
    ck_assert_uint_eq(cell(0)->owner, 0);
    ngx_shm_stat_leave(set);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("stat");

    tcase_add_checked_fixture(tc, setup, NULL);
    tcase_add_test(tc, size_has_room_for_what_it_was_asked);
    tcase_add_test(tc, create_refuses_what_does_not_fit);
    tcase_add_test(tc, attach_finds_a_set_and_refuses_others);
    tcase_add_test(tc, destroy_ends_a_set_and_not_one_that_is_read_only);
    tcase_add_test(tc, define_finds_what_is_the_same);
    tcase_add_test(tc, define_refuses_what_is_not_the_same);
    tcase_add_test(tc, define_refuses_wrong_arguments);
    tcase_add_test(tc, define_tells_when_names_are_full);
    tcase_add_test(tc, info_tells_each_definition);
    tcase_add_test(tc, define_waits_for_others_and_nobody_else_does);
    tcase_add_test(tc, add_counts);
    tcase_add_test(tc, wrong_numbers_are_refused);
    tcase_add_test(tc, nothing_is_written_where_only_reading_is_allowed);
    tcase_add_test(tc, observe_finds_the_bucket);
    tcase_add_test(tc, threads_that_come_too_late_count_in_the_common_cell);

#if NGX_STAT_HAVE_CELLS
    tcase_add_test(tc, leave_gives_the_cell_and_the_level_back);
    tcase_add_test(tc, children_have_cells_of_their_own_and_the_dead_no_level);
    tcase_add_test(tc, who_calls_exec_has_no_level);
    tcase_add_test(tc, who_comes_too_late_gets_a_cell_later);
    tcase_add_test(tc, a_thread_counts_in_more_sets_than_it_remembers);
    tcase_add_test(tc, another_set_at_the_same_address_is_another_one);
    tcase_add_test(tc, members_of_an_earlier_boot_are_dead);
    tcase_add_test(tc, processes_of_another_namespace_share_one_cell);
#endif

    return run_case(tc, "stat", 60);
}
