/* Named segments: a System V key that leads elsewhere. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"
#include "ngx_named_kind.h"

#include <sched.h>
#include <stdio.h>
#include <sys/shm.h>
#include <unistd.h>

static key_t
key_in_file(void)
{
    FILE      *f = fopen(named_path(), "r");
    unsigned   key = 0;

    ck_assert_ptr_ne(f, NULL);
    ck_assert_int_eq(fscanf(f, "ngx-shm sysv key %x", &key), 1);
    (void) fclose(f);
    return (key_t) key;
}

/* A segment with this key and a copy of the header, with another id. */
static int
make_other(key_t key, const ngx_named_header_t *head)
{
    int                  id = shmget(key, (size_t) head->size,
                                     IPC_CREAT|IPC_EXCL|0600);
    ngx_named_header_t  *other;

    if (id == -1) {
        return -1;
    }

    other = shmat(id, NULL, 0);
    memcpy(other, head, sizeof(*head));
    other->id = head->id ^ 2;
    (void) shmdt(other);
    return id;
}

static int
is_refused(ngx_uint_t flags, int err)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(flags, SIZE);

    return ngx_shm_open(&seg, named, &o) == NGX_ERROR && errno == err;
}

/* Only one of them is user of the segment. */
static int
act_elsewhere(void *data)
{
    int                 bad = 0, id;
    ngx_shm_info_t      info;
    ngx_shm_segment_t  *seg = data;

    if (unshare(CLONE_NEWIPC) != 0) {
        return CANNOT;
    }

    id = make_other(key_in_file(), seg->base);

    if (id == -1) {
        return 1;
    }

    bad |= !is_refused(0, EXDEV) << 1;
    bad |= !is_refused(NGX_SHM_CREATE, EXDEV) << 2;
    bad |= !is_refused(NGX_SHM_CREATE|NGX_SHM_FRESH, EXDEV) << 3;
    bad |= (ngx_shm_info(&info, named, NULL) != NGX_ERROR || errno != EXDEV)
           << 4;
    bad |= (ngx_shm_unlink(named, NULL) != NGX_ERROR || errno != EXDEV) << 5;
    (void) shmctl(id, IPC_RMID, NULL);
    return bad;
}

static int
remove_elsewhere(void *data)
{
    (void) data;
    return unshare(CLONE_NEWIPC) != 0 || ngx_shm_unlink(named, NULL) != NGX_OK;
}

START_TEST(another_ipc_namespace_is_refused)
{
    int                id;
    ngx_shm_segment_t  seg;

    remember_world();
    named_choose(SYSV);
    seg = named_create(SIZE);

    if (cannot_in_child(act_elsewhere, &seg)) {
        skip_test(__func__, _i, "no right to make a namespace");
        named_remove(&seg);
        return;
    }

    ck_assert_int_eq(ngx_shm_linked(&seg), NGX_OK);
    id = shmget(key_in_file(), 0, 0);
    ngx_shm_close(&seg);

    /* nobody has it: then the name may go, and the memory is its maker's */
    in_child(remove_elsewhere, NULL);
    ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
    compare_world();
}
END_TEST

START_TEST(key_that_another_segment_has_by_now_leads_nowhere)
{
    int                id;
    ngx_shm_segment_t  seg, next;

    remember_world();
    named_choose(SYSV);
    seg = named_create(SIZE);
    ck_assert_int_eq(shmctl(shmget(key_in_file(), 0, 0), IPC_RMID, NULL), 0);
    id = make_other(key_in_file(), seg.base);
    ck_assert_int_ne(id, -1);

    ck_assert_int_eq(ngx_shm_linked(&seg), NGX_DECLINED);
    ck_assert(is_refused(0, EOWNERDEAD));
    next = named_open(NGX_SHM_CREATE, SIZE);
    ck_assert_uint_eq(next.created, 1);
    ck_assert_uint_eq(next.generation, 2);
    ck_assert_int_eq(ngx_shm_ready(&next), NGX_OK);
    ngx_shm_close(&next);
    ngx_shm_close(&seg);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);

    /* it is not ours to remove */
    ck_assert_int_eq(shmctl(id, IPC_RMID, NULL), 0);
    compare_world();
}
END_TEST

TCase *
named_space_case(void)
{
    TCase  *tc = tcase_create("space");

    tcase_add_test(tc, another_ipc_namespace_is_refused);
    tcase_add_test(tc, key_that_another_segment_has_by_now_leads_nowhere);

    return tc;
}
