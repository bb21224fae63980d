/* The tests of named segments; each file of cases has a part of them. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <stdio.h>
#include <stdlib.h>

int  named_rounds = 40;

void
named_fresh(int kind)
{
    remember_world();
    named_choose(kind);
    (void) ngx_shm_unlink(named, NULL);
    log_clear();
}

ngx_shm_segment_t
named_open(ngx_uint_t flags, size_t size)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(flags, size);

    ck_assert_msg(ngx_shm_open(&seg, named, &o) == NGX_OK, "%s", log_text);
    return seg;
}

ngx_shm_segment_t
named_create(size_t size)
{
    ngx_shm_segment_t  seg = named_open(NGX_SHM_CREATE, size);

    ck_assert_uint_eq(seg.created, 1);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    return seg;
}

int
named_refused(ngx_uint_t flags, size_t size, int err, const char *word)
{
    int                got, ok;
    ngx_int_t          rc;
    ngx_shm_segment_t  seg, before;
    ngx_shm_options_t  o = named_wish(flags, size);

    memset(&seg, 0x5a, sizeof(seg));
    before = seg;
    o.timeout_ms = 50;
    log_clear();
    errno = 0;
    rc = ngx_shm_open(&seg, named, &o);
    got = errno;
    ok = rc == NGX_ERROR && got == err
         && memcmp(&seg, &before, sizeof(seg)) == 0
         && strstr(log_text, word) != NULL;

    if (!ok) {
        fprintf(stderr, "# %s: %ld, errno %d not %d, log %s\n", named,
                (long) rc, got, err, log_text);
    }

    return ok;
}

int
named_not_removed(int err, const char *word)
{
    int        got;
    ngx_int_t  rc;

    log_clear();
    rc = ngx_shm_unlink(named, &log_to_text);
    got = errno;

    if (rc == NGX_ERROR && got == err && strstr(log_text, word) != NULL) {
        return 1;
    }

    fprintf(stderr, "# unlink %s: %ld, errno %d not %d, log %s\n", named,
            (long) rc, got, err, log_text);
    return 0;
}

void
named_remove(ngx_shm_segment_t *seg)
{
    ngx_shm_close(seg);
    ck_assert_msg(ngx_shm_unlink(named, &log_to_text) == NGX_OK, "%s",
                  log_text);
    compare_world();
}

int
main(void)
{
    int       failed;
    Suite    *suite = suite_create("named");
    TCase    *tc;
    SRunner  *runner = srunner_create(suite);

    static TCase *(*const  cases[])(void) = {
        named_life_case, named_header_case, named_owner_case, named_grow_case,
        named_race_case, named_pass_case, named_limit_case,
        named_space_case
    };
    size_t  i;

    if (named_begin() == -1) {
        return 1;
    }

    if (getenv("NGX_SHM_ROUNDS") != NULL) {
        named_rounds = atoi(getenv("NGX_SHM_ROUNDS"));
    }

    for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        tc = cases[i]();
        tcase_set_timeout(tc, 600);
        suite_add_tcase(suite, tc);
    }

    failed = run_tests(runner);
    failed += named_end() != 0;

    return failed != 0;
}
