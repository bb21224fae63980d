/* One lock that a process has at two addresses, or that two namespaces make. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_lock_word.h"

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
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

#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD

/* What two makers do, in shared memory. */
typedef struct {
    world_t        world;
    volatile int   ready, go;
    volatile int   rc[2], error[2], took[2];
} contest_t;

static contest_t  *contest;
static int         side;

static void
create_abroad(void)
{
    ngx_shmtx_t  mtx;

    name = (unsigned char *) lockfile;
    (void) __sync_add_and_fetch(&contest->ready, 1);

    while (!contest->go) {
        /* void */
    }

    contest->rc[side] = (int) create(&contest->world, &mtx);
    contest->error[side] = errno;

    if (contest->rc[side] == NGX_OK) {
        contest->took[side] = ngx_shmtx_lock_ex(&mtx, LONG) >= 0;
    }

}

static void
go_abroad(void)
{
    if (unshare(CLONE_NEWPID) != 0) {
        _exit(1);
    }

    reap(child(create_abroad));
}

static int
can_go_abroad(void)
{
    pid_t  pid = fork();
    int    status = 0;

    if (pid == 0) {
        _exit(unshare(CLONE_NEWPID) != 0);
    }

    return waitpid(pid, &status, 0) == pid && status == 0;
}

/* Both makers are number 1, and make the lock at the same moment. */
START_TEST(one_of_two_namespaces_makes_the_lock)
{
    int    i, round;
    pid_t  pid[2];

    mortal();
    kind = ngx_shmtx_kind((ngx_uint_t) _i);

    if (!can_go_abroad()) {
        printf("# SKIP %s: no right to make a namespace\n", __func__);
        return;
    }

    for (round = 0; round < 30; round++) {
        contest = shared(sizeof(contest_t));
        (void) close(temporary(lockfile));

        for (i = 0; i < 2; i++) {
            side = i;
            pid[i] = child(go_abroad);
        }

        await(&contest->ready, 2);
        contest->go = 1;

        for (i = 0; i < 2; i++) {
            reap(pid[i]);
        }

        clean();
        ck_assert_int_eq(contest->took[0] + contest->took[1],
                         slow_kind() ? 2 : 1);

        for (i = 0; i < 2 && !slow_kind(); i++) {
            ck_assert_int_eq(contest->rc[i] == NGX_OK
                             || contest->error[i] == EXDEV, 1);
        }

        (void) munmap(contest, sizeof(contest_t));
    }
}
END_TEST

/* The other maker has put its namespaces there, and is about to go on. */
START_TEST(lock_that_another_namespace_makes_is_left_alone)
{
    ngx_shmtx_t  mtx;

    mortal();
    kind = ngx_shmtx_kind((ngx_uint_t) _i);
    name = NULL;
    world = shared(sizeof(world_t));

    (void) ngx_lock_me();
    lock_of(world)->ns = ngx_lock_self.ns ^ 1;
    ck_assert_int_eq(create(world, &mtx), NGX_ERROR);
    ck_assert_int_eq(errno, EXDEV);
    ck_assert_uint_eq(lock_of(world)->ns, ngx_lock_self.ns ^ 1);
    ck_assert_uint_eq(lock_of(world)->word, 0);
    ck_assert_uint_eq(lock_of(world)->acquired, 0);
}
END_TEST

#endif

#define twice(test)  tcase_add_loop_test(tc, test, 0, 2 * kinds())

int
main(void)
{
    TCase  *tc = tcase_create("twice");

    twice(owner_by_one_handle_is_the_owner_by_the_other);
    twice(making_and_ending_one_handle_leaves_the_other_locked);
    twice(new_lock_at_an_old_address_is_not_the_old_lock);
#if NGX_HAVE_FUTEX && NGX_LOCK_HAVE_WORD
    each(one_of_two_namespaces_makes_the_lock);
    each(lock_that_another_namespace_makes_is_left_alone);
#endif

    return run_case(tc, "locks", TEST_LIFE);
}
