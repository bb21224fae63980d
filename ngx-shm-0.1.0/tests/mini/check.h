/*
 * check.h - as much of Check as the tests here use, for a system on which
 * there is a compiler but no Check: another libc, another machine.
 *
 * Every test runs in a process of its own; the log is TAP.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef MINI_CHECK_H_INCLUDED
#define MINI_CHECK_H_INCLUDED

#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
    const char  *name;
    void       (*run)(int i);
    int          i;
    void       (*before)(void);
    void       (*after)(void);
    unsigned     timeout;
} mini_test_t;

typedef struct {
    void       (*before)(void);
    void       (*after)(void);
    unsigned     timeout;
    const char  *name;
} TCase;

typedef struct {
    int          failed;
    const char  *log;
} SRunner;

typedef int  Suite;

/* One table for all files of a program: the linker keeps one of each. */
#define MINI_COMMON  __attribute__((weak))

MINI_COMMON mini_test_t  mini_tests[2000];
MINI_COMMON int          mini_count;
MINI_COMMON Suite        mini_suite;
MINI_COMMON SRunner      mini_runner;

#define CK_SILENT  0

#define START_TEST(test)  static void test(int _i) { (void) _i;
#define END_TEST          }

#define ck_abort_msg(...)                                                     \
    (printf("# %s:%d: ", __FILE__, __LINE__), printf(__VA_ARGS__),            \
     putchar('\n'), fflush(stdout), _exit(1))
#define ck_assert_msg(what, ...)                                              \
    ((what) ? (void) 0 : ck_abort_msg(__VA_ARGS__))
#define ck_assert(what)  ck_assert_msg(what, "%s", #what)

#define mini_compare(type, form, a, op, b)                                    \
    do {                                                                      \
        type  mini_a = (type) (a), mini_b = (type) (b);                       \
        ck_assert_msg(mini_a op mini_b, "%s " #op " %s: " form ", " form,     \
                      #a, #b, mini_a, mini_b);                                \
    } while (0)
#define ck_assert_int_eq(a, b)   mini_compare(intmax_t, "%jd", a, ==, b)
#define ck_assert_int_ne(a, b)   mini_compare(intmax_t, "%jd", a, !=, b)
#define ck_assert_int_gt(a, b)   mini_compare(intmax_t, "%jd", a, >, b)
#define ck_assert_int_lt(a, b)   mini_compare(intmax_t, "%jd", a, <, b)
#define ck_assert_int_ge(a, b)   mini_compare(intmax_t, "%jd", a, >=, b)
#define ck_assert_int_le(a, b)   mini_compare(intmax_t, "%jd", a, <=, b)
#define ck_assert_uint_eq(a, b)  mini_compare(uintmax_t, "%ju", a, ==, b)
#define ck_assert_uint_ne(a, b)  mini_compare(uintmax_t, "%ju", a, !=, b)
#define ck_assert_uint_lt(a, b)  mini_compare(uintmax_t, "%ju", a, <, b)
#define ck_assert_uint_le(a, b)  mini_compare(uintmax_t, "%ju", a, <=, b)
#define ck_assert_uint_gt(a, b)  mini_compare(uintmax_t, "%ju", a, >, b)
#define ck_assert_uint_ge(a, b)  mini_compare(uintmax_t, "%ju", a, >=, b)
#define ck_assert_ptr_eq(a, b)   mini_compare(uintptr_t, "%#zx", a, ==, b)
#define ck_assert_ptr_ne(a, b)   mini_compare(uintptr_t, "%#zx", a, !=, b)
#define ck_assert_str_eq(a, b)                                                \
    ck_assert_msg(strcmp(a, b) == 0, "\"%s\" is not \"%s\"", a, b)
#define ck_assert_str_ne(a, b)                                                \
    ck_assert_msg(strcmp(a, b) != 0, "it is \"%s\"", a)

#define suite_create(name)            ((void) (name), &mini_suite)
#define srunner_create(suite)         ((void) (suite), &mini_runner)
#define srunner_set_tap(runner, to)   ((runner)->log = (to))
#define srunner_ntests_failed(runner) ((runner)->failed)
#define srunner_free(runner)          ((void) (runner))
#define suite_add_tcase(suite, tc)    ((void) (tc))
#define tcase_set_timeout(tc, s)      ((tc)->timeout = (s))

static TCase *
tcase_create(const char *name)
{
    TCase  *tc = calloc(1, sizeof(TCase));

    tc->name = name;
    tc->timeout = 4;
    return tc;
}

#define tcase_add_checked_fixture(tc, one, two)                               \
    ((tc)->before = (one), (tc)->after = (two))

static void
mini_add(TCase *tc, const char *name, void (*run)(int i), int from, int to)
{
    mini_test_t  *t;

    for ( ; from < to; from++) {
        t = &mini_tests[mini_count++];
        t->name = name;
        t->run = run;
        t->i = from;
        t->before = tc->before;
        t->after = tc->after;
        t->timeout = tc->timeout;
    }
}

#define tcase_add_loop_test(tc, test, from, to)                               \
    mini_add(tc, #test, test, from, to)
#define tcase_add_test(tc, test)  mini_add(tc, #test, test, 0, 1)

static int
mini_run(const mini_test_t *t)
{
    int    status = -1;
    pid_t  pid;

    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        (void) setpgid(0, 0);
        (void) alarm(t->timeout * 4);

        if (t->before != NULL) {
            t->before();
        }

        t->run(t->i);

        if (t->after != NULL) {
            t->after();
        }

        fflush(NULL);
        _exit(0);
    }

    (void) waitpid(pid, &status, 0);
    (void) kill(-pid, SIGKILL);         /* what a failed test left behind */
    return status;
}

static void
srunner_run_all(SRunner *runner, int how)
{
    int    i, status;
    FILE  *log = strcmp(runner->log, "-") == 0 ? stdout
                 : fopen(runner->log, "w");

    (void) how;

    if (log == NULL) {
        perror(runner->log);
        exit(1);
    }

    fprintf(log, "1..%d\n", mini_count);
    runner->failed += mini_count == 0;

    for (i = 0; i < mini_count; i++) {
        status = mini_run(&mini_tests[i]);
        runner->failed += status != 0;
        fprintf(log, "%sok %d - %s %d\n", status != 0 ? "not " : "", i + 1,
                mini_tests[i].name, mini_tests[i].i);
    }

    (void) fflush(log);
}

#endif
