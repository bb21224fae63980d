/*
 * ngx_slab: pools that lie in a file, and are reached from other pid
 * namespaces, or after the machine was booted again.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <check.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE    ((size_t) 1024 * 1024)
#define CHUNKS  100
#define ROUNDS  20000

static char  pool_file[64];
static char  lock_file[64];

static void
setup(void)
{
    (void) snprintf(pool_file, sizeof(pool_file), "objs/slab_ns.%ld.pool",
                    (long) getpid());
    (void) snprintf(lock_file, sizeof(lock_file), "objs/slab_ns.%ld.lock",
                    (long) getpid());
}

static void
teardown(void)
{
    (void) unlink(pool_file);
    (void) unlink(lock_file);
}

static void *
map_file(void)
{
    int    fd = open(pool_file, O_RDWR|O_CREAT, 0600);
    void  *p;

    if (fd == -1 || ftruncate(fd, (off_t) SIZE) == -1) {
        return NULL;
    }

    p = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    (void) close(fd);
    return p == MAP_FAILED ? NULL : p;
}

#ifdef CLONE_NEWPID

static int  without_proc;

static int
hide_proc(void)
{
    return unshare(CLONE_NEWNS) == -1
           || mount("none", "/", NULL, MS_REC|MS_PRIVATE, NULL) == -1
           || mount("none", "/proc", "tmpfs", 0, NULL) == -1 ? -1 : 0;
}

/* Run in a pid namespace of its own, as pid 1 there; its parent's pid. */
static pid_t
in_namespace(int (*run)(int), int arg)
{
    int    status;
    pid_t  pid = fork(), inner;

    if (pid != 0) {
        return pid;
    }

    if (unshare(CLONE_NEWPID) == -1) {
        _exit(99);
    }

    inner = fork();
    if (inner == 0) {
        if (without_proc && hide_proc() == -1) {
            _exit(96);
        }
        _exit(run(arg));
    }

    (void) waitpid(inner, &status, 0);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 98);
}

static int
status_of(pid_t pid)
{
    int  status;

    (void) waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

static int
may_unshare(void)
{
    pid_t  pid = fork();

    if (pid == 0) {
        _exit(unshare(CLONE_NEWPID) == -1 && errno == EPERM);
    }

    return status_of(pid) == 0;
}

static int
is_refused(int arg)
{
    (void) arg;
    return ngx_slab_attach(map_file(), SIZE) != NULL || errno != EXDEV;
}

START_TEST(a_pool_of_another_pid_namespace_is_refused)
{
    void             *p;
    ngx_slab_pool_t  *pool = ngx_slab_create(map_file(), SIZE, 0);

    if (!may_unshare()) {
        return;     /* only root, or one who may, has namespaces */
    }

    without_proc = _i;
    ck_assert_ptr_nonnull(pool);
    p = ngx_slab_alloc(pool, 64);
    ck_assert_int_eq(status_of(in_namespace(is_refused, 0)), 0);
    ngx_slab_free(pool, p);
    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
}
END_TEST

static ngx_slab_pool_t  *inherited;

/* Right, or refused: a child in a namespace of its own calls without attach. */
static int
works_or_is_refused(int sign)
{
    int             i, k;
    unsigned char  *p[CHUNKS];

    for (k = 0; k < ROUNDS; k++) {
        for (i = 0; i < CHUNKS; i++) {
            errno = 0;
            p[i] = ngx_slab_alloc(inherited, 64);
            if (p[i] == NULL) {
                return errno == EXDEV ? 0 : 1;
            }
            memset(p[i], sign, 64);
        }
        for (i = 0; i < CHUNKS; i++) {
            if (p[i][0] != sign || p[i][63] != sign) {
                return 2;
            }
            ngx_slab_free(inherited, p[i]);
        }
    }

    return 0;
}

START_TEST(children_that_are_both_pid_1_do_not_meet)
{
    pid_t  one, two;

    if (!may_unshare()) {
        return;
    }

    without_proc = _i;
    inherited = ngx_slab_create(map_file(), SIZE, 0);
    ngx_slab_free(inherited, ngx_slab_alloc(inherited, 64));

    one = in_namespace(works_or_is_refused, 1);
    two = in_namespace(works_or_is_refused, 2);
    ck_assert_int_eq(works_or_is_refused(3), 0);
    ck_assert_int_eq(status_of(one), 0);
    ck_assert_int_eq(status_of(two), 0);
    ck_assert_int_eq(ngx_slab_check(inherited), NGX_OK);
}
END_TEST

static int
share(int sign)
{
    int               i, k, n;
    size_t            size[CHUNKS];
    unsigned          seed = (unsigned) sign;
    unsigned char    *p[CHUNKS] = { NULL };
    ngx_slab_pool_t  *pool = ngx_slab_attach_kind(map_file(), SIZE, lock_file);

    if (pool == NULL || getpid() != 1) {
        return 1;
    }

    for (n = 0; n < (sign == 3 ? 100000000 : 10000); n++) {
        i = rand_r(&seed) % CHUNKS;

        if (p[i] == NULL) {
            size[i] = 8 + (size_t) (rand_r(&seed) % 3000);
            p[i] = ngx_slab_alloc(pool, size[i]);
            if (p[i] != NULL) {
                memset(p[i], sign, size[i]);
            }
            continue;
        }

        for (k = 0; k < (int) size[i]; k++) {
            if (p[i][k] != sign) {
                return 2;
            }
        }

        ngx_slab_free(pool, p[i]);
        p[i] = NULL;
    }

    for (i = 0; i < CHUNKS; i++) {
        if (p[i] != NULL) {
            ngx_slab_free(pool, p[i]);
        }
    }

    return 0;
}

START_TEST(containers_share_a_pool_by_a_lock_file)
{
    int               round;
    pid_t             one, two, killed;
    ngx_slab_pool_t  *pool;

    if (!may_unshare()) {
        return;
    }

    pool = ngx_slab_create_kind(map_file(), SIZE, 0, "fcntl", lock_file);
    ck_assert_ptr_nonnull(pool);
    ck_assert_ptr_null(ngx_slab_attach(pool, SIZE));
    ck_assert_int_eq(errno, EBADF);

    for (round = 0; round < 5; round++) {
        one = in_namespace(share, 1);
        two = in_namespace(share, 2);
        killed = fork();

        if (killed == 0) {      /* with all of its namespace */
            if (unshare(CLONE_NEWPID) == 0 && (killed = fork()) != 0) {
                (void) usleep(10000 + 1000 * (useconds_t) round);
                _exit(kill(killed, SIGKILL));
            }
            _exit(share(3));
        }

        ck_assert_int_eq(status_of(one), 0);
        ck_assert_int_eq(status_of(two), 0);
        ck_assert_int_eq(status_of(killed), 0);
        ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    }

    ngx_slab_detach(pool);
}
END_TEST

#endif

START_TEST(a_lock_file_is_for_the_kind_fcntl_alone)
{
    errno = 0;
    ck_assert_ptr_null(ngx_slab_create_kind(map_file(), SIZE, 0, "futex",
                                            lock_file));
    ck_assert_int_eq(errno, EINVAL);

    errno = 0;
    ck_assert_ptr_null(ngx_slab_create_kind(map_file(), SIZE, 0, "spin",
                                            NULL));
    ck_assert_int_eq(errno, ENOSYS);
}
END_TEST

static void
owner_is_nobody(void *data, void *p, size_t size, ngx_pid_t owner)
{
    (void) p;
    (void) size;
    ck_assert_int_eq(owner, 0);
    ++*(int *) data;
}

/* A stopped child stands for one of an earlier boot: its number still lives. */
START_TEST(all_users_of_an_earlier_boot_are_dead)
{
    int               i, n = 0;
    pid_t             pid;
    ngx_slab_usage_t  usage;
    ngx_slab_pool_t  *pool = ngx_slab_create(map_file(), SIZE, 0);

    pid = fork();
    if (pid == 0) {
        for (i = 0; i < CHUNKS; i++) {
            (void) ngx_slab_alloc(pool, 64);
        }
        ngx_slab_free(pool, ngx_slab_alloc(pool, 500));
        (void) raise(SIGSTOP);
        _exit(0);
    }

    (void) waitpid(pid, NULL, WUNTRACED);
    ck_assert_int_eq(ngx_slab_usage(pool, &usage), NGX_OK);
    ck_assert_uint_eq(usage.processes, 1);

    ngx_heap_of(pool)->boot ^= 1;
    pool = ngx_slab_attach(map_file(), SIZE);
    ck_assert_ptr_nonnull(pool);

    ck_assert_int_eq(ngx_slab_usage(pool, &usage), NGX_OK);
    ck_assert_uint_eq(usage.processes, 0);
    ck_assert_uint_eq(usage.cached, 0);
    ck_assert_int_eq(ngx_slab_walk(pool, owner_is_nobody, &n), NGX_OK);
    ck_assert_int_eq(n, CHUNKS);
    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);

    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, NULL, 0);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("slab namespace");

    tcase_add_checked_fixture(tc, setup, teardown);
#ifdef CLONE_NEWPID
    tcase_add_loop_test(tc, a_pool_of_another_pid_namespace_is_refused, 0, 2);
    tcase_add_loop_test(tc, children_that_are_both_pid_1_do_not_meet, 0, 2);
    tcase_add_test(tc, containers_share_a_pool_by_a_lock_file);
#endif
    tcase_add_test(tc, a_lock_file_is_for_the_kind_fcntl_alone);
    tcase_add_test(tc, all_users_of_an_earlier_boot_are_dead);

    return run_case(tc, "slab namespace", 120);
}
