/* Named segments: they grow, and all see it. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"
#include "ngx_slab.h"

#include <sys/shm.h>
#include <unistd.h>

static int
grow_to_a_megabyte(void *data)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(0, 0);

    (void) data;

    if (ngx_shm_open(&seg, named, &o) != NGX_OK
        || ngx_shm_grow(&seg, (size_t) 1 << 20) != NGX_OK)
    {
        return 1;
    }

    seg.addr[seg.size - 1] = 'g';
    return seg.size != (size_t) 1 << 20;
}

START_TEST(all_see_a_segment_grow)
{
    unsigned char     *addr;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    named_fresh(_i);
    o.max_size = (size_t) 1 << 20;
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    seg.addr[0] = 'x';
    addr = seg.addr;

    in_child(grow_to_a_megabyte, NULL);
    ck_assert_uint_eq(seg.size, SIZE);
    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 1 << 20);
    ck_assert_ptr_eq(seg.addr, addr);
    ck_assert_int_eq(seg.addr[seg.size - 1], 'g');
    ck_assert_int_eq(seg.addr[SIZE], 0);

    /* It does not shrink; growing beyond the reserved range moves it. */
    ck_assert_int_eq(ngx_shm_grow(&seg, 1), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 1 << 20);
    ck_assert_int_eq(ngx_shm_grow(&seg, (size_t) 3 << 20), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 3 << 20);
    ck_assert_int_eq(seg.addr[0], 'x');
    ck_assert_int_eq(seg.addr[seg.size - 1], 0);
    ck_assert_int_eq(ngx_shm_sync(&seg), NGX_OK);

    ck_assert_int_eq(ngx_shm_grow(&seg, SIZE_MAX), NGX_ERROR);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert(sizeof(size_t) == 4
              || ngx_shm_grow(&seg, PTRDIFF_MAX / 2) == NGX_ERROR);
    ck_assert_uint_eq(seg.size, (size_t) 3 << 20);
    named_remove(&seg);
}
END_TEST

START_TEST(any_call_sees_a_segment_grow)
{
    ngx_shm_segment_t  seg, other;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    named_fresh(_i);
    o.max_size = (size_t) 1 << 20;
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    other = named_open(0, SIZE);

    in_child(grow_to_a_megabyte, NULL);
    ck_assert_uint_eq(seg.size, SIZE);
    ck_assert_int_eq(ngx_shm_sync(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 1 << 20);
    ck_assert_int_eq(seg.addr[seg.size - 1], 'g');
    ck_assert_int_eq(ngx_shm_grow(&other, 1), NGX_OK);
    ck_assert_uint_eq(other.size, (size_t) 1 << 20);
    ck_assert_int_eq(other.addr[other.size - 1], 'g');
    ngx_shm_close(&other);
    named_remove(&seg);
}
END_TEST

/* In another process: use the pool that is there, and add one after a grow. */
static int
use_pools(void *data)
{
    void              *p;
    size_t             old = (size_t) 1 << 20;
    ngx_slab_pool_t   *first, *second;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(0, 0);

    if (ngx_shm_open(&seg, named, &o) != NGX_OK
        || ngx_shm_grow(&seg, 2 * old) != NGX_OK)
    {
        return 1;
    }

    first = ngx_slab_attach(seg.addr, seg.size);
    second = ngx_slab_create(seg.addr + old, seg.size - old, 0);

    if (first == NULL || second == NULL) {
        return 2;
    }

    /* The first pool has not grown with the segment. */
    p = ngx_slab_alloc(second, 900000);
    *(uintptr_t *) data = ngx_slab_offset(seg.addr, p);

    if (p == NULL || ngx_slab_alloc(first, 1100000) != NULL) {
        return 3;
    }

    memset(p, 'b', 900000);
    return ngx_slab_check(first) != NGX_OK || ngx_slab_check(second) != NGX_OK;
}

START_TEST(a_pool_keeps_its_size_and_another_takes_the_rest)
{
    uintptr_t         *offset;
    ngx_shm_t          shm = { .size = sizeof(uintptr_t) };
    ngx_slab_usage_t   usage;
    ngx_slab_pool_t   *first, *second;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, (size_t) 1 << 20);

    named_fresh(_i);
    o.max_size = (size_t) 4 << 20;
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    first = ngx_slab_create(seg.addr, seg.size, 0);
    ck_assert_ptr_ne(first, NULL);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    offset = (uintptr_t *) (void *) shm.addr;
    in_child(use_pools, offset);

    ck_assert_int_eq(ngx_shm_refresh(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, (size_t) 2 << 20);
    ck_assert_int_eq(seg.addr[*offset + 899999], 'b');
    second = ngx_slab_attach(seg.addr + ((size_t) 1 << 20), (size_t) 1 << 20);
    ck_assert_ptr_ne(second, NULL);
    ck_assert_int_eq(ngx_slab_usage(first, &usage), NGX_OK);
    ck_assert_uint_eq(usage.size, (size_t) 1 << 20);
    ck_assert_uint_eq(usage.chunks, 0);
    ngx_slab_free(second, seg.addr + *offset);
    ck_assert_int_eq(ngx_slab_usage(second, &usage), NGX_OK);
    ck_assert_uint_eq(usage.chunks, 0);
    ngx_shm_free(&shm);
    named_remove(&seg);
}
END_TEST

START_TEST(a_builder_may_grow_what_it_builds)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_open(NGX_SHM_CREATE, SIZE);
    ck_assert_int_eq(ngx_shm_grow(&seg, 3 * SIZE), NGX_OK);
    ck_assert(named_refused(0, 0, ETIMEDOUT, "still building"));
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_uint_eq(seg.size, 3 * SIZE);
    named_remove(&seg);
}
END_TEST

START_TEST(a_system_v_segment_says_that_it_cannot)
{
    ngx_shm_segment_t  seg;

    named_fresh(2);
    seg = named_create(SIZE);
    ck_assert_int_eq(ngx_shm_grow(&seg, 2 * SIZE), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    ck_assert_int_eq(ngx_shm_sync(&seg), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    ck_assert_int_eq(ngx_shm_send(&seg, 0), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    named_remove(&seg);
}
END_TEST

TCase *
named_grow_case(void)
{
    TCase  *tc = tcase_create("grow");

    files(all_see_a_segment_grow);
    files(any_call_sees_a_segment_grow);
    files(a_pool_keeps_its_size_and_another_takes_the_rest);
    files(a_builder_may_grow_what_it_builds);
    tcase_add_test(tc, a_system_v_segment_says_that_it_cannot);

    return tc;
}
