/* Named segments: owners, modes and permissions. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "named_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* Only root can be, and not where root is alone in its name space. */
static int
can_be_somebody_else(void)
{
    int    status = -1;
    pid_t  pid;

    fflush(NULL);
    pid = fork();

    if (pid == 0) {
        _exit(setuid(4711) != 0);
    }

    (void) waitpid(pid, &status, 0);
    return status == 0;
}

START_TEST(trusted_means_nobody_else_could_have_made_it)
{
    char               other[200];
    ngx_shm_segment_t  seg;

    named_fresh(_i);
    seg = named_create(SIZE);
    ngx_shm_close(&seg);
    seg = named_open(NGX_SHM_TRUSTED, SIZE);
    ngx_shm_close(&seg);

    ck_assert_int_eq(chmod(named_path(), 0666), 0);
    ck_assert(named_refused(NGX_SHM_TRUSTED, 0, EPERM, "all users may write"));
    seg = named_open(0, SIZE);
    ngx_shm_close(&seg);
    ck_assert_int_eq(chmod(named_path(), 0600), 0);

    (void) snprintf(other, sizeof(other), "%s.2", named_path());
    ck_assert_int_eq(link(named_path(), other), 0);
    ck_assert(named_refused(NGX_SHM_TRUSTED, 0, EPERM, "other hard links"));
    ck_assert_int_eq(unlink(other), 0);

    ck_assert_int_eq(rename(named_path(), other), 0);
    ck_assert_int_eq(symlink(other, named_path()), 0);
    ck_assert(named_refused(NGX_SHM_TRUSTED, 0, EPERM, "symbolic link"));
    ck_assert(named_refused(NGX_SHM_TRUSTED|NGX_SHM_CREATE, SIZE, EPERM,
                            "symbol"));
    ck_assert_int_eq(unlink(named_path()), 0);
    ck_assert_int_eq(rename(other, named_path()), 0);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

START_TEST(trusted_means_ours_or_roots)
{
    ngx_shm_segment_t  seg;

    named_fresh(_i);

    if (!can_be_somebody_else()) {
        skip_test(__func__, _i, NOT_ROOT);
        return;
    }

    seg = named_create(SIZE);
    ck_assert_int_eq(chown(named_path(), 4711, (gid_t) -1), 0);
    ck_assert(named_refused(NGX_SHM_TRUSTED, 0, EPERM, "another user"));
    ck_assert_int_eq(chown(named_path(), 0, (gid_t) -1), 0);
    named_remove(&seg);
}
END_TEST

START_TEST(an_owner_is_as_wished)
{
    struct stat        st;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    named_fresh(_i);

    if (!can_be_somebody_else()) {
        skip_test(__func__, _i, NOT_ROOT);
        return;
    }

    o.set_owner = 1;
    o.owner = 4711;
    o.group = getegid();
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(fstat(seg.fd, &st), 0);
    ck_assert_int_eq(st.st_uid, 4711);
    named_remove(&seg);
}
END_TEST

START_TEST(mode_and_owner_are_as_wished)
{
    mode_t             old = umask(077);
    struct stat        st;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    named_fresh(_i);
    seg = named_create(SIZE);
    ck_assert_int_eq(fstat(seg.fd, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    named_remove(&seg);

    o.mode = 0664;
    o.set_owner = 1;
    o.owner = geteuid();
    o.group = getegid();

    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(fstat(seg.fd, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0664);
    ck_assert_int_eq(st.st_uid, o.owner);
    named_remove(&seg);
    (void) umask(old);
}
END_TEST

static int
is_not_permitted(void *data)
{
    (void) data;

    return setuid(4711) == -1 || !named_refused(0, 0, EACCES, "permission")
           || !named_refused(NGX_SHM_RDONLY, 0, EACCES, "permission");
}

static int
may_read_only(void *data)
{
    (void) data;

    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_RDONLY, 0);

    if (setuid(4711) == -1 || !named_refused(0, 0, EACCES, "permission")) {
        return 1;
    }

    return ngx_shm_open(&seg, named, &o) != NGX_OK || seg.addr[0] != 'x';
}

START_TEST(what_is_missing_is_named)
{
    named_fresh(_i);
    ck_assert(named_refused(0, 0, ENOENT, "there is no such name in /"));
    ck_assert(named_not_removed(ENOENT, "there is no such name in /"));
    ck_assert_ptr_eq(strstr(log_text, "is not there"), NULL);

    if (_i != 0) {
        (void) snprintf(named, sizeof(named), "%s:/no/such/folder/x",
                        _i == 1 ? "file" : "sysv");
        ck_assert(named_refused(NGX_SHM_CREATE, SIZE, ENOENT,
                          "the folder /no/such/folder is not there"));
    }
}
END_TEST

/* In a folder like /tmp, a file that all may read. */
static int
is_told_who_may(void *data)
{
    const char  *word = "it belongs to user 0, and from the sticky folder /";

    (void) data;

    /* glibc's shm_unlink() says EACCES for EPERM */
    return setuid(4711) == -1
           || (!named_not_removed(EPERM, word)
              && !named_not_removed(EACCES, word))
           || !named_refused(0, 0, EACCES,
                             "belongs to user 0 and has the mode 0444");
}

START_TEST(who_may_remove_it_is_told)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    named_fresh(_i);

    if (_i == 2 || !can_be_somebody_else()) {
        return;
    }

    o.mode = 0444;
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    ck_assert_int_eq(chmod(named_folder, 01777), 0);
    in_child(is_told_who_may, NULL);
    ck_assert_int_eq(chmod(named_folder, 0700), 0);
    named_remove(&seg);
}
END_TEST

START_TEST(each_process_maps_with_its_own_permissions)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    named_fresh(_i);

    if (!can_be_somebody_else()) {
        skip_test(__func__, _i, NOT_ROOT);
        return;
    }

    if (_i == 2 && getenv("NGX_EMULATED") != NULL) {
        skip_test(__func__, _i, "qemu mixes up the mode of System V segments");
        return;
    }

    ck_assert_int_eq(chmod(named_folder, 0755), 0);
    seg = named_create(SIZE);
    in_child(is_not_permitted, NULL);
    named_remove(&seg);

    o.mode = 0644;
    ck_assert_int_eq(ngx_shm_open(&seg, named, &o), NGX_OK);
    seg.addr[0] = 'x';
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    in_child(may_read_only, NULL);
    named_remove(&seg);
}
END_TEST

TCase *
named_owner_case(void)
{
    TCase  *tc = tcase_create("owner");

    each(trusted_means_nobody_else_could_have_made_it);
    each(trusted_means_ours_or_roots);
    each(an_owner_is_as_wished);
    each(mode_and_owner_are_as_wished);
    each(what_is_missing_is_named);
    each(who_may_remove_it_is_told);
    each(each_process_maps_with_its_own_permissions);

    return tc;
}
