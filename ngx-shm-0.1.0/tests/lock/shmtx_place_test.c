/* The places of a lock, and the processes that join it; each kind. */
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
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

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

    /* only children of its maker share a file without a name */
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

/*
 * After so many calls that succeed, ngx_shmtx_lock(mtx) ends its process, and a
 * line tells kind, error and cure.
 */
static void
lock_must_abort(ngx_shmtx_t *mtx, long good, const char *of, int err)
{
    int      p[2], status;
    char     said[512], wanted[64];
    pid_t    pid;
    ssize_t  n;

    ck_assert_int_eq(pipe(p), 0);
    pid = fork();
    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        (void) setrlimit(RLIMIT_CORE, &(struct rlimit) { 0, 0 });
        (void) signal(SIGABRT, SIG_DFL);

        while (good-- > 0) {
            ngx_shmtx_lock(mtx);
        }

        (void) dup2(p[1], STDERR_FILENO);
        ngx_shmtx_lock(mtx);
        _exit(0);
    }

    (void) close(p[1]);
    n = read(p[0], said, sizeof(said) - 1);
    (void) close(p[0]);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);

    ck_assert_int_gt((int) n, 0);
    said[n] = '\0';
    (void) snprintf(wanted, sizeof(wanted), "kind \"%s\"", of);
    ck_assert_ptr_ne(strstr(said, wanted), NULL);
    (void) snprintf(wanted, sizeof(wanted), "(%d); call ngx_shmtx_lock_ex()",
                    err);
    ck_assert_ptr_ne(strstr(said, wanted), NULL);
}

static void
refuses_all(ngx_shmtx_t *mtx)
{
    ngx_shmtx_stat_t  st;

    ck_assert_int_eq(ngx_shmtx_lock_ex(mtx, 0), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    errno = 0;
    ck_assert_int_eq(ngx_shmtx_lock_ex(mtx, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);

    lock_must_abort(mtx, 0, "none", EINVAL);
    ck_assert_uint_eq(ngx_shmtx_trylock(mtx), 0);
    ngx_shmtx_unlock(mtx);
    ck_assert_uint_eq(ngx_shmtx_force_unlock(mtx, getpid()), 0);
    ngx_shmtx_stat(mtx, &st);
    ck_assert_str_eq(st.kind, "none");
    ck_assert_int_eq(st.pid, 0);
    ck_assert_uint_eq(st.acquired, 0);
    ngx_shmtx_destroy(mtx);
}

/* The old content of the handle does not matter: programs do not clear it. */
START_TEST(handle_whose_create_failed_refuses)
{
    world_t     *w = shared(sizeof(world_t));
    ngx_shmtx_t  mtx;

    kind = ngx_shmtx_kind((ngx_uint_t) _i);

    memset(&mtx, 0x5a, sizeof(mtx));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, NULL, NULL, kind),
                     NGX_ERROR);
    refuses_all(&mtx);

    memset(&mtx, 0x5a, sizeof(mtx));
    memset(&w->sh, 0x5a, sizeof(w->sh));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, kind),
                     NGX_ERROR);
    refuses_all(&mtx);

    memset(&mtx, 0x5a, sizeof(mtx));
    memset(&w->sh, 0, sizeof(w->sh));
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, "none"),
                     NGX_ERROR);
    refuses_all(&mtx);

    /* nobody called create */
    memset(&mtx, 0, sizeof(mtx));
    refuses_all(&mtx);

    /* and a lock that is then made in the same memory is an ordinary one */
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, &w->sh, NULL, kind), NGX_OK);
    ck_assert_uint_eq(ngx_shmtx_trylock(&mtx), 1);
    ngx_shmtx_unlock(&mtx);
    ngx_shmtx_destroy(&mtx);
}
END_TEST

#if NGX_LOCK_HAVE_WORD

/* Otherwise it would go on at the same time as the owner. */
START_TEST(lock_that_is_refused_ends_its_caller)
{
    make(_i);

    if (slow_kind()) {
        return;     /* this kind serves all namespaces */
    }

    lock_of(world)->ns ^= 2;
    lock_must_abort(&world->mtx, 0, kind, EXDEV);
    ck_assert_uint_eq(ngx_shmtx_trylock(&world->mtx), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, -1), NGX_ERROR);
    ck_assert_int_eq(errno, EXDEV);

    lock_of(world)->ns ^= 2;
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
}
END_TEST

#endif

#define DEEPEST  (UINT16_MAX + 1L)

static void
try_and_tell(void)
{
    world->told += (long) ngx_shmtx_trylock(&world->mtx);
}

/* One more call would wrap the count, and the first unlock would release it. */
START_TEST(owner_locks_no_more_often_than_can_be_counted)
{
    long  i;

    make(_i);
    lock_must_abort(&world->mtx, DEEPEST, kind, EAGAIN);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                     NGX_SHMTX_OWNER_DIED);

    for (i = 1; i < DEEPEST; i++) {
        ngx_shmtx_lock(&world->mtx);
    }

    for (i = 1; i < DEEPEST; i++) {
        ngx_shmtx_unlock(&world->mtx);
    }

    reap(child(try_and_tell));
    ck_assert_int_eq((int) world->told, 0);
    ngx_shmtx_unlock(&world->mtx);
    reap(child(try_and_tell));
    ck_assert_int_eq((int) world->told, 1);
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
        /* the parent's mapping is still there, so b has another address */
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

/* A user's mistake, whose effect the manual states. */
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

/* Fork a process with the number of a dead one; -1: not permitted. */
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

/* The name stands before the state in /proc/PID/stat. */
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

/* Sandboxed daemons have no /proc. */
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

/* A pid that no process has here, and that some process gets there. */
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

    /* the namespace ends with its first process, so that one stays */
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

    /* each call is refused */
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
    each(handle_whose_create_failed_refuses);
#if NGX_LOCK_HAVE_WORD
    each(lock_that_is_refused_ends_its_caller);
#endif
    each(owner_locks_no_more_often_than_can_be_counted);
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

    return run_case(tc, "locks", TEST_LIFE);
}
