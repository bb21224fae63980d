/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"
#include "ngx_core.h"

#include <check.h>
#include <limits.h>
#include <stdio.h>

#include "../run_case.h"

static unsigned char  got[4096];
static size_t         got_len;
static ngx_uint_t     got_level, calls;

static void
keep(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    ck_assert_ptr_eq(log->wdata, &got);
    ck_assert_uint_lt(len, sizeof(got));
    memcpy(got, buf, len);
    got[len] = '\0';
    got_len = len;
    got_level = level;
    calls++;
    errno = EBADF;
}

static ngx_log_t  mine = { NGX_LOG_NOTICE, keep, &got };

/* The message that fmt and its arguments give. */
#define is(text, ...)                                                         \
    do {                                                                      \
        ngx_log_error(NGX_LOG_ERR, &mine, 0, __VA_ARGS__);                    \
        ck_assert_str_eq((char *) got, text);                                 \
    } while (0)

START_TEST(conversions_give_nginx_words)
{
    ngx_str_t  str = { 2, (unsigned char *) "abc" }, none = ngx_null_string;

    is("", "");
    is("plain", "plain");
    is("100%", "100%%");
    is("a b (null)", "a %s %s", "b", NULL);
    is("<ab><>", "<%V><%V>", &str, &none);
    is("x", "%c", 'x');
    is("0 4096", "%uz %uz", (size_t) 0, (size_t) 4096);
    is("-1 7", "%z %ui", (ssize_t) -1, (ngx_uint_t) 7);
    is("-42", "%i", (ngx_int_t) -42);
    is("-2147483648 4294967295", "%d %ud", INT_MIN, UINT_MAX);
    is("-5 5", "%l %ul", -5L, 5UL);
    is("9 -9", "%uA %A", (ngx_atomic_uint_t) 9, -9L);
    is("1234", "%P", (ngx_pid_t) 1234);
    is("ff beef 0 10", "%xd %xl %xi %xz", 255u, 0xbeefUL, (ngx_uint_t) 0,
       (size_t) 16);
    is(sizeof(void *) == 8 ? "00000000000000ff" : "000000ff", "%p",
       (void *) 255);
    is("   7 007 7", "%4d %03d %1d", 7, 7, 7);
    is("?", "%?");
    is("end ", "end %");
    is("end ", "end %u");
}
END_TEST

/* A message is one line, whatever name is in it. */
START_TEST(text_of_others_is_escaped)
{
    ngx_str_t  str = { 3, (unsigned char *) "a\0\n" };

    is("\\x1b[31m\\x0aforged\\x7f\\x09", "%s", "\033[31m\nforged\177\t");
    is("g\\xc3\\xb6\\x9b \\ ~", "%s", "g\303\266\233 \\ ~");
    is("a\\x00\\x0a", "%V", &str);
    is("\\x0d", "%c", '\r');
}
END_TEST

START_TEST(error_is_told_with_number_and_words)
{
    char  want[128];

    ngx_log_error(NGX_LOG_ALERT, &mine, ENOMEM, "mmap(%uz) failed",
                  (size_t) 4096);
    (void) snprintf(want, sizeof(want), "mmap(4096) failed (%d: %s)", ENOMEM,
                    strerror(ENOMEM));
    ck_assert_str_eq((char *) got, want);
    ck_assert_uint_eq(got_level, NGX_LOG_ALERT);
}
END_TEST

START_TEST(errno_is_kept_from_the_writer)
{
    errno = ENOTTY;
    ngx_log_error(NGX_LOG_ALERT, &mine, EPERM, "x");
    ck_assert_int_eq(errno, ENOTTY);
}
END_TEST

START_TEST(only_what_the_level_allows_is_told)
{
    calls = 0;
    ngx_log_error(NGX_LOG_NOTICE, &mine, 0, "told");
    ngx_log_error(NGX_LOG_INFO, &mine, 0, "not told");
    ck_assert_uint_eq(calls, 1);
}
END_TEST

START_TEST(no_log_and_no_writer_are_silent)
{
    ngx_log_t  *none = NULL, silent = { NGX_LOG_DEBUG, NULL, NULL };

    calls = 0;
    ngx_log_error(NGX_LOG_EMERG, none, 0, "x");
    ngx_log_error_core(NGX_LOG_EMERG, none, 0, "x");
    ngx_log_error(NGX_LOG_EMERG, &silent, EPERM, "%s", "x");
    ck_assert_uint_eq(calls, 0);
}
END_TEST

START_TEST(long_messages_are_cut_and_keep_their_error)
{
    char  text[3000];

    memset(text, 'a', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';

    ngx_log_error(NGX_LOG_ERR, &mine, EACCES, "%s", text);
    ck_assert_uint_le(got_len, 1024);
    ck_assert_ptr_ne(strstr((char *) got, strerror(EACCES)), NULL);
    ck_assert_int_eq(got[got_len - 1], ')');

    ngx_log_error(NGX_LOG_ERR, &mine, 0, "%999d%999d", 1, 1);
    ck_assert_uint_eq(got_len, 1024);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("log");

    tcase_add_test(tc, conversions_give_nginx_words);
    tcase_add_test(tc, text_of_others_is_escaped);
    tcase_add_test(tc, error_is_told_with_number_and_words);
    tcase_add_test(tc, errno_is_kept_from_the_writer);
    tcase_add_test(tc, only_what_the_level_allows_is_told);
    tcase_add_test(tc, no_log_and_no_writer_are_silent);
    tcase_add_test(tc, long_messages_are_cut_and_keep_their_error);

    return run_case(tc, "log", 300);    /* 4 s are little on a busy machine */
}
