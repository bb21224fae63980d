/* Named segments: created, attached, read only, with builders that die. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

static int
read_and_write(void *data)
{
    ngx_shm_segment_t  seg, *parent = data;
    ngx_shm_options_t  o = named_wish(0, SIZE);

    if (ngx_shm_open(&seg, named, &o) != NGX_OK) {
        return 1;
    }

    /* The parent's mapping is still here, so the new one is elsewhere. */
    if (seg.addr == parent->addr || seg.created || seg.size != SIZE
        || seg.addr[0] != 'p' || seg.addr[SIZE - 1] != 'q')
    {
        return 2;
    }

    seg.addr[1] = 'c';
    return 0;
}

START_TEST(another_process_attaches_by_name)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_open(NGX_SHM_CREATE, SIZE);
    ck_assert_uint_eq(seg.size, SIZE);
    ck_assert_uint_eq(seg.generation, 1);
    ck_assert_uint_eq((uintptr_t) seg.addr % 4096, 0);
    ck_assert_int_eq(seg.addr[0] | seg.addr[SIZE / 2] | seg.addr[SIZE - 1], 0);
    seg.addr[0] = 'p';
    seg.addr[SIZE - 1] = 'q';
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);

    in_child(read_and_write, &seg);
    ck_assert_int_eq(seg.addr[1], 'c');
    named_remove(&seg);
}
END_TEST

START_TEST(a_segment_outlives_its_processes_until_unlinked)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_create(SIZE);
    seg.addr[7] = 'x';
    ngx_shm_close(&seg);

    seg = named_open(NGX_SHM_CREATE, SIZE);
    ck_assert_uint_eq(seg.created, 0);
    ck_assert_int_eq(seg.addr[7], 'x');
    named_remove(&seg);
    ck_assert(named_refused(0, 0, ENOENT, "open()"));
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_ERROR);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(only_one_may_create_exclusively)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_open(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE);
    ck_assert(named_refused(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE, EEXIST,
                            "building"));
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert(named_refused(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE, EEXIST,
                            "there"));
    named_remove(&seg);
}
END_TEST

START_TEST(a_fresh_one_is_made_only_if_nobody_has_it)
{
    ngx_shm_segment_t  a, b;

    named_fresh(_i);
    a = named_create(SIZE);
    a.addr[0] = 'x';
    b = named_open(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE);
    ck_assert_uint_eq(b.created, 0);
    ck_assert_int_eq(b.addr[0], 'x');
    ngx_shm_close(&a);
    ngx_shm_close(&b);

    a = named_open(NGX_SHM_CREATE|NGX_SHM_FRESH, 2 * SIZE);
    ck_assert_uint_eq(a.created, 1);
    ck_assert_uint_eq(a.generation, 2);
    ck_assert_uint_eq(a.size, 2 * SIZE);
    ck_assert_int_eq(a.addr[0], 0);
    named_remove(&a);
}
END_TEST

START_TEST(who_attaches_waits_for_ready_but_not_for_ever)
{
    ngx_shm_info_t     info;
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_open(NGX_SHM_CREATE, SIZE);
    ck_assert(named_refused(0, 0, ETIMEDOUT, "still building"));
    ck_assert(named_refused(NGX_SHM_CREATE, SIZE, ETIMEDOUT,
                            "still building"));
    ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_OK);
    ck_assert_uint_eq(info.state, NGX_SHM_BUILDING);

    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_OK);
    ck_assert_uint_eq(info.state, NGX_SHM_READY);
    ck_assert_uint_eq(info.attached, 1);
    ck_assert_uint_eq(info.size, SIZE);
    ck_assert_int_eq(info.creator, getpid());
    ngx_shm_close(&seg);
    ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_OK);
    ck_assert_uint_eq(info.attached, 0);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

/* In ms: they must neither wrap nor be taken for negative. */
static const ngx_uint_t  longest[] = {
    INT_MAX, (ngx_uint_t) INT_MAX + 1, LONG_MAX / 1000 + 1, LONG_MAX,
    (ngx_uint_t) LONG_MAX + 1, ULONG_MAX
};

/* 0: it waited until the segment was ready. */
static int
wait_for_it(int fd, ngx_uint_t ms)
{
    char               byte;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(0, SIZE);

    o.timeout_ms = ms;

    return read(fd, &byte, 1) != 1 || ngx_shm_open(&seg, named, &o) != NGX_OK
           || seg.addr[0] != 'r';
}

START_TEST(longest_time_limits_are_long)
{
    int                fd[2], status;
    pid_t              pid;
    unsigned           i;
    ngx_shm_segment_t  seg;

    for (i = 0; i < sizeof(longest) / sizeof(longest[0]); i++) {
        named_fresh(_i);
        ck_assert_int_eq(pipe(fd), 0);
        pid = fork();

        if (pid == 0) {
            _exit(wait_for_it(fd[0], longest[i]));
        }

        seg = named_open(NGX_SHM_CREATE, SIZE);
        ck_assert_int_eq((int) write(fd[1], "", 1), 1);
        (void) usleep(30000);
        seg.addr[0] = 'r';
        ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        ck_assert_int_eq(status, 0);
        (void) close(fd[0]);
        (void) close(fd[1]);
        named_remove(&seg);
    }
}
END_TEST

static int
die_building(void *data)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    (void) data;

    if (ngx_shm_open(&seg, named, &o) != NGX_OK || !seg.created) {
        return 1;
    }

    seg.addr[0] = 'x';
    return 0;
}

START_TEST(a_dead_builder_is_noticed_and_replaced)
{
    ngx_shm_info_t     info;
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    in_child(die_building, NULL);
    ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_OK);
    ck_assert_uint_eq(info.state, NGX_SHM_DEAD);
    ck_assert(named_refused(0, 0, EOWNERDEAD, "died"));

    seg = named_open(NGX_SHM_CREATE|NGX_SHM_EXCL, SIZE);
    ck_assert_uint_eq(seg.created, 1);
    ck_assert_uint_eq(seg.generation, 2);
    ck_assert_int_eq(seg.addr[0], 0);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    named_remove(&seg);
}
END_TEST

START_TEST(read_only_is_read_only)
{
    ngx_shm_segment_t  seg, other;

    named_fresh(_i);
    ck_assert(named_refused(NGX_SHM_CREATE|NGX_SHM_RDONLY, SIZE, EINVAL,
                            "read-only"));
    seg = named_create(SIZE);
    seg.addr[0] = 'x';
    other = named_open(NGX_SHM_RDONLY, 0);
    ck_assert_int_eq(other.addr[0], 'x');
    ck_assert_int_eq(ngx_shm_grow(&other, 2 * SIZE), NGX_ERROR);
    ck_assert_int_eq(errno, _i == 2 ? ENOTSUP : EACCES);
    ck_assert_int_eq(ngx_shm_ready(&other), NGX_ERROR);
    ck_assert_int_eq(ngx_shm_refresh(&other), NGX_OK);

    /* The system, too, refuses to make it writable. */
    ck_assert_int_eq(mprotect(other.base, 4096, PROT_READ), 0);
    if (_i != 2) {
        ck_assert_int_eq(mprotect(other.base, 4096, PROT_READ|PROT_WRITE), -1);
    }

    ngx_shm_close(&other);
    named_remove(&seg);
}
END_TEST

TCase *
named_life_case(void)
{
    TCase  *tc = tcase_create("life");

    each(another_process_attaches_by_name);
    each(a_segment_outlives_its_processes_until_unlinked);
    each(only_one_may_create_exclusively);
    each(a_fresh_one_is_made_only_if_nobody_has_it);
    each(who_attaches_waits_for_ready_but_not_for_ever);
    each(longest_time_limits_are_long);
    each(a_dead_builder_is_noticed_and_replaced);
    each(read_only_is_read_only);

    return tc;
}
