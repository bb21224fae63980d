/* Named segments: things that are none, damaged headers, wrong requests. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/shm.h>
#include <unistd.h>

START_TEST(bad_arguments_are_refused)
{
    static const struct {
        const char  *name;
        const char  *word;
    } bad[] = {
        { "", "a name begins with posix:/" },
        { "x", "a name begins with posix:/" },
        { "posix", "a name begins with posix:/" },
        { "memory:/x", "a name begins with posix:/" },
        { "posix:", "begins with posix:/" },
        { "posix:x", "begins with posix:/" },
        { "posix:/", "the name behind posix:/ is missing" },
        { "posix:/a/b", "a second slash" },
        { "posix:/..", "are folders" },
        { "file:", "the path behind the colon is missing" },
        { "sysv:", "the path behind the colon is missing" }
    };

    size_t             i;
    ngx_shm_info_t     info;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        (void) snprintf(named, sizeof(named), "%s", bad[i].name);
        ck_assert(named_refused(NGX_SHM_CREATE, SIZE, EINVAL, bad[i].word));
        ck_assert(named_not_removed(EINVAL, bad[i].word));
        ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_ERROR);
    }

    named_fresh(0);
    ck_assert_int_eq(ngx_shm_open(NULL, named, &o), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_open(&seg, NULL, &o), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_info(NULL, named, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_info(&info, NULL, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_unlink(NULL, NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_ready(NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_grow(NULL, 1), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_refresh(NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_sync(NULL), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_send(NULL, 0), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_recv(NULL, 0, &o), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ngx_shm_close(NULL);
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ngx_shm_close(&seg);
    ck_assert_int_eq(ngx_shm_open(&seg, named, NULL), NGX_OK);
    ck_assert_uint_eq(seg.size, SIZE);
    ngx_shm_close(&seg);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

START_TEST(bad_sizes_leave_nothing_behind)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    ck_assert(named_refused(NGX_SHM_CREATE, 0, EINVAL, "no size"));
    ck_assert(named_refused(NGX_SHM_CREATE, SIZE_MAX, ENOMEM, "mmap"));
    ck_assert(named_refused(NGX_SHM_CREATE, PTRDIFF_MAX, ENOMEM, "mmap"));
    ck_assert_int_eq(access(named_path(), F_OK), -1);
    compare_world();

    seg = named_create(SIZE);
    ck_assert(named_refused(0, SIZE + 1, ERANGE, "smaller"));
    ck_assert(named_refused(NGX_SHM_CREATE, SIZE + 1, ERANGE, "smaller"));
    seg.addr[0] = 'x';
    ngx_shm_close(&seg);

    /* A request that fails does not even lose a segment that is not in use. */
    ck_assert(named_refused(NGX_SHM_CREATE|NGX_SHM_FRESH, 0, EINVAL,
                            "no size"));
    ck_assert(named_refused(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE_MAX, ENOMEM,
                            ""));
    seg = named_open(0, SIZE);
    ck_assert_int_eq(seg.addr[0], 'x');
    named_remove(&seg);
}
END_TEST

START_TEST(a_foreign_file_is_refused_and_untouched)
{
    char         text[8] = "";
    FILE        *f;
    const char  *path;

    named_fresh(_i);
    path = named_path();
    f = fopen(path, "w");
    fputs("foreign", f);
    fclose(f);

    ck_assert(named_refused(0, 0, EBADMSG, "not a segment"));
    ck_assert(named_refused(NGX_SHM_CREATE, SIZE, EBADMSG, "not a segment"));
    ck_assert(named_refused(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE, EBADMSG,
                            "not a"));
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_ERROR);
    ck_assert_int_eq(errno, EBADMSG);

    f = fopen(path, "r");
    ck_assert_ptr_ne(fgets(text, sizeof(text), f), NULL);
    fclose(f);
    ck_assert_str_eq(text, "foreign");
    ck_assert_int_eq(unlink(path), 0);
    compare_world();
}
END_TEST

START_TEST(an_empty_file_is_taken_for_a_dead_creators)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    fclose(fopen(named_path(), "w"));
    ck_assert(named_refused(0, 0, EOWNERDEAD, "died"));
    seg = named_create(SIZE);
    named_remove(&seg);
}
END_TEST

/* Bytes of the header's fields that may not change, the highest of a size. */
static struct {
    const char  *field;
    int          offset;
    int          err;
} fields[] = {
    { "magic", 0, EBADMSG }, { "version", 8, EPROTO },
    { "byte order", 12, EPROTO }, { "word size", 16, EPROTO },
    { "page size", 20, EPROTO }, { "offset", 24, EBADMSG },
    { "size", NGX_HAVE_LITTLE_ENDIAN ? 39 : 32, EBADMSG },
    { "greatest size", NGX_HAVE_LITTLE_ENDIAN ? 47 : 40, EBADMSG },
    { "state", 48, EBADMSG }
};

START_TEST(each_field_of_the_header_is_checked)
{
    int                k = _i / 9;
    ngx_shm_segment_t  seg;
    unsigned char     *byte;

    named_fresh(k);
    seg = named_create(SIZE);
    byte = (unsigned char *) seg.base + fields[_i % 9].offset;
    *byte ^= 0xf0;
    ck_assert(named_refused(0, 0, fields[_i % 9].err,
                      _i % 9 == 0 ? "" : fields[_i % 9].field));
    ck_assert(named_refused(NGX_SHM_CREATE, SIZE, fields[_i % 9].err, ""));
    *byte ^= 0xf0;
    named_remove(&seg);
}
END_TEST

START_TEST(a_file_cut_short_is_refused)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_create(SIZE);
    ngx_shm_close(&seg);
    ck_assert_int_eq(truncate(named_path(), 5000), 0);
    ck_assert(named_refused(0, 0, EBADMSG, "larger than its file"));
    ck_assert_int_eq(truncate(named_path(), 50), 0);
    ck_assert(named_refused(0, 0, EBADMSG, "not a segment"));
    ck_assert_int_eq(unlink(named_path()), 0);
    compare_world();
}
END_TEST

static uint32_t
random_number(void)
{
    static uint32_t  x = 2463534242u;

    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return x;
}

/* Whatever the bytes are, the calls return, and nothing crashes. */
START_TEST(no_header_does_harm)
{
    int                i, k, fd, opened = 0, times = 50 * named_rounds;
    ssize_t            done;
    unsigned char      good[80], bad[80];
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(0, 0);

    named_fresh(_i);
    seg = named_create(SIZE);
    memcpy(good, seg.base, sizeof(good));
    ngx_shm_close(&seg);
    fd = open(named_path(), O_RDWR);
    o.timeout_ms = 1;
    o.log = NULL;

    for (i = 0; i < times; i++) {
        memcpy(bad, good, sizeof(bad));

        for (k = random_number() % 4; k >= 0; k--) {
            bad[random_number() % sizeof(bad)] = (unsigned char)
                                                 random_number();
        }

        done = pwrite(fd, bad, sizeof(bad), 0);
        ck_assert_int_eq(done, sizeof(bad));
        o.flags = random_number() % 2 ? NGX_SHM_RDONLY : 0;

        if (ngx_shm_open(&seg, named, &o) == NGX_OK) {
            ck_assert_uint_le(seg.size, SIZE);
            ck_assert_int_eq(seg.addr[seg.size - 1], 0);
            ngx_shm_close(&seg);
            opened++;

        } else {
            ck_assert_int_ne(errno, 0);
        }
    }

    ck_assert_int_gt(opened, 0);
    ck_assert_int_lt(opened, times);
    close(fd);
    ck_assert_int_eq(unlink(named_path()), 0);
    compare_world();
}
END_TEST

TCase *
named_header_case(void)
{
    TCase  *tc = tcase_create("header");

    tcase_add_test(tc, bad_arguments_are_refused);
    each(bad_sizes_leave_nothing_behind);
    each(a_foreign_file_is_refused_and_untouched);
    each(an_empty_file_is_taken_for_a_dead_creators);
    tcase_add_loop_test(tc, each_field_of_the_header_is_checked, 0,
                        KINDS * 9);
    files(a_file_cut_short_is_refused);
    files(no_header_does_harm);

    return tc;
}
