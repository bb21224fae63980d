/*
 * ngx_slab: who may reach a pool, and how: memory that is mapped for reading
 * only, pools at any addresses, children that no handler knows of, a library
 * that is unloaded, and a debugged pool whose user died in a call.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_slab.h"

#include <check.h>
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE    ((size_t) 1024 * 1024)
#define CHUNKS  100

static ngx_slab_pool_t  *pool;
static void             *chunk[CHUNKS];
static char              said[256];
static int               nsaid;

static void
listen(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    (void) level;
    nsaid++;
    len = len < sizeof(said) ? len : sizeof(said) - 1;
    memcpy(said, buf, len);
    said[len] = '\0';
}

static ngx_log_t  ears = { NGX_LOG_DEBUG, listen, NULL };

static void *
map(size_t size, int fd, int prot)
{
    void  *p = mmap(NULL, size, prot, fd == -1 ? MAP_SHARED|MAP_ANONYMOUS
                                               : MAP_SHARED, fd, 0);

    ck_assert_ptr_ne(p, MAP_FAILED);
    return p;
}

/* ---- reading only */

/* A pool with chunks in it, and the same memory mapped for reading only. */
static ngx_slab_pool_t *
readable_twin(void)
{
    int    i, fd;
    FILE  *file = tmpfile();

    ck_assert_ptr_nonnull(file);
    fd = fileno(file);
    ck_assert_int_eq(ftruncate(fd, (off_t) SIZE), 0);

    pool = ngx_slab_create(map(SIZE, fd, PROT_READ|PROT_WRITE), SIZE, 0);
    ck_assert_ptr_nonnull(pool);

    for (i = 0; i < CHUNKS; i++) {
        chunk[i] = ngx_slab_alloc(pool, 100 + (size_t) i);
    }

    ngx_slab_set_log(&ears);
    return map(SIZE, fd, PROT_READ);
}

static void
count(void *data, void *p, size_t size, ngx_pid_t owner)
{
    (void) p;
    (void) size;
    (void) owner;
    ++*(int *) data;
}

static void
look(ngx_slab_pool_t *twin)
{
    int               n = 0;
    ngx_slab_usage_t  usage;

    ck_assert_int_eq(ngx_slab_usage(twin, &usage), NGX_OK);
    ck_assert_uint_eq(usage.chunks, CHUNKS);
    ck_assert_int_eq(ngx_slab_walk(twin, count, &n), NGX_OK);
    ck_assert_int_eq(n, CHUNKS);
    ck_assert_msg(ngx_slab_check(twin) == NGX_OK, "%s", said);
}

START_TEST(a_pool_is_looked_at_where_it_can_only_be_read)
{
    ngx_shmtx_t        mutex;
    ngx_shmtx_stat_t   st;
    ngx_slab_pool_t   *twin = readable_twin();

    ck_assert_ptr_eq(ngx_slab_attach(twin, SIZE), twin);
    look(twin);
    ck_assert_uint_ge(ngx_slab_usable_size(twin,
        ngx_slab_pointer(twin, ngx_slab_offset(pool, chunk[7]))), 107);

    mutex.lock = &twin->lock.lock;
    ngx_shmtx_stat(&mutex, &st);
    ck_assert_int_eq(st.pid, 0);
    ck_assert_int_eq(nsaid, 0);
}
END_TEST

/* Used, detached, and mapped again at the same address. */
START_TEST(a_pool_may_come_back_for_reading_only)
{
    ngx_slab_pool_t  *twin = readable_twin();

    ngx_slab_detach(pool);
    ck_assert_ptr_eq(mremap(twin, SIZE, SIZE, MREMAP_MAYMOVE|MREMAP_FIXED,
                            pool), pool);
    ck_assert_ptr_eq(ngx_slab_attach(pool, SIZE), pool);
    look(pool);
    ck_assert_int_eq(nsaid, 0);
    ck_assert_ptr_eq(ngx_slab_alloc(pool, 64), NULL);
    ck_assert_int_eq(errno, EACCES);
}
END_TEST

/*
 * Splits and joins runs nearly all the time, and keeps nothing.  It pauses, as
 * a look needs a moment in which nobody takes the lock: on a machine with
 * nothing else to do there would be none.
 */
static void
churn(void)
{
    int              i;
    void            *p[50];
    struct timespec  pause = { 0, 50000 };

    for ( ;; ) {
        for (i = 0; i < 50; i++) {
            p[i] = ngx_slab_alloc(pool, (size_t) i * 500);
        }
        for (i = 0; i < 50; i++) {
            if (p[i] != NULL) {
                ngx_slab_free(pool, p[i]);
            }
        }
        (void) nanosleep(&pause, NULL);
    }
}

START_TEST(a_look_without_the_lock_sees_no_half_change)
{
    int               i, n;
    pid_t             pid;
    ngx_slab_usage_t  usage;
    ngx_slab_pool_t  *twin = readable_twin();

    pid = fork();
    if (pid == 0) {
        churn();
    }

    for (i = 0; i < 300; i++) {
        n = 0;
        ck_assert_int_eq(ngx_slab_usage(twin, &usage), NGX_OK);
        ck_assert_uint_eq(usage.size, SIZE);
        ck_assert_int_eq(ngx_slab_walk(twin, count, &n), NGX_OK);
        ck_assert_int_ge(n, CHUNKS);
        ck_assert_msg(ngx_slab_check(twin) == NGX_OK, "%s", said);
    }

    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, NULL, 0);
}
END_TEST

#define refuses(call)                                                         \
    errno = 0;                                                                \
    nsaid = 0;                                                                \
    ck_assert(call);                                                          \
    ck_assert_int_eq(errno, EACCES);                                          \
    ck_assert_int_ge(nsaid, 1);                                               \
    ck_assert_msg(strstr(said, "for reading only") != NULL, "%s", said)

START_TEST(whatever_must_write_refuses_where_it_cannot)
{
    ngx_slab_pool_t     *twin = readable_twin();
    void                *p = ngx_slab_pointer(twin, ngx_slab_offset(pool,
                                                                  chunk[0]));
    volatile uintptr_t  *cell = p;

    refuses(ngx_slab_alloc(twin, 10) == NULL);
    refuses(ngx_slab_alloc(twin, 10000) == NULL);
    refuses(ngx_slab_calloc(twin, 10) == NULL);
    refuses(ngx_slab_alloc_aligned(twin, 8192, 10) == NULL);
    refuses(ngx_slab_realloc(twin, p, 5000) == NULL);
    refuses(ngx_slab_alloc_to(twin, cell, 10) == NULL);
    refuses((ngx_slab_free(twin, p), 1));
    refuses(ngx_slab_reap(twin, 1, NULL) == NGX_ERROR);

    errno = 0;
    ck_assert_ptr_null(ngx_slab_create(twin, SIZE, 0));
    ck_assert_int_eq(errno, EACCES);

    /* and nothing happened */
    look(twin);
}
END_TEST

/* ---- pools at any addresses */

#define POOLS  1000
#define SMALL  ((size_t) 256 * 1024)

static double
now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);
    return (double) ts.tv_sec * 1e9 + (double) ts.tv_nsec;
}

static double
per_call(ngx_slab_pool_t **p, int n)
{
    int      i, k;
    void    *q;
    double   t, best = 1e9;

    for (k = 0; k < 20; k++) {
        t = now();
        for (i = 0; i < 2 * POOLS; i++) {
            q = ngx_slab_alloc(p[i % n], 64);
            ngx_slab_free(p[i % n], q);
        }
        t = (now() - t) / (2 * POOLS);
        best = t < best ? t : best;
    }

    return best;
}

/* Lines of five pages of each pool, as many as the two calls touch. */
static double
per_touch(ngx_slab_pool_t **p, int n)
{
    int                      i, k;
    double                   t, best = 1e9;
    volatile unsigned char  *b;

    for (k = 0; k < 20; k++) {
        t = now();
        for (i = 0; i < 2 * POOLS; i++) {
            b = (volatile unsigned char *) p[i % n];
            (void) b[400];
            (void) b[8192];
            b[SMALL / 2 + 64]++;
            b[SMALL / 2 + 4096 + 512]++;
            (void) b[12288 + 256];
            b[16384 + 128]++;
        }
        t = (now() - t) / (2 * POOLS);
        best = t < best ? t : best;
    }

    return best;
}

/* Twice the touches is what is to be reached; a busy machine may take more. */
START_TEST(a_thousand_pools_at_like_addresses_are_no_slower)
{
    int                i;
    double             calls, touches;
    unsigned char     *raw = map(POOLS * SMALL, -1, PROT_READ|PROT_WRITE);
    ngx_slab_pool_t  **p = calloc(POOLS, sizeof(*p));

    for (i = 0; i < POOLS; i++) {
        p[i] = ngx_slab_create(raw + (size_t) i * SMALL, SMALL, 0);
        ck_assert_ptr_nonnull(p[i]);
        ngx_slab_free(p[i], ngx_slab_alloc(p[i], 64));
    }

    calls = per_call(p, POOLS);
    touches = per_touch(p, POOLS);
    ck_assert_msg(calls < 4 * touches + 20, "%.1f ns against %.1f", calls,
                  touches);

    for (i = 0; i < POOLS; i++) {
        ck_assert_int_eq(ngx_slab_check(p[i]), NGX_OK);
    }
}
END_TEST

START_TEST(a_pool_made_where_another_was_is_found_anew)
{
    int     i;
    void   *raw = map(SMALL, -1, PROT_READ|PROT_WRITE), *p;

    for (i = 0; i < 100; i++) {
        pool = ngx_slab_create(raw, SMALL, 0);
        p = ngx_slab_alloc(pool, 64);
        ck_assert_ptr_nonnull(p);
        ngx_slab_free(pool, p);
        ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    }
}
END_TEST

/* ---- children that no handler knows of */

#define EACH  3000

#if defined(SYS_fork)

/* Fill chunks with a sign of one's own, and look whether they keep it. */
static int
sign_all(unsigned char sign)
{
    int             i, bad = 0;
    unsigned char  *p[EACH];

    for (i = 0; i < EACH; i++) {
        p[i] = ngx_slab_alloc(pool, 64);
        if (p[i] == NULL) {
            return -1;
        }
        memset(p[i], sign, 64);
    }

    for (i = 0; i < EACH; i++) {
        bad += p[i][0] != sign || p[i][63] != sign;
    }

    for (i = 0; i < EACH; i++) {
        ngx_slab_free(pool, p[i]);
    }

    return bad;
}

START_TEST(a_child_of_a_bare_fork_has_a_slot_of_its_own)
{
    int    i, status;
    pid_t  pid;

#if !NGX_HAVE_MADV_WIPEONFORK
    return;     /* then the manual says that it must not be done */
#endif

    pool = ngx_slab_create(map(8 * SIZE, -1, PROT_READ|PROT_WRITE), 8 * SIZE,
                           0);
    ngx_slab_free(pool, ngx_slab_alloc(pool, 64));

    for (i = 0; i < 20; i++) {
        pid = (pid_t) syscall(SYS_fork);

        if (pid == 0) {
            _exit(sign_all(2) != 0);
        }

        ck_assert_int_eq(sign_all(1), 0);
        (void) waitpid(pid, &status, 0);
        ck_assert_int_eq(status, 0);
        ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    }
}
END_TEST

#endif

/* ---- a library that is unloaded */

static pthread_barrier_t   both;
static void             *(*lib_alloc)(ngx_slab_pool_t *, size_t);

static void *
use_and_end(void *arg)
{
    void  *p = lib_alloc(arg, 64);

    (void) pthread_barrier_wait(&both);
    (void) pthread_barrier_wait(&both);
    return p;
}

START_TEST(a_thread_may_end_after_the_library_was_unloaded)
{
    void              *lib, *p;
    pthread_t          thread;
    ngx_slab_pool_t *(*create)(void *, size_t, ngx_uint_t);

    lib = dlopen("objs/.libs/libngx_shm.so.0", RTLD_NOW);
    if (lib == NULL) {
        return;     /* built without a shared library */
    }

    *(void **) &create = dlsym(lib, "ngx_slab_create");
    *(void **) &lib_alloc = dlsym(lib, "ngx_slab_alloc");
    pool = create(map(SIZE, -1, PROT_READ|PROT_WRITE), SIZE, NGX_SLAB_DEBUG);
    ck_assert_ptr_nonnull(pool);

    (void) pthread_barrier_init(&both, NULL, 2);
    ck_assert_int_eq(pthread_create(&thread, NULL, use_and_end, pool), 0);
    (void) pthread_barrier_wait(&both);
    ck_assert_int_eq(dlclose(lib), 0);
    (void) pthread_barrier_wait(&both);
    ck_assert_int_eq(pthread_join(thread, &p), 0);
    ck_assert_ptr_nonnull(p);
}
END_TEST

/* ---- a debugged pool whose user died */

#define STEPS  8000

static void
debugged_calls(int what)
{
    void  *p = ngx_slab_alloc(pool, 80), *q;

    ngx_slab_free(pool, ngx_slab_alloc(pool, 80));
    (void) ptrace(PTRACE_TRACEME, 0, 0, 0);
    (void) raise(SIGSTOP);

    switch (what) {

    case 0:
        p = ngx_slab_alloc(pool, 74);
        break;

    case 1:
        ngx_slab_free(pool, p);
        break;

    default:
        q = ngx_slab_realloc(pool, p, 70);
        (void) q;
        break;
    }

    (void) raise(SIGSTOP);
    _exit(0);
}

static int
is_step(pid_t pid)
{
    int  status;

    (void) ptrace(PTRACE_SINGLESTEP, pid, 0, 0);
    (void) waitpid(pid, &status, 0);
    return WIFSTOPPED(status) && WSTOPSIG(status) == SIGTRAP;
}

static void
free_it(void *data, void *p, size_t size, ngx_pid_t owner)
{
    void  ***next = data;

    (void) size;
    (void) owner;
    *(*next)++ = p;
}

/* Kill the child after k steps of the call; 0: it was over before. */
static int
killed_after(int what, int k)
{
    int     i, more = 1, status;
    pid_t   pid;
    void   *live[1000], **end = live;

    pool = ngx_slab_create(pool, SIZE, NGX_SLAB_DEBUG);
    pool->log_nomem = 0;
    pid = fork();

    if (pid == 0) {
        debugged_calls(what);
    }

    (void) waitpid(pid, &status, 0);

    for (i = 0; i < k && more; i++) {
        more = is_step(pid);
    }

    (void) kill(pid, SIGKILL);
    (void) waitpid(pid, &status, 0);

    nsaid = 0;
    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    ck_assert_int_eq(ngx_slab_walk(pool, free_it, &end), NGX_OK);
    while (end > live) {
        ngx_slab_free(pool, *--end);
    }
    for (i = 0; i < 100; i++) {
        ck_assert_ptr_nonnull(ngx_slab_alloc(pool, 80));
    }

    ck_assert_msg(nsaid == 0, "step %d of %d: %s", k, what, said);
    return more;
}

START_TEST(debug_says_nothing_false_of_one_that_was_killed)
{
    int  k;

    pool = map(SIZE, -1, PROT_READ|PROT_WRITE);
    ngx_slab_set_log(&ears);

    for (k = 1; k < STEPS && killed_after(_i, k); k += 1 + k / 64) { }
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("slab access");

    tcase_add_test(tc, a_pool_is_looked_at_where_it_can_only_be_read);
    tcase_add_test(tc, a_pool_may_come_back_for_reading_only);
    tcase_add_test(tc, a_look_without_the_lock_sees_no_half_change);
    tcase_add_test(tc, whatever_must_write_refuses_where_it_cannot);
    tcase_add_test(tc, a_thousand_pools_at_like_addresses_are_no_slower);
    tcase_add_test(tc, a_pool_made_where_another_was_is_found_anew);
#if defined(SYS_fork)
    tcase_add_test(tc, a_child_of_a_bare_fork_has_a_slot_of_its_own);
#endif
    tcase_add_test(tc, a_thread_may_end_after_the_library_was_unloaded);
    tcase_add_loop_test(tc, debug_says_nothing_false_of_one_that_was_killed,
                        0, 3);

    return run_case(tc, "slab access", 120);
}
