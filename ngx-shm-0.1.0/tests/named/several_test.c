/*
 * Several processes with one segment: they grow it, remove it, and notice.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "shm_world.h"
#include "world.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GROWERS  4
#define STEPS    20
#define STEP     ((size_t) 100000)

static ngx_shm_segment_t  held;         /* inherited by children */

static void
attach(ngx_shm_segment_t *seg, ngx_uint_t flags, size_t size, size_t max)
{
    ngx_shm_options_t  o = named_wish(flags, size);

    o.max_size = max;
    ck_assert_msg(ngx_shm_open(seg, named, &o) == NGX_OK, "%s", log_text);
}

static void
create(ngx_shm_segment_t *seg, size_t max)
{
    attach(seg, NGX_SHM_CREATE, SIZE, max);
    ck_assert_uint_eq(seg->created, 1);
    ck_assert_int_eq(ngx_shm_ready(seg), NGX_OK);
}

static int
start(int (*work)(int), int i)
{
    pid_t  pid;

    fflush(NULL);
    pid = fork();
    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        (void) alarm(300);
        _exit(work(i));
    }

    return pid;
}

static void
wait_for_all(void)
{
    int  status;

    while (wait(&status) != -1) {
        ck_assert_msg(status == 0, "child ended with %#x", status);
    }
}

/* ---- growing */

START_TEST(one_grown_beyond_its_wish_opens_again)
{
    ngx_shm_segment_t  a, b, c;

    remember_world();
    named_choose(_i / 2);
    create(&a, _i % 2 ? 2 * SIZE : 0);
    attach(&b, 0, 0, 0);
    ck_assert_int_eq(ngx_shm_grow(&a, (size_t) 1 << 20), NGX_OK);
    a.addr[a.size - 1] = 'a';

    /* The grow moves the mapping of b, so b.addr is not used before. */
    ck_assert_int_eq(ngx_shm_grow(&b, (size_t) 2 << 20), NGX_OK);
    ck_assert_uint_eq(b.size, (size_t) 2 << 20);
    ck_assert_int_eq(b.addr[((size_t) 1 << 20) - 1], 'a');
    ck_assert_int_eq(b.addr[b.size - 1], 0);

    attach(&c, 0, (size_t) 2 << 20, 0);
    ngx_shm_close(&a);
    ngx_shm_close(&b);
    ngx_shm_close(&c);
    attach(&c, NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE, 0);
    ck_assert_uint_eq(c.generation, 2);
    ngx_shm_close(&c);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

static volatile int  *go;

static int
grow_often(int i)
{
    int     k;
    size_t  size;

    while (!*go) {
        (void) usleep(20);
    }

    for (k = 1; k <= STEPS; k++) {
        size = SIZE + (size_t) k * (size_t) (i + 1) * STEP;

        if (ngx_shm_grow(&held, size) != NGX_OK) {
            fprintf(stderr, "# %s\n", log_text);
            return 1;
        }

        if (held.size < size) {
            return 2;
        }

        /* SIGBUS here: another process has cut the file. */
        memset(held.addr + held.size - 4096, i, 4096);
    }

    return 0;
}

static int
receive_and_grow(int sock)
{
    ngx_shm_segment_t  own;
    ngx_shm_options_t  o = named_wish(0, 0);

    if (ngx_shm_recv(&own, sock, &o) != NGX_OK) {
        fprintf(stderr, "# %s\n", log_text);
        return 10;
    }

    held = own;
    return grow_often(GROWERS - 1);
}

/* As without /proc: a descriptor cannot be opened again. */
static int
grow_without_proc(int i)
{
#ifdef SYS_open
    if (refuse_call(SYS_open, 1, O_NOCTTY|O_NONBLOCK, O_NOCTTY|O_NONBLOCK,
                    EACCES) == -1)
    {
        return CANNOT;
    }
#endif
    if (refuse_call(SYS_openat, 2, O_NOCTTY|O_NONBLOCK, O_NOCTTY|O_NONBLOCK,
                    EACCES) == -1)
    {
        return CANNOT;
    }

    return grow_often(i);
}

static void
grow_in_children(int (*work)(int), int sock)
{
    int        i;
    ngx_shm_t  shm = { NULL, sizeof(int), ngx_null_string, NULL, 0 };

    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    go = (volatile int *) (void *) shm.addr;

    for (i = 0; i < GROWERS - (sock != -1); i++) {
        (void) start(work, i);
    }

    if (sock != -1) {
        (void) start(receive_and_grow, sock);
    }

    *go = 1;
    wait_for_all();
    ngx_shm_free(&shm);
    ck_assert_int_eq(ngx_shm_refresh(&held), NGX_OK);
    ck_assert_uint_eq(held.size, SIZE + STEPS * GROWERS * STEP);
    memset(held.addr, 1, held.size);
}

START_TEST(children_that_inherit_it_grow_it_one_by_one)
{
    int  i;

    remember_world();
    named_choose(_i / 2);

    for (i = 0; i < 10; i++) {
        create(&held, _i % 2 ? (size_t) 64 << 20 : 0);
        grow_in_children(grow_often, -1);
        ngx_shm_close(&held);
        ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    }

    compare_world();
}
END_TEST

static int
can_refuse(void *data)
{
    (void) data;
    return refuse_call(SYS_getppid, -1, 0, 0, EPERM) == -1 ? CANNOT : 0;
}

START_TEST(and_where_they_cannot_open_it_themselves)
{
    int  i;

    if (in_child_if_possible(can_refuse, NULL, NO_SECCOMP)) {
        return;
    }

    remember_world();
    named_choose(_i);

    for (i = 0; i < 10; i++) {
        create(&held, 0);
        grow_in_children(grow_without_proc, -1);
        ngx_shm_close(&held);
        ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    }

    compare_world();
}
END_TEST

/* *go is 2 at the end, also after a failure: the test waits for that. */
static int
grow_by_pages(int i)
{
    int     rc = 0;
    size_t  size;

    while (!*go) {
        (void) usleep(20);
    }

    for (size = SIZE; rc == 0 && size < SIZE + ((size_t) 2000 << 12);
         size += 4096)
    {
        rc = ngx_shm_grow(&held, size + 4096) == NGX_OK ? 0 : 1 + i;
    }

    *go = 2;
    return rc;
}

/* The receiver reads length and header; between the two the segment grows. */
START_TEST(it_is_received_while_it_grows)
{
    int                i, sock[2];
    ngx_shm_t          shm = { NULL, sizeof(int), ngx_null_string, NULL, 0 };
    ngx_shm_segment_t  got;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    remember_world();
    ck_assert_int_eq(ngx_shm_open(&held, "memfd:", &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&held), NGX_OK);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);
    go = (volatile int *) (void *) shm.addr;
    (void) start(grow_by_pages, 0);
    o = named_wish(0, 0);

    for (*go = 1, i = 0; i < 100 || *go != 2; i++) {
        ck_assert_int_eq(ngx_shm_send(&held, sock[0]), NGX_OK);
        ck_assert_msg(ngx_shm_recv(&got, sock[1], &o) == NGX_OK, "%s",
                      log_text);
        ngx_shm_close(&got);
    }

    wait_for_all();
    ngx_shm_free(&shm);
    close(sock[0]);
    close(sock[1]);
    ngx_shm_close(&held);
    compare_world();
}
END_TEST

START_TEST(who_was_sent_it_takes_turns_with_them)
{
    int                i, sock[2];
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    remember_world();

    for (i = 0; i < 10; i++) {
        ck_assert_int_eq(ngx_shm_open(&held, "memfd:", &o), NGX_OK);
        ck_assert_int_eq(ngx_shm_ready(&held), NGX_OK);
        ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sock), 0);
        ck_assert_int_eq(ngx_shm_send(&held, sock[0]), NGX_OK);
        grow_in_children(grow_often, sock[1]);
        close(sock[0]);
        close(sock[1]);
        ngx_shm_close(&held);
    }

    compare_world();
}
END_TEST

static int
grow_without_mmap(void *data)
{
    size_t  size = *(size_t *) data;

#ifdef SYS_mmap2
    if (refuse_call(SYS_mmap2, 3, 0xff, MAP_SHARED, ENOMEM) == -1) {
        return CANNOT;
    }
#endif
#ifdef SYS_mmap
    if (refuse_call(SYS_mmap, 3, 0xff, MAP_SHARED, ENOMEM) == -1) {
        return CANNOT;
    }
#endif

    if (ngx_shm_grow(&held, size) != NGX_ERROR || errno != ENOMEM
        || held.size != SIZE)
    {
        return 1;
    }

    memset(held.addr, 2, held.size);
    return 0;
}

START_TEST(what_cannot_be_mapped_does_not_grow)
{
    size_t             size = (size_t) 1 << 20;
    struct stat        before, after;
    ngx_shm_segment_t  b;

    remember_world();
    named_choose(_i);
    create(&held, 0);
    ck_assert_int_eq(stat(named_path(), &before), 0);

    if (!in_child_if_possible(grow_without_mmap, &size, NO_SECCOMP)) {
        ck_assert_int_eq(stat(named_path(), &after), 0);
        ck_assert_int_eq(after.st_size, before.st_size);
        attach(&b, 0, SIZE, 0);
        ck_assert_uint_eq(b.size, SIZE);
        ngx_shm_close(&b);
    }

    ngx_shm_close(&held);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

/* ---- removed under its users */

START_TEST(a_holder_finds_out_that_the_name_was_removed)
{
    ngx_shm_info_t     info;
    ngx_shm_segment_t  a, b;

    remember_world();
    named_choose(_i);
    create(&a, 0);
    a.addr[0] = 'x';
    ck_assert_int_eq(ngx_shm_linked(&a), NGX_OK);
    ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_OK);
    ck_assert(info.id == a.id);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    ck_assert_int_eq(ngx_shm_linked(&a), NGX_DECLINED);

    create(&b, 0);
    ck_assert_int_eq(ngx_shm_linked(&a), NGX_DECLINED);
    ck_assert_int_eq(ngx_shm_linked(&b), NGX_OK);
    ck_assert(a.id != b.id);
    ck_assert_int_eq(a.addr[0], 'x');
    ngx_shm_close(&a);
    ck_assert_int_eq(ngx_shm_linked(&b), NGX_OK);
    ngx_shm_close(&b);
    ck_assert_int_eq(ngx_shm_linked(&b), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

static int
number_of_segment(void)
{
    FILE      *f = fopen(named_path(), "r");
    unsigned   key = 0;

    ck_assert_ptr_ne(f, NULL);
    ck_assert_int_eq(fscanf(f, "ngx-shm sysv key %x", &key), 1);
    fclose(f);
    return shmget((key_t) key, 0, 0);
}

START_TEST(one_that_ipcrm_removed_is_followed_by_the_next_generation)
{
    ngx_shm_info_t     info;
    ngx_shm_segment_t  a, b;
    ngx_shm_options_t  o = named_wish(0, 0);

    remember_world();
    named_choose(SYSV);
    create(&a, 0);
    a.addr[0] = 'x';
    ck_assert_int_eq(shmctl(number_of_segment(), IPC_RMID, NULL), 0);
    ck_assert_int_eq(ngx_shm_linked(&a), NGX_DECLINED);
    ck_assert_int_eq(ngx_shm_open(&b, named, &o), NGX_ERROR);
    ck_assert_int_eq(errno, EOWNERDEAD);

    create(&b, 0);
    ck_assert_uint_eq(b.generation, 2);
    ck_assert_int_eq(b.addr[0], 0);
    ck_assert_int_eq(a.addr[0], 'x');
    ck_assert_int_eq(ngx_shm_linked(&a), NGX_DECLINED);
    ck_assert_int_eq(ngx_shm_linked(&b), NGX_OK);
    ck_assert_int_eq(ngx_shm_info(&info, named, NULL), NGX_OK);
    ck_assert_uint_eq(info.generation, 2);
    ck_assert(info.id == b.id);
    ngx_shm_close(&a);
    ngx_shm_close(&b);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

START_TEST(a_memfd_says_that_it_never_had_a_name)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    remember_world();
    ck_assert_int_eq(ngx_shm_open(&seg, "memfd:", &o), NGX_OK);
    ck_assert_int_eq(ngx_shm_linked(&seg), NGX_ERROR);
    ck_assert_int_eq(errno, ENOTSUP);
    ngx_shm_close(&seg);
    compare_world();
}
END_TEST

/* ---- created and removed at once */

#define CROWD  6

static int
create_and_unlink(int i)
{
    unsigned           seed = (unsigned) i;
    struct timespec    now;
    time_t             end;
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE, SIZE);

    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    end = now.tv_sec + 1 + (getenv("NGX_SHM_ROUNDS") != NULL
                            ? atoi(getenv("NGX_SHM_ROUNDS")) / 100 : 0);

    while (now.tv_sec < end) {
        log_clear();

        if (rand_r(&seed) % 6 == 0) {
            (void) ngx_shm_unlink(named, NULL);

        } else if (ngx_shm_open(&seg, named, &o) != NGX_OK) {
            fprintf(stderr, "# %s\n", log_text);
            return 1;

        } else {
            if (seg.created && ngx_shm_ready(&seg) != NGX_OK) {
                return 2;
            }

            ngx_shm_close(&seg);
        }

        (void) clock_gettime(CLOCK_MONOTONIC, &now);
    }

    return 0;
}

START_TEST(no_memory_is_left_that_no_name_leads_to)
{
    int    i;
    pid_t  pids[CROWD];

    remember_world();
    named_remember();
    named_choose(_i);

    for (i = 0; i < CROWD; i++) {
        pids[i] = start(create_and_unlink, i);
    }

    wait_for_all();
    (void) ngx_shm_unlink(named, NULL);
    ck_assert_int_eq(named_orphans(pids, CROWD), 0);
    ck_assert_int_eq(access(named_path(), F_OK), -1);
    compare_world();
}
END_TEST

/* ---- a wall clock that is set */

/* 0: as it is; else the clock is set by so many seconds at each read. */
static long  set_by, set_so_far;

/* Replaces libc's, for the library too. */
int
clock_gettime(clockid_t clock, struct timespec *t)
{
    int  rc = (int) syscall(SYS_clock_gettime, clock, t);

    if (clock == CLOCK_REALTIME && set_by != 0) {
        set_so_far += set_by;
        t->tv_sec += set_so_far;
    }

    return rc;
}

static long
now_ms(void)
{
    struct timespec  t;

    (void) syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &t);
    return (long) t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

START_TEST(a_wall_clock_that_is_set_changes_no_time_limit)
{
    long               begin;
    ngx_shm_segment_t  a, b;
    ngx_shm_options_t  o = named_wish(0, 0);

    remember_world();
    named_choose(_i / 2);
    attach(&a, NGX_SHM_CREATE, SIZE, 0);
    o.timeout_ms = 300;
    set_by = _i % 2 ? 3600 : -3600;
    begin = now_ms();
    (void) alarm(60);           /* a wrong clock would make it wait an hour */
    ck_assert_int_eq(ngx_shm_open(&b, named, &o), NGX_ERROR);
    ck_assert_int_eq(errno, ETIMEDOUT);
    (void) alarm(0);
    ck_assert_int_ge(now_ms() - begin, 299);
    ck_assert_int_eq(ngx_shm_ready(&a), NGX_OK);
    ngx_shm_close(&a);
    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    set_by = 0;
    compare_world();
}
END_TEST

/* ---- system calls that are refused in the middle of a call */

static int
make_anew_without_permission(void *data)
{
    ngx_shm_segment_t  seg;
    ngx_shm_options_t  o = named_wish(NGX_SHM_CREATE|NGX_SHM_FRESH, SIZE);

    (void) data;

    /* shmctl(IPC_RMID), also where System V has a single system call. */
#ifdef SYS_ipc
    if (refuse_call(SYS_ipc, 2, 0xff, IPC_RMID, EPERM) == -1) {
        return CANNOT;
    }
#endif
#ifdef SYS_shmctl
    if (refuse_call(SYS_shmctl, 1, 0xff, IPC_RMID, EPERM) == -1) {
        return CANNOT;
    }
#endif

    return ngx_shm_open(&seg, named, &o) != NGX_ERROR || errno != EPERM
           || ngx_shm_unlink(named, NULL) != NGX_ERROR || errno != EPERM;
}

START_TEST(memory_that_may_not_be_removed_keeps_its_name)
{
    ngx_shm_segment_t  seg;

    remember_world();
    named_choose(SYSV);
    create(&seg, 0);
    seg.addr[0] = 'x';
    ngx_shm_close(&seg);

    if (!in_child_if_possible(make_anew_without_permission, NULL, NO_SECCOMP))
    {
        attach(&seg, 0, SIZE, 0);
        ck_assert_uint_eq(seg.generation, 1);
        ck_assert_int_eq(seg.addr[0], 'x');
        ngx_shm_close(&seg);
    }

    ck_assert_int_eq(ngx_shm_unlink(named, NULL), NGX_OK);
    compare_world();
}
END_TEST

int
main(void)
{
    int       failed;
    Suite    *suite = suite_create("several");
    TCase    *all = tcase_create("all");
    SRunner  *runner = srunner_create(suite);

    if (named_begin() == -1) {
        return 1;
    }

    tcase_set_timeout(all, 600);
    tcase_add_loop_test(all, one_grown_beyond_its_wish_opens_again, 0, 4);
    tcase_add_loop_test(all, children_that_inherit_it_grow_it_one_by_one, 0,
                        4);
    tcase_add_loop_test(all, and_where_they_cannot_open_it_themselves, 0, 2);
    tcase_add_test(all, it_is_received_while_it_grows);
    tcase_add_test(all, who_was_sent_it_takes_turns_with_them);
    tcase_add_loop_test(all, what_cannot_be_mapped_does_not_grow, 0, 2);
    tcase_add_loop_test(all, a_holder_finds_out_that_the_name_was_removed, 0,
                        KINDS);
    tcase_add_test(all,
                   one_that_ipcrm_removed_is_followed_by_the_next_generation);
    tcase_add_test(all, a_memfd_says_that_it_never_had_a_name);
    tcase_add_loop_test(all, no_memory_is_left_that_no_name_leads_to, 0,
                        KINDS);
    tcase_add_test(all, memory_that_may_not_be_removed_keeps_its_name);

    /* A libc whose time_t is longer than long uses other calls. */
    if (sizeof(time_t) == sizeof(long)) {
        tcase_add_loop_test(all,
                            a_wall_clock_that_is_set_changes_no_time_limit, 0,
                            2 * KINDS);
    }
    suite_add_tcase(suite, all);
    failed = run_tests(runner);
    failed += named_end() != 0;
    return failed != 0;
}
