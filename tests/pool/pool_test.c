/*
 * ngx_shm_pool: made once, found by all, refused in the right words; by name,
 * and in memory that is there.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include <ngx_shm_pool.h>

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE    ((size_t) 256 * 1024)
#define RACERS  8
#define ROUNDS  40

typedef struct {
    uint64_t   answer;
    uintptr_t  made;            /* offset of a chunk that build allocated */
    uint64_t   builds;
    uint64_t   repaired;
} root_t;

static char                    name[64];
static char                    said[512];
static ngx_shm_pool_t          p;
static ngx_shm_pool_options_t  wishes;

static void
hear(ngx_log_t *log, ngx_uint_t level, u_char *buf, size_t len)
{
    (void) log;
    (void) level;
    len = len < sizeof(said) - 1 ? len : sizeof(said) - 1;
    memcpy(said, buf, len);
    said[len] = '\0';
}

static ngx_log_t  ear = { NGX_LOG_ALERT, hear, NULL };

static ngx_int_t
build(ngx_shm_pool_t *b, void *data)
{
    root_t  *r = b->root;
    void    *chunk = ngx_slab_alloc(b->pool, 100);

    if (data == NULL || chunk == NULL || r->answer != 0) {
        errno = EDOM;
        return NGX_ERROR;
    }

    r->made = ngx_slab_offset(b->pool, chunk);
    r->builds++;
    r->answer = 42;
    return NGX_OK;
}

static ngx_int_t
die(ngx_shm_pool_t *b, void *data)
{
    (void) data;
    ((root_t *) b->root)->answer = 13;
    (void) raise(SIGKILL);
    return NGX_ERROR;
}

static ngx_int_t
fails(ngx_shm_pool_t *b, void *data)
{
    (void) data;
    ((root_t *) b->root)->answer = 13;
    errno = ENOTEMPTY;
    return NGX_ERROR;
}

static void
repair(ngx_shmtx_t *mtx, void *data)
{
    root_t  *r = ((ngx_shm_pool_t *) data)->root;

    (void) mtx;
    r->repaired++;
}

static void
setup(void)
{
    (void) snprintf(name, sizeof(name), "file:/tmp/ngx_pool_test.%ld",
                    (long) getpid());
    memset(&wishes, 0, sizeof(wishes));
    wishes.app = "test";
    wishes.version = 3;
    wishes.root = sizeof(root_t);
    wishes.build = build;
    wishes.segment.flags = NGX_SHM_CREATE;
    wishes.segment.size = SIZE;
    wishes.segment.log = &ear;
    said[0] = '\0';
}

static void
teardown(void)
{
    (void) ngx_shm_unlink(name, NULL);
}

static void
is_error(ngx_int_t rc, int err)
{
    static const ngx_shm_pool_t  zero;

    ck_assert_msg(rc == NGX_ERROR && errno == err, "%ld, errno %d, not %d: %s",
                  (long) rc, errno, err, said);
    ck_assert_int_eq(memcmp(&p, &zero, sizeof(p)), 0);
}

static void
open_it(void)
{
    ck_assert_msg(ngx_shm_pool_open(&p, name, &wishes) == NGX_OK, "%s", said);
}

/* What a child makes of it: its exit status, or 200 + the signal. */
static int
in_child(int (*run)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        _exit(run());
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

static int
finds_it(void)
{
    ngx_shm_pool_t  q;
    root_t         *r;

    wishes.segment.flags = 0;
    if (ngx_shm_pool_open(&q, name, &wishes) != NGX_OK) {
        return 1;
    }

    r = q.root;
    if (q.created || r->answer != 42 || r->builds != 1
        || ngx_slab_usable_size(q.pool, ngx_slab_pointer(q.pool, r->made))
           < 100)
    {
        return 2;
    }

    ngx_shmtx_lock(&q.mutex);
    r->repaired = 7;
    ngx_shmtx_unlock(&q.mutex);
    ngx_shm_pool_close(&q);
    return 0;
}

START_TEST(made_and_found)
{
    root_t  *r;

    open_it();
    r = p.root;
    ck_assert_uint_eq(p.created, 1);
    ck_assert_uint_eq(r->answer, 42);
    ck_assert_int_eq(in_child(finds_it), 0);
    ck_assert_uint_eq(r->repaired, 7);
    ngx_shm_pool_close(&p);
    ngx_shm_pool_close(&p);

    open_it();                      /* it outlives its users */
    ck_assert_uint_eq(p.created, 0);
    ck_assert_uint_eq(((root_t *) p.root)->answer, 42);
    ck_assert_int_eq(ngx_slab_check(p.pool), NGX_OK);
    ngx_shm_pool_close(&p);
}
END_TEST

static int
opens(void)
{
    root_t  *r;

    if (ngx_shm_pool_open(&p, name, &wishes) != NGX_OK) {
        return 1;
    }

    r = p.root;
    return r->answer == 42 && r->builds == 1 ? 0 : 2;
}

/* Many at once: one builds, and all see what it built. */
START_TEST(one_of_many_builds)
{
    int    i, n, status, created = 0;
    pid_t  pid[RACERS];

    for (n = 0; n < ROUNDS; n++) {
        for (i = 0; i < RACERS; i++) {
            pid[i] = fork();
            if (pid[i] == 0) {
                status = opens();
                _exit(status != 0 ? status : 10 + (int) p.created);
            }
        }
        for (i = 0; i < RACERS; i++) {
            ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
            ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) >= 10,
                          "status %x", (unsigned) status);
            created += WEXITSTATUS(status) - 10;
        }
        ck_assert_int_eq(ngx_shm_unlink(name, NULL), NGX_OK);
    }

    ck_assert_int_eq(created, ROUNDS);
}
END_TEST

/* Killed at any time: whoever comes next finds a whole one, or makes it. */
START_TEST(killed_while_opening)
{
    int              i, n, status;
    pid_t            pid[RACERS];
    struct timespec  t = { 0, 0 };

    for (n = 0; n < ROUNDS; n++) {
        for (i = 0; i < RACERS; i++) {
            pid[i] = fork();
            if (pid[i] == 0) {
                (void) opens();
                (void) pause();
            }
        }
        t.tv_nsec = (n % 20) * 300000;
        (void) nanosleep(&t, NULL);
        for (i = 0; i < RACERS; i++) {
            (void) kill(pid[i], SIGKILL);
            ck_assert_int_eq(waitpid(pid[i], &status, 0), pid[i]);
        }
        ck_assert_int_eq(in_child(opens), 0);
        ck_assert_int_eq(ngx_shm_unlink(name, NULL), NGX_OK);
    }
}
END_TEST

START_TEST(a_dead_builder_leaves_none)
{
    wishes.build = die;
    ck_assert_int_eq(in_child(opens), 200 + SIGKILL);

    wishes.segment.flags = 0;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EOWNERDEAD);

    wishes.segment.flags = NGX_SHM_CREATE;
    wishes.build = build;
    open_it();
    ck_assert_uint_eq(p.created, 1);
    ck_assert_uint_eq(((root_t *) p.root)->answer, 42);
    ngx_shm_pool_close(&p);
}
END_TEST

START_TEST(a_failed_build_leaves_none)
{
    wishes.build = fails;
    is_error(ngx_shm_pool_open(&p, name, &wishes), ENOTEMPTY);
    wishes.build = build;
    open_it();
    ck_assert_uint_eq(p.created, 1);
    ngx_shm_pool_close(&p);
}
END_TEST

/* The words name both. */
START_TEST(whose_data)
{
    open_it();
    ngx_shm_pool_close(&p);

    wishes.version = 4;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EPROTO);
    ck_assert_ptr_ne(strstr(said, "\"test\" version 3"), NULL);
    ck_assert_ptr_ne(strstr(said, "\"test\" version 4"), NULL);

    wishes.version = 3;
    wishes.app = "cache";
    is_error(ngx_shm_pool_open(&p, name, &wishes), EPROTO);
    ck_assert_ptr_ne(strstr(said, "not of \"cache\" version 3"), NULL);

    wishes.app = "test";
    wishes.root++;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EPROTO);

    wishes.root--;
    open_it();
    ngx_shm_pool_close(&p);
}
END_TEST

START_TEST(no_pool_there)
{
    ngx_shm_segment_t  seg;

    ck_assert_int_eq(ngx_shm_open(&seg, name, &wishes.segment), NGX_OK);
    ck_assert_int_eq(ngx_shm_ready(&seg), NGX_OK);
    is_error(ngx_shm_pool_open(&p, name, &wishes), EBADMSG);

    /* a pool that these calls have not made, with data of its own */
    ck_assert_ptr_ne(ngx_slab_create(seg.addr, seg.size, 0), NULL);
    ((ngx_slab_pool_t *) (void *) seg.addr)->data = &p;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EBADMSG);
    ngx_shm_close(&seg);
}
END_TEST

/* Wherever the offset of the head leads: EBADMSG, and no crash. */
START_TEST(damaged)
{
    uint64_t    *word;
    uintptr_t    i, at;
    ngx_shm_pool_t  q;

    open_it();
    q = p;
    at = (uintptr_t) q.pool->data;

    for (i = 0; i < 200; i++) {
        q.pool->data = (void *) (i < 100 ? i * SIZE / 90 : (uintptr_t) 0 - i);
        if ((uintptr_t) q.pool->data != at) {
            is_error(ngx_shm_pool_open(&p, name, &wishes), EBADMSG);
        }
    }
    q.pool->data = (void *) at;

    /* the root begins beyond the end, or ends there */
    word = (uint64_t *) (void *) ((unsigned char *) q.pool + at);
    for (i = 0; word[i] != ngx_slab_offset(q.pool, q.root); i++) { /* void */ }
    word[i] = SIZE - 8;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EBADMSG);
    word[i] = (uint64_t) 0 - 8;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EBADMSG);
    word[i] = ngx_slab_offset(q.pool, q.root);

    open_it();
    ngx_shm_pool_close(&p);
    ngx_shm_pool_close(&q);
}
END_TEST

START_TEST(read_only)
{
    open_it();
    ngx_shm_pool_close(&p);

    wishes.segment.flags = NGX_SHM_RDONLY;
    open_it();
    ck_assert_ptr_eq((void *) (uintptr_t) p.mutex.lock, NULL);
    ck_assert_uint_eq(((root_t *) p.root)->answer, 42);
    ck_assert_int_eq(ngx_slab_check(p.pool), NGX_OK);
    ngx_shm_pool_close(&p);
}
END_TEST

static int
dies_with_the_lock(void)
{
    if (opens() != 0) {
        return 1;
    }
    ngx_shmtx_lock(&p.mutex);
    (void) raise(SIGKILL);
    return 2;
}

/* The hook of this process is called, with its own handle. */
START_TEST(recovers)
{
    root_t  *r;

    wishes.recover = repair;
    open_it();
    r = p.root;
    ck_assert_int_eq(in_child(dies_with_the_lock), 200 + SIGKILL);
    ngx_shmtx_lock(&p.mutex);
    ck_assert_uint_eq(r->repaired, 1);
    ngx_shmtx_unlock(&p.mutex);
    ngx_shm_pool_close(&p);
}
END_TEST

/* Memory that the caller has: also with other protection, and after a fork. */
START_TEST(in_memory)
{
    int              fd = memfd_create("pool", 0);
    void            *addr, *again;
    ngx_shm_pool_t   q;

    ck_assert_int_eq(ftruncate(fd, (off_t) SIZE), 0);
    addr = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    again = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(addr, MAP_FAILED);
    ck_assert_ptr_ne(again, MAP_FAILED);

    is_error(ngx_shm_pool_attach(&p, addr, SIZE, &wishes), EBADMSG);
    ck_assert_msg(ngx_shm_pool_make(&p, addr, SIZE, &wishes) == NGX_OK, "%s",
                  said);
    ck_assert_uint_eq(p.created, 1);
    q = p;
    is_error(ngx_shm_pool_make(&p, again, SIZE, &wishes), EACCES);
    ck_assert_int_eq(ngx_shm_pool_attach(&p, again, SIZE, &wishes), NGX_OK);
    ck_assert_ptr_eq((void *) (uintptr_t) p.mutex.lock, NULL);
    ck_assert_uint_eq(((root_t *) p.root)->answer, 42);
    ngx_shm_pool_close(&p);
    ck_assert_int_eq(ngx_shm_pool_attach(&p, addr, SIZE, &wishes), NGX_OK);
    ck_assert_ptr_eq(p.root, q.root);
    ngx_shmtx_lock(&p.mutex);
    ck_assert_uint_eq(ngx_shmtx_trylock(&q.mutex), 0);
    ngx_shmtx_unlock(&p.mutex);
    ngx_shm_pool_close(&p);
}
END_TEST

START_TEST(wrong_wishes)
{
    char  page[4096] __attribute__((aligned(4096)));

    is_error(ngx_shm_pool_open(&p, NULL, &wishes), EINVAL);
    is_error(ngx_shm_pool_open(&p, name, NULL), EINVAL);
    errno = 0;
    ck_assert_int_eq(ngx_shm_pool_open(NULL, name, &wishes), NGX_ERROR);
    ck_assert_int_eq(errno, EINVAL);
    is_error(ngx_shm_pool_attach(&p, NULL, SIZE, &wishes), EINVAL);

    wishes.app = "";
    is_error(ngx_shm_pool_open(&p, name, &wishes), EINVAL);
    wishes.app = "123456789012345678901234";
    is_error(ngx_shm_pool_open(&p, name, &wishes), EINVAL);
    wishes.app++;
    wishes.root = 0;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EINVAL);
    wishes.root = SIZE;
    wishes.build = NULL;
    is_error(ngx_shm_pool_open(&p, name, &wishes), ENOMEM);
    wishes.root = 8;
#if NGX_PTR_SIZE == 8
    wishes.version = (ngx_uint_t) 1 << 32;
    is_error(ngx_shm_pool_open(&p, name, &wishes), EINVAL);
#endif
    wishes.version = 0xffffffffu;
    wishes.segment.flags = 0;
    is_error(ngx_shm_pool_open(&p, "file:/tmp/ngx_pool_test.none", &wishes),
             ENOENT);
    is_error(ngx_shm_pool_open(&p, "/none", &wishes), EINVAL);
    is_error(ngx_shm_pool_make(&p, page, sizeof(page), &wishes), ENOMEM);

    wishes.segment.flags = NGX_SHM_CREATE;
    open_it();
    ck_assert_int_eq(memcmp(p.root, "\0\0\0\0\0\0\0", 8), 0);
    ngx_shm_pool_close(&p);
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("pool");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, made_and_found);
    tcase_add_test(tc, one_of_many_builds);
    tcase_add_test(tc, killed_while_opening);
    tcase_add_test(tc, a_dead_builder_leaves_none);
    tcase_add_test(tc, a_failed_build_leaves_none);
    tcase_add_test(tc, whose_data);
    tcase_add_test(tc, no_pool_there);
    tcase_add_test(tc, damaged);
    tcase_add_test(tc, read_only);
    tcase_add_test(tc, recovers);
    tcase_add_test(tc, in_memory);
    tcase_add_test(tc, wrong_wishes);

    return run_case(tc, "pool", 60);
}
