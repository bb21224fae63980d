/* Where the lock lies and who comes to it, over each kind that was built. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_lock_word.h"

#include <check.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#if NGX_HAVE_FUTEX
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#if NGX_HAVE_FUTEX && NGX_HAVE_PROC_STARTTIME && defined(SYS_clone3)
#define CAN_CLONE_AS  1
#else
#define CAN_CLONE_AS  0
#endif

static void
create_and_add(void)
{
    ngx_shmtx_t  mtx;

    await(&world->stage, 1);
    mtx.spin = 0;

    if (ngx_shmtx_create_kind(&mtx, &world->sh, NULL, kind) != NGX_OK) {
        _exit(1);
    }

    ngx_shmtx_lock(&mtx);
    world->counter++;
    ngx_shmtx_unlock(&mtx);
}

START_TEST(many_may_create_at_once)
{
    int    i, round;
    pid_t  pid[PROCESSES];

    mortal();
    kind = ngx_shmtx_kind((ngx_uint_t) _i);

    /* a file without a name is for the children of its maker */
    if (slow_kind() || !NGX_HAVE_ATOMIC_OPS) {
        return;
    }

    for (round = 0; round < 10; round++) {
        world = shared(sizeof(world_t));

        for (i = 0; i < PROCESSES; i++) {
            pid[i] = child(create_and_add);
        }

        nap(10);
        world->stage = 1;

        for (i = 0; i < PROCESSES; i++) {
            reap(pid[i]);
        }

        ck_assert_int_eq(world->counter, PROCESSES);
    }
}
END_TEST

#if NGX_LOCK_HAVE_WORD

static void
create_at_stage(void)
{
    world->stage = 1;
    create_and_add();
}

START_TEST(who_comes_second_makes_nothing)
{
    pid_t        pid;
    world_t     *made;
    ngx_lock_t  *lock;

    make(_i);
    made = world;
    world = shared(sizeof(world_t));
    lock = lock_of(world);

    /* as if this process were about to make it */
    lock->word = ngx_lock_me();
    pid = child(create_at_stage);
    await(&world->stage, 1);
    nap(20);

    memcpy(&lock->word + 1, &lock_of(made)->word + 1,
           sizeof(ngx_lock_t) - sizeof(lock->word));
    lock->acquired = 7;
    ngx_lock_barrier();
    lock->word = 0;

    reap(pid);
    ck_assert_uint_ge(lock->acquired, 8);
}
END_TEST

#endif

START_TEST(create_refuses_what_does_not_fit)
{
    world_t     *w = shared(sizeof(world_t));
    ngx_shmtx_t  mtx;

    mtx.spin = 0;
    kind = ngx_shmtx_kind((ngx_uint_t) _i);

    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, NULL, NULL, kind),
                     NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx,
                     (ngx_shmtx_sh_t *) (void *) (w->sh.opaque + 4), NULL,
                     kind), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, "none"),
                     NGX_ERROR);
    ck_assert_int_eq(errno, ENOSYS);

    memset(&w->sh, 0x5a, sizeof(w->sh));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, kind),
                     NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    memset(&w->sh, 0, sizeof(w->sh));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, kind), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL,
                     ngx_shmtx_kind(_i == 0)), ngx_shmtx_kind(1) == NULL
                     ? NGX_OK : NGX_ERROR);
    ck_assert_int_eq(ngx_shmtx_create(&mtx, &w->sh, NULL), NGX_OK);
    ngx_shmtx_destroy(&mtx);
}
END_TEST

START_TEST(lock_works_at_two_addresses)
{
    int                i;
    char               name[] = "/tmp/ngx_shmtx_test.XXXXXX";
    char               lockfile[] = "/tmp/ngx_shmtx_lock.XXXXXX";
    int                fd = mkstemp(name), fd2 = mkstemp(lockfile);
    world_t           *a, *b;
    ngx_shmtx_t        mtx;
    pid_t              pid;

    ck_assert_int_ne(fd, -1);
    ck_assert_int_ne(fd2, -1);
    ck_assert_int_eq(ftruncate(fd, (off_t) sizeof(world_t)), 0);
    (void) close(fd2);

    a = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    kind = ngx_shmtx_kind((ngx_uint_t) _i);
    world = a;
    pid = fork();

    if (pid == 0) {
        /* below, the parent's mapping is in the way: another address */
        b = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE, MAP_SHARED, fd,
                 0);
        (void) munmap(a, sizeof(world_t));
        mtx.spin = 0;

        if (b == a
            || ngx_shmtx_create_kind(&mtx, &b->sh,
                                     (unsigned char *) lockfile, kind) != 0)
        {
            _exit(1);
        }

        for (i = 0; i < 500; i++) {
            ngx_shmtx_lock(&mtx);
            b->counter++;
            ngx_shmtx_unlock(&mtx);
        }

        if (sees_zombies()) {
            ngx_shmtx_lock(&mtx);
        }
        _exit(0);
    }

    mtx.spin = 0;
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &a->sh,
                     (unsigned char *) lockfile, kind), NGX_OK);

    for (i = 0; i < 500; i++) {
        (void) ngx_shmtx_lock_ex(&mtx, -1);
        a->counter++;
        ngx_shmtx_unlock(&mtx);
    }

    reap(pid);
    (void) unlink(name);
    (void) unlink(lockfile);
    ck_assert_int_eq(a->counter, 1000);
}
END_TEST

/* A user's mistake: what becomes of it is in the manual, and here. */
static void
lock_unmap_and_end(void)
{
    ngx_shmtx_lock(&world->mtx);
    (void) munmap(world, sizeof(world_t));
}

START_TEST(memory_unmapped_by_its_owner_does_no_harm)
{
    make(_i);
    reap(child(lock_unmap_and_end));

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                     NGX_SHMTX_OWNER_DIED);
}
END_TEST

#if CAN_CLONE_AS

/* A process with the number of a dead one; -1 without the right to. */
static pid_t
clone_as(pid_t pid)
{
    uint64_t  args[11] = { 0 };

    args[4] = SIGCHLD;
    args[8] = (uint64_t) (uintptr_t) &pid;
    args[9] = 1;

    pid = (pid_t) syscall(SYS_clone3, args, 80);

    if (pid == 0) {
        for ( ;; ) {
            (void) pause();
        }
    }

    return pid;
}

START_TEST(reused_pid_is_not_mistaken_for_the_owner)
{
    pid_t  pid, again;

    make(_i);
    pid = killed_owner();
    bury(pid);
    nap(30);

    again = clone_as(pid);

    if (again != pid) {
        printf("# SKIP %s: no right to choose a number\n", __func__);
        return;
    }

    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                     NGX_SHMTX_OWNER_DIED);
    end(pid);
}
END_TEST

#endif

#if NGX_HAVE_FUTEX

static void
lock_in_disguise(void)
{
    (void) prctl(PR_SET_NAME, "a) Z 1 1 1", 0, 0, 0);
    lock_and_hang();
}

/* The name stands before the state in what /proc says. */
START_TEST(owner_with_a_strange_name_is_not_taken_for_dead)
{
    pid_t  pid;

    make(_i);
    pid = child(lock_in_disguise);
    await(&world->stage, 1);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 60), NGX_AGAIN);
    end(pid);
}
END_TEST

static void
lock_in_jail(void)
{
    if (chroot("/proc/self/fdinfo") != 0 || chdir("/") != 0) {
        world->told = errno;
        world->stage = 1;
        (void) pause();
    }

    lock_and_hang();
}

/* Daemons lock themselves up so, where there is no /proc to ask. */
START_TEST(death_of_an_owner_without_proc_is_told)
{
    pid_t  pid;

    make(_i);
    world->stage = 0;
    pid = child(lock_in_jail);
    await(&world->stage, 1);

    if (world->told == 0) {
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 20), NGX_AGAIN);
        (void) kill(pid, SIGKILL);
        let_go(pid);
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                         NGX_SHMTX_OWNER_DIED);
        bury(pid);
        return;
    }

    printf("# SKIP %s: no right to call chroot()\n", __func__);
    end(pid);
}
END_TEST

/* A number that no process has here, and some process gets there. */
static pid_t
free_number(void)
{
    pid_t  n = 2;

    while (kill(n, 0) == 0 || errno != ESRCH) {
        n++;
    }

    return n;
}

static void
act_abroad(void)
{
    pid_t        pid;
    ngx_shmtx_t  mtx;

    /* the namespace ends with its first process, which goes on */
    do {
        pid = fork();

        if (pid == 0 && getpid() != (pid_t) world->counter) {
            _exit(0);
        }

        if (pid > 0 && pid != (pid_t) world->counter) {
            (void) waitpid(pid, NULL, 0);
        }

    } while (pid > 0 && pid != (pid_t) world->counter);

    if (pid != 0) {
        (void) pause();
    }

    mtx.spin = 0;
    world->told = 0;

    if (ngx_shmtx_create_kind(&mtx, &world->sh, NULL, kind) == NGX_ERROR) {
        world->told = errno;
    }

    world->error = ngx_shmtx_lock_ex(&world->mtx, 100) == NGX_ERROR ? errno : 0;

    /* a lock that refuses others is not taken by a try either */
    if (world->error != 0 && ngx_shmtx_trylock(&world->mtx)) {
        world->error = 0;
    }

    world->stage = 1;
    (void) pause();
}

START_TEST(another_pid_namespace_is_refused_or_served)
{
    pid_t  pid;

    make(_i);

    if (unshare(CLONE_NEWPID) != 0) {
        printf("# SKIP %s: no right to make a namespace\n", __func__);
        return;
    }

    world->counter = free_number();
    world->stage = 0;
    pid = child(act_abroad);
    await(&world->stage, 1);

    if (slow_kind()) {
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 100), NGX_AGAIN);
        end(pid);
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                         NGX_SHMTX_OWNER_DIED);
        ck_assert_int_eq(world->told, 0);
        return;
    }

    /* refused, in each call */
    ck_assert_int_eq(world->told, EXDEV);
    ck_assert_int_eq(world->error, EXDEV);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 100), NGX_OK);
    end(pid);
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("kinds");

    each(many_may_create_at_once);
#if NGX_LOCK_HAVE_WORD
    each(who_comes_second_makes_nothing);
#endif
    each(create_refuses_what_does_not_fit);
    each(lock_works_at_two_addresses);
    each(memory_unmapped_by_its_owner_does_no_harm);
#if CAN_CLONE_AS
    each(reused_pid_is_not_mistaken_for_the_owner);
#endif
#if NGX_HAVE_FUTEX
    each(owner_with_a_strange_name_is_not_taken_for_dead);
    each(death_of_an_owner_without_proc_is_told);
    each(another_pid_namespace_is_refused_or_served);
#endif

    run_case(tc);
}
