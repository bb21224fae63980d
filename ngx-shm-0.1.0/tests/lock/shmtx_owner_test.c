/* Identities of owners, and that a forked child holds no lock of its parent. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_lock_word.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#if NGX_HAVE_FUTEX
#include <sys/syscall.h>
#endif

/* Behind the library's back: no handler of pthread_atfork() runs. */
static pid_t
bare_fork(void)
{
#if NGX_HAVE_FUTEX && defined(SYS_clone) && !defined(__s390x__)
    return (pid_t) syscall(SYS_clone, 17 /* SIGCHLD */, NULL, NULL, NULL, 0);
#elif NGX_HAVE_FUTEX && defined(SYS_clone)
    return (pid_t) syscall(SYS_clone, NULL, 17, NULL, NULL, 0);
#else
    return fork();
#endif
}

/* The same by the C library, which then knows the child's tid. */
extern pid_t  _Fork(void) __attribute__((weak));

#if NGX_HAVE_MADV_WIPEONFORK
#define forks  3
#else
#define forks  1
#endif

static pid_t
fork_nth(int i)
{
    switch (i) {

    case 1:
        return bare_fork();

    case 2:
        return _Fork != NULL ? _Fork() : fork();

    default:
        return fork();
    }
}

#define SIZE  10000

static int
all_zero(const unsigned char *p)
{
    size_t  i;

    for (i = 0; i < SIZE && p[i] == 0; i++) {
        /* void */
    }

    return i == SIZE;
}

START_TEST(child_finds_wiped_memory_zeroed)
{
    int             status;
    pid_t           pid;
    unsigned char  *p = ngx_lock_wiped(SIZE);
    unsigned char  *q = ngx_lock_wiped(SIZE);

    ck_assert(p != NULL && q != NULL && p != q);
    ck_assert_int_eq((int) ((uintptr_t) p & 63), 0);
    ck_assert(all_zero(p) && all_zero(q));

    memset(p, 'p', SIZE);
    memset(q, 'q', SIZE);

    pid = fork_nth(_i);
    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        status = all_zero(p) && all_zero(q);
        p[0] = 1;
        ngx_lock_wiped_free(p, SIZE);
        ngx_lock_wiped_free(q, SIZE);
        _exit(status ? 0 : 1);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
    ck_assert(p[0] == 'p' && p[SIZE - 1] == 'p' && q[0] == 'q');

    ngx_lock_wiped_free(p, SIZE);
    ngx_lock_wiped_free(q, SIZE);
}
END_TEST

#if NGX_LOCK_HAVE_WORD

/* Does the kernel mark what the dead held?  It does not under qemu-user. */
static int
kernel_marks(void)
{
    (void) ngx_lock_me();
    return ngx_lock_self.list->offset != 0;
}

static void
end_of(pid_t pid)
{
    int  status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(status, 0);
}

START_TEST(child_is_not_its_parent)
{
    pid_t     pid;
    uint64_t  me = ngx_lock_me();

    make(0);
    ngx_shmtx_lock(&world->mtx);

    pid = fork_nth(_i);
    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        ngx_shmtx_unlock(&world->mtx);
        _exit(ngx_lock_me() == me || lock_of(world)->misused != 1
              || ngx_shmtx_trylock(&world->mtx));
    }

    end_of(pid);
    ck_assert_int_eq(ngx_lock_release(lock_of(world)), 0);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
}
END_TEST

/* The same for a grandchild, by two such forks. */
START_TEST(child_of_any_fork_dies_as_itself)
{
    int    forked, status;
    pid_t  pid;

    make(_i);

    for (forked = 0; forked < forks; forked++) {
        ngx_shmtx_lock(&world->mtx);
        ngx_shmtx_unlock(&world->mtx);
        pid = fork_nth(forked);

        if (pid == 0) {

            /* pthread takes the child for its parent */
            if (ngx_lock_me() != 0 && ngx_lock_self.unknown
                && strcmp(kind, "robust") == 0)
            {
                _exit(ngx_shmtx_lock_ex(&world->mtx, 0) == NGX_ERROR
                      && errno == ENOTSUP ? 9 : 1);
            }

            pid = fork_nth(forked);

            if (pid == 0) {
                ngx_shmtx_lock(&world->mtx);
                _exit(0);
            }

            end_of(pid);
            _exit(ngx_shmtx_lock_ex(&world->mtx, LONG)
                  != NGX_SHMTX_OWNER_DIED);
        }

        ck_assert_int_eq(waitpid(pid, &status, 0), pid);

        if (forked == 1 && strcmp(kind, "robust") == 0
            && WEXITSTATUS(status) == 9)
        {
            continue;
        }

        ck_assert_int_eq(status, 0);
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                         NGX_SHMTX_OWNER_DIED);
        ngx_shmtx_unlock(&world->mtx);
    }
}
END_TEST

static void *
exec_sleep(void *data)
{
    if (data != NULL) {
        await(&world->stage, 1);
        nap(20);
    }

    (void) execl("/bin/sleep", "sleep", "100", (char *) NULL);
    _exit(1);
}

/* stage 1: locked.  counter 0: the owner itself calls exec, 1: a thread. */
static void
lock_and_exec(void)
{
    pthread_t  thread;

    if (world->counter == 1
        && pthread_create(&thread, NULL, exec_sleep, world) != 0)
    {
        _exit(1);
    }

    ngx_shmtx_lock(&world->mtx);
    world->stage = 1;

    if (world->counter == 0) {
        (void) exec_sleep(NULL);
    }

    for ( ;; ) {
        (void) pause();
    }
}

/* exec keeps the thread's number and its start time. */
START_TEST(exec_ends_an_owner)
{
    pid_t  pid;

    make(_i);

    /* an emulator has no lists, and its own descriptors */
    if (!kernel_marks()) {
        printf("# SKIP %s: an owner that execs is not seen here\n", __func__);
        return;
    }

    for (world->counter = 0; world->counter < 2; world->counter++) {
        world->stage = 0;
        pid = child(lock_and_exec);
        await(&world->stage, 1);
        ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                         NGX_SHMTX_OWNER_DIED);
        ck_assert_int_eq(kill(pid, 0), 0);
        ngx_shmtx_unlock(&world->mtx);
        end(pid);
    }
}
END_TEST

static void
no_descriptors(struct rlimit *before)
{
    struct rlimit  none;

    (void) getrlimit(RLIMIT_NOFILE, before);
    none = *before;
    none.rlim_cur = 0;
    (void) setrlimit(RLIMIT_NOFILE, &none);
}

static void
lock_and_hang_without_descriptors(void)
{
    struct rlimit  before;

    no_descriptors(&before);
    lock_and_hang();
}

/* The owner that dies needs none, nor, where the kernel marks, the next one. */
START_TEST(death_is_seen_without_descriptors)
{
    pid_t          pid;
    struct rlimit  before;

    make(_i);
    pid = child(lock_and_hang_without_descriptors);
    await(&world->stage, 1);
    (void) kill(pid, SIGKILL);

    if (kernel_marks()) {
        await_zombie(pid);
    } else {
        bury(pid);
    }

    no_descriptors(&before);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, LONG),
                     NGX_SHMTX_OWNER_DIED);
    (void) setrlimit(RLIMIT_NOFILE, &before);

    if (kernel_marks()) {
        bury(pid);
    }
}
END_TEST

static ngx_lock_t  *many;

static void
lock_two_and_hang(void)
{
    if (ngx_lock_acquire(&many[0], 0, 0) == 0
        && ngx_lock_acquire(&many[1], 0, 0) == 0)
    {
        world->stage = 1;
    }

    (void) pause();
}

/* The kernel marks the first word of a thread alone. */
START_TEST(zombie_is_seen_without_descriptors)
{
    int            i;
    pid_t          pid;
    struct rlimit  before;

    make(_i);

    if (!kernel_marks()) {
        printf("# SKIP %s: an emulator has its own zombies\n", __func__);
        return;
    }

    many = shared(2 * sizeof(ngx_lock_t));

    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(ngx_lock_init(&many[i], kind, NULL), 0);
    }

    pid = child(lock_two_and_hang);
    await(&world->stage, 1);
    (void) kill(pid, SIGSTOP);
    no_descriptors(&before);
    ck_assert_int_eq(ngx_lock_acquire(&many[1], 0, 60), EAGAIN);

    (void) kill(pid, SIGKILL);
    await_zombie(pid);
    ck_assert_int_eq(ngx_lock_acquire(&many[1], 0, 5000), EOWNERDEAD);
    (void) setrlimit(RLIMIT_NOFILE, &before);
    bury(pid);
}
END_TEST

/* The first call must find out which boot this is; a later call may succeed. */
START_TEST(first_call_without_descriptors_is_refused)
{
    struct rlimit  before;

    mortal();
    world = shared(sizeof(world_t));
    no_descriptors(&before);

    if (ngx_shmtx_create_kind(&world->mtx, &world->sh, NULL,
                              ngx_shmtx_kind(0)) == NGX_ERROR)
    {
        ck_assert_int_eq(errno, EMFILE);
    }

    (void) setrlimit(RLIMIT_NOFILE, &before);
    ck_assert_int_eq(ngx_shmtx_create_kind(&world->mtx, &world->sh, NULL,
                                           ngx_shmtx_kind(0)), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 0), NGX_OK);
}
END_TEST

/* The file locks of a copy are not those of the file. */
START_TEST(dead_owner_in_a_copy_is_seen)
{
    pid_t           pid;
    ngx_shmtx_t     mtx;
    ngx_shmtx_sh_t  *copy = shared(sizeof(ngx_shmtx_sh_t));

    make(_i);

    if (slow_kind()) {
        return;
    }

    pid = child(lock_and_hang);
    await(&world->stage, 1);
    memcpy(copy, &world->sh, sizeof(ngx_shmtx_sh_t));
    mtx.spin = 0;
    ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, copy, NULL, kind), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 50), NGX_AGAIN);
    end(pid);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, LONG), NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&mtx);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_OK);
}
END_TEST

/* A dead owner had this thread's number: pthread would say EDEADLK. */
START_TEST(number_of_a_dead_owner_is_no_owner)
{
    int              i;
    ngx_shmtx_t      mtx;
    ngx_shmtx_sh_t  *copy = shared(sizeof(ngx_shmtx_sh_t));

    make(_i);

    if (slow_kind()) {
        return;
    }

    for (i = 0; i < 2; i++) {
        ngx_shmtx_lock(&world->mtx);
        memcpy(copy, &world->sh, sizeof(ngx_shmtx_sh_t));
        ngx_shmtx_unlock(&world->mtx);
        ((ngx_lock_t *) (void *) copy)->word -= (uint64_t) 1 << 32;

        mtx.spin = 0;
        ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, copy, NULL, kind),
                         NGX_OK);

        if (i == 1) {
            ck_assert_int_eq((int) ngx_shmtx_force_unlock(&mtx, getpid()), 1);
        }

        ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, LONG),
                         NGX_SHMTX_OWNER_DIED);
        ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_ERROR);
        ck_assert_int_eq(errno, EDEADLK);
        ngx_shmtx_unlock(&mtx);
    }
}
END_TEST

static void
come_in_a_new_boot(void)
{
    ngx_int_t    rc;
    ngx_shmtx_t  mtx;

    mtx.spin = 0;
    await(&world->stage, 2);

    if (ngx_shmtx_create_kind(&mtx, &world->sh, NULL, kind) != NGX_OK) {
        _exit(1);
    }

    rc = ngx_shmtx_lock_ex(&mtx, LONG);

    if (rc != NGX_OK && rc != NGX_SHMTX_OWNER_DIED) {
        _exit(1);
    }

    world->told += rc == NGX_SHMTX_OWNER_DIED;
    world->counter++;
    ngx_shmtx_unlock(&mtx);
}

/* The word may name any thread of this boot: here it names a living one. */
START_TEST(lock_of_an_earlier_boot_is_made_anew)
{
    int    i, round;
    pid_t  owner, pid[PROCESSES];

    make(_i);

    /* a lock on a file does not outlive its boot */
    if (slow_kind() || lock_of(world)->made.of.boot == 0) {
        return;
    }

    for (round = 0; round < 10; round++) {
        world->stage = 0;
        owner = child(lock_and_hang);
        await(&world->stage, 1);
        lock_of(world)->made.of.boot ^= 0x100;
        world->counter = world->told = 0;

        for (i = 0; i < PROCESSES; i++) {
            pid[i] = child(come_in_a_new_boot);
        }

        world->stage = 2;

        for (i = 0; i < PROCESSES; i++) {
            reap(pid[i]);
        }

        ck_assert_int_eq(world->counter, PROCESSES);
        ck_assert_int_eq(world->told, 1);
        end(owner);
    }
}
END_TEST

/* The address of an operation in progress is the C library's. */
START_TEST(mark_leaves_nothing_behind)
{
    pid_t         pid;
    void         *theirs = &pid;
    void *volatile  *pending;

    make(0);

    if (!kernel_marks() || !ngx_lock_by_word(lock_of(world))) {
        return;
    }

    pending = &ngx_lock_self.list->pending;
    ck_assert(*pending == NULL);
    ngx_shmtx_lock(&world->mtx);
    ck_assert(*pending != NULL);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert(*pending == NULL);

    *pending = theirs;
    ngx_shmtx_lock(&world->mtx);
    ck_assert(*pending == theirs);
    ngx_shmtx_unlock(&world->mtx);
    ck_assert(*pending == theirs);
    *pending = NULL;

    pid = child(lock_and_hang);
    await(&world->stage, 1);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&world->mtx, 30), NGX_AGAIN);
    ck_assert(*pending == NULL);
    end(pid);
}
END_TEST

#define MANY  2200      /* the kernel looks at 2,048 of a thread's mutexes */

static void
lock_many(void)
{
    int  i;

    for (i = 0; i < MANY; i++) {
        if (ngx_lock_acquire(&many[i], 0, 0) != 0) {
            _exit(1);
        }
    }

    world->stage = 1;
    (void) pause();
}

START_TEST(death_with_more_locks_than_the_kernel_marks)
{
    int    i, told = 0;
    pid_t  pid;

    make(_i);

    if (slow_kind()) {
        return;
    }

    many = shared(MANY * sizeof(ngx_lock_t));

    for (i = 0; i < MANY; i++) {
        ck_assert_int_eq(ngx_lock_init(&many[i], kind, NULL), 0);
    }

    pid = child(lock_many);
    await(&world->stage, 1);
    end(pid);

    for (i = 0; i < MANY; i++) {
        told += ngx_lock_acquire(&many[i], 0, LONG) == EOWNERDEAD;
    }

    ck_assert_int_eq(told, MANY);
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("owner");

    tcase_add_loop_test(tc, child_finds_wiped_memory_zeroed, 0, forks);
#if NGX_LOCK_HAVE_WORD
    tcase_add_loop_test(tc, child_is_not_its_parent, 0, forks);
    tcase_add_test(tc, first_call_without_descriptors_is_refused);
    tcase_add_test(tc, mark_leaves_nothing_behind);
    each(child_of_any_fork_dies_as_itself);
    each(exec_ends_an_owner);
    each(death_is_seen_without_descriptors);
    each(zombie_is_seen_without_descriptors);
    each(dead_owner_in_a_copy_is_seen);
    each(number_of_a_dead_owner_is_no_owner);
    each(lock_of_an_earlier_boot_is_made_anew);
    each(death_with_more_locks_than_the_kernel_marks);
#endif

    return run_case(tc, "locks", TEST_LIFE);
}
