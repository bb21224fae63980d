/* Who an owner is: identities, and what a forked child has of its parent's. */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_lock_word.h"

#include <check.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

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

#if NGX_HAVE_MADV_WIPEONFORK
#define forks  2
#else
#define forks  1
#endif

static pid_t
fork_nth(int i)
{
    return i == 0 ? fork() : bare_fork();
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

int
main(void)
{
    TCase  *tc = tcase_create("owner");

    tcase_add_loop_test(tc, child_finds_wiped_memory_zeroed, 0, forks);

    run_case(tc);
}
