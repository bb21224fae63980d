/* One lock that a process has at two addresses; each kind. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../run_case.h"

static int             memory;
static char            lockfile[64];
static unsigned char  *name;        /* of the lock file; NULL: it has none */
static world_t        *one, *two;

/* This process's own handles, each at one of the mappings. */
static ngx_shmtx_t     first, second;

static void *
map(void *at)
{
    void  *p = mmap(at, sizeof(world_t), PROT_READ|PROT_WRITE,
                    MAP_SHARED | (at != NULL ? MAP_FIXED : 0), memory, 0);

    if (p == MAP_FAILED) {
        printf("# mmap: %s\n", strerror(errno));
        (void) fflush(stdout);
        _exit(1);
    }

    return p;
}

static int
temporary(char *path)
{
    int  fd;

    (void) strcpy(path, "/tmp/ngx_twice_test.XXXXXX");
    fd = mkstemp(path);

    if (fd == -1) {
        printf("# mkstemp: %s\n", strerror(errno));
        (void) fflush(stdout);
        _exit(1);
    }

    return fd;
}

/* Fresh memory for a lock. */
static int
new_memory(void)
{
    int   fd;
    char  path[64];

    fd = temporary(path);
    (void) unlink(path);
    (void) ftruncate(fd, (off_t) sizeof(world_t));
    return fd;
}

static ngx_int_t
create(world_t *at, ngx_shmtx_t *mtx)
{
    mtx->spin = 0;
    return ngx_shmtx_create_kind(mtx, &at->sh, name, kind);
}

/* Two mappings, two handles.  n: the kind, with and without a name. */
static void
make_two(int n)
{
    mortal();
    kind = ngx_shmtx_kind((ngx_uint_t) n / 2);
    (void) close(temporary(lockfile));
    name = n % 2 ? NULL : (unsigned char *) lockfile;
    memory = new_memory();
    one = map(NULL);
    two = map(NULL);
}

static void
clean(void)
{
    (void) unlink(lockfile);
}

static void *
try_second(void *took)
{
    *(int *) took = ngx_shmtx_trylock(&second);

    if (*(int *) took) {
        ngx_shmtx_unlock(&second);
    }

    return NULL;
}

/* Does another thread get it by the second handle? */
static int
thread_gets_second(void)
{
    int        took = -1;
    pthread_t  thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, try_second, &took), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    return took;
}

START_TEST(owner_by_one_handle_is_the_owner_by_the_other)
{
    make_two(_i);
    ck_assert_int_eq(create(one, &first), NGX_OK);
    ck_assert_int_eq(create(two, &second), NGX_OK);

    ck_assert_int_eq(thread_gets_second(), 1);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&first, -1), NGX_OK);
    ck_assert_int_eq(thread_gets_second(), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&second, LONG), NGX_ERROR);
    ck_assert_int_eq(errno, EDEADLK);
    ngx_shmtx_unlock(&second);

    ck_assert_int_eq(thread_gets_second(), 1);
    clean();
}
END_TEST

static void
try_first(void)
{
    two->told = (long) ngx_shmtx_trylock(&first);
}

/* 1: a child gets the lock. */
static int
child_gets_it(void)
{
    pid_t  pid = child(try_first);

    reap(pid);
    return (int) two->told;
}

START_TEST(making_and_ending_one_handle_leaves_the_other_locked)
{
    make_two(_i);
    ck_assert_int_eq(create(one, &first), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&first, -1), NGX_OK);

    ck_assert_int_eq(create(two, &second), NGX_OK);
    ck_assert_int_eq(child_gets_it(), 0);
    ngx_shmtx_destroy(&second);
    ck_assert_int_eq(child_gets_it(), 0);

    ck_assert_int_eq(create(two, &second), NGX_OK);
    ngx_shmtx_unlock(&second);
    ck_assert_int_eq(child_gets_it(), 1);
    clean();
}
END_TEST

static void
lock_two_and_hang(void)
{
    if (create(two, &second) == NGX_OK
        && ngx_shmtx_lock_ex(&second, LONG) == NGX_OK)
    {
        two->stage = 1;
    }

    for ( ;; ) {
        (void) pause();
    }
}

/* The first lock at the address is gone; nobody has destroyed its handle. */
START_TEST(new_lock_at_an_old_address_is_not_the_old_lock)
{
    int    old;
    pid_t  pid;

    make_two(_i);

    if (name == NULL) {
        clean();
        return;     /* its file is for children alone, which begin with it */
    }

    ck_assert_int_eq(create(one, &first), NGX_OK);
    clean();

    old = memory;
    (void) close(temporary(lockfile));
    memory = new_memory();
    (void) close(old);
    (void) map(one);
    (void) map(two);

    pid = child(lock_two_and_hang);
    await(&two->stage, 1);
    ck_assert_int_eq(create(one, &first), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&first, 60), NGX_AGAIN);
    end(pid);
    clean();
}
END_TEST

#define twice(test)  tcase_add_loop_test(tc, test, 0, 2 * kinds())

int
main(void)
{
    TCase  *tc = tcase_create("twice");

    twice(owner_by_one_handle_is_the_owner_by_the_other);
    twice(making_and_ending_one_handle_leaves_the_other_locked);
    twice(new_lock_at_an_old_address_is_not_the_old_lock);

    return run_case(tc, "locks", TEST_LIFE);
}
