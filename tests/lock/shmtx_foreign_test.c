/* Locks where another one is, or where this process may not write. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "shmtx_world.h"
#include "ngx_rwlock.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../run_case.h"

#define SLOTS  4
#define SPACE  4096

/* The same memory, for writing and for reading only. */
static unsigned char  *both;
static unsigned char  *sight;

static void *
map(int fd, int prot, void *at)
{
    void  *p = mmap(at, SPACE, prot, MAP_SHARED | (at != NULL ? MAP_FIXED : 0),
                    fd, 0);

    if (p == MAP_FAILED) {
        printf("# mmap: %s\n", strerror(errno));
        (void) fflush(stdout);
        _exit(1);
    }

    return p;
}

static int
make_memory(void)
{
    int   fd;
    char  name[] = "/tmp/ngx_shmtx_foreign_test.XXXXXX";

    mortal();
    fd = mkstemp(name);
    (void) unlink(name);

    if (fd == -1 || ftruncate(fd, SPACE) == -1) {
        printf("# a file: %s\n", strerror(errno));
        (void) fflush(stdout);
        _exit(1);
    }

    both = map(fd, PROT_READ|PROT_WRITE, NULL);
    sight = map(fd, PROT_READ, NULL);
    return fd;
}

#define shmtx_at(p)   ((ngx_shmtx_sh_t *) (void *) (p))
#define rwlock_at(p)  ((ngx_rwlock_t *) (void *) (p))

static ngx_int_t
create(ngx_shmtx_t *mtx, unsigned char *p)
{
    mtx->spin = 0;
    return ngx_shmtx_create_kind(mtx, shmtx_at(p), NULL, kind);
}

#define refused(call, err)                                                    \
    do {                                                                      \
        errno = 0;                                                            \
        ck_assert_int_eq(call, NGX_ERROR);                                    \
        ck_assert_int_eq(errno, err);                                         \
    } while (0)

/* Also while it is held: nothing of it changes. */
START_TEST(no_rwlock_is_made_where_there_is_a_mutex)
{
    ngx_shmtx_t    mtx;
    unsigned char  before[SPACE];

    (void) make_memory();
    kind = ngx_shmtx_kind((ngx_uint_t) _i);
    ck_assert_int_eq(create(&mtx, both), NGX_OK);
    refused(ngx_rwlock_create(rwlock_at(both), SLOTS), EINVAL);

    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_OK);
    memcpy(before, both, SPACE);
    refused(ngx_rwlock_create(rwlock_at(both), SLOTS), EINVAL);
    refused(ngx_rwlock_rlock_ex(rwlock_at(both), 0), EINVAL);
    ck_assert_int_eq(memcmp(before, both, SPACE), 0);
    ngx_shmtx_unlock(&mtx);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_OK);
}
END_TEST

START_TEST(no_mutex_is_made_where_there_is_a_rwlock)
{
    ngx_shmtx_t    mtx;
    unsigned char  before[SPACE];

    (void) make_memory();
    kind = NULL;
    ck_assert_int_eq(ngx_rwlock_create(rwlock_at(both), SLOTS), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rwlock_at(both), 0), NGX_OK);
    memcpy(before, both, SPACE);

    refused(create(&mtx, both), EINVAL);
    refused(ngx_shmtx_lock_ex(&mtx, 0), EINVAL);
    kind = ngx_shmtx_kind(0);
    refused(create(&mtx, both), EINVAL);

    ck_assert_int_eq(memcmp(before, both, SPACE), 0);
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rwlock_at(both)), NGX_OK);
}
END_TEST

#if NGX_HAVE_FUTEX

START_TEST(mutex_that_cannot_be_written_is_refused)
{
    ngx_shmtx_t       mtx, eye;
    ngx_shmtx_stat_t  st;

    (void) make_memory();
    kind = ngx_shmtx_kind((ngx_uint_t) _i);
    refused(create(&eye, sight), EACCES);
    ck_assert_int_eq(create(&mtx, both), NGX_OK);
    refused(create(&eye, sight), EACCES);
    refused(ngx_shmtx_lock_ex(&eye, 0), EINVAL);
    ck_assert_uint_eq(ngx_shmtx_trylock(&eye), 0);
    ngx_shmtx_unlock(&eye);

    /* it can be looked at */
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_OK);
    memset(&eye, 0, sizeof(eye));
    eye.lock = &shmtx_at(sight)->lock;
    ngx_shmtx_stat(&eye, &st);
    ck_assert_str_eq(st.kind, kind);
    ck_assert_int_eq(st.pid, getpid());
}
END_TEST

static void
refuses_all(ngx_rwlock_t *rw)
{
    refused(ngx_rwlock_create(rw, SLOTS), EACCES);
    refused(ngx_rwlock_wlock_ex(rw, 0), EACCES);
    refused(ngx_rwlock_rlock_ex(rw, 0), EACCES);
    refused(ngx_rwlock_unlock_ex(rw), EACCES);
    refused(ngx_rwlock_downgrade_ex(rw), EACCES);
}

START_TEST(rwlock_that_cannot_be_written_is_refused)
{
    int                fd = make_memory();
    ngx_rwlock_stat_t  st;

    refused(ngx_rwlock_create(rwlock_at(sight), SLOTS), EACCES);
    ck_assert_int_eq(ngx_rwlock_create(rwlock_at(both), SLOTS), NGX_OK);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rwlock_at(both), 0), NGX_OK);
    refuses_all(rwlock_at(sight));

    ngx_rwlock_stat(rwlock_at(sight), &st);
    ck_assert_uint_eq(st.slots, SLOTS);
    ck_assert_int_eq(st.writer.pid, getpid());
    ck_assert_int_eq(ngx_rwlock_unlock_ex(rwlock_at(both)), NGX_OK);

    /* the address may have been one that could be written */
    (void) map(fd, PROT_READ, both);
    refuses_all(rwlock_at(both));
    (void) map(fd, PROT_READ|PROT_WRITE, both);
    ck_assert_int_eq(ngx_rwlock_wlock_ex(rwlock_at(both), 0), NGX_OK);
}
END_TEST

#endif

int
main(void)
{
    TCase  *tc = tcase_create("foreign");

    each(no_rwlock_is_made_where_there_is_a_mutex);
    tcase_add_test(tc, no_mutex_is_made_where_there_is_a_rwlock);
#if NGX_HAVE_FUTEX
    each(mutex_that_cannot_be_written_is_refused);
    tcase_add_test(tc, rwlock_that_cannot_be_written_is_refused);
#endif

    return run_case(tc, "locks", TEST_LIFE);
}
