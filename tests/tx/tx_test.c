/*
 * ngx_tx: each call and each error, threads, children and the dead.  A kill at
 * each instruction is in tx_kill.c.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_shmcond.h"
#include "ngx_tx_journal.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE   ((size_t) 4 << 20)
#define WORDS  400

static ngx_slab_pool_t     *pool;
static ngx_shmtx_t          mtx;
static volatile uintptr_t  *w;          /* words in the pool */
static volatile uintptr_t  *cell;       /* for a child to tell of a chunk */
static int                  hooked;

static void *
map(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANONYMOUS,
                    -1, 0);

    ck_assert_ptr_ne(p, MAP_FAILED);
    return p;
}

static void
make(size_t size, ngx_uint_t flags)
{
    pool = ngx_slab_create(map(size), size, flags);
    ck_assert_ptr_ne(pool, NULL);
    memset(&mtx, 0, sizeof(mtx));
    ck_assert_int_eq(ngx_shmtx_create(&mtx, &pool->lock, NULL), NGX_OK);
    w = ngx_slab_calloc(pool, WORDS * sizeof(*w));
    ck_assert_ptr_ne((void *) (uintptr_t) w, NULL);
    cell = w + WORDS - 1;
}

static void
setup(void)
{
    make(SIZE, 0);
    hooked = 0;
}

static void
teardown(void)
{
    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
}

static ngx_uint_t
chunks(void)
{
    ngx_slab_usage_t  u;

    ck_assert_int_eq(ngx_slab_usage(pool, &u), NGX_OK);
    return u.chunks;
}

/* The lock is free, and no death is to be told. */
static void
is_free(void)
{
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_OK);
    ngx_shmtx_unlock(&mtx);
}

/* A child runs fn and is killed; or it ends with status 0. */
static void
child(void (*fn)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        fn();
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : status == 0);
}

static void
die(void)
{
    (void) raise(SIGKILL);
}

#define fails(call, err)                                                      \
    do {                                                                      \
        errno = 0;                                                            \
        ck_assert_int_eq(call, NGX_ERROR);                                    \
        ck_assert_int_eq(errno, err);                                         \
    } while (0)

START_TEST(commit_keeps_what_was_changed)
{
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, 0), NGX_ERROR);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 7), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_uint_eq(w[1], 7);
    is_free();
}
END_TEST

START_TEST(abort_puts_back_what_was_changed)
{
    unsigned char  *byte = (unsigned char *) (uintptr_t) w;
    size_t          i;

    for (i = 0; i < 64; i++) {
        byte[i] = (unsigned char) (i + 1);
    }

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_save(pool, byte + 3, 13), NGX_OK);
    memset(byte + 3, 0xee, 13);
    ck_assert_int_eq(ngx_tx_save(pool, byte + 1, 30), NGX_OK);
    memset(byte + 1, 0xdd, 30);
    ck_assert_int_eq(ngx_tx_save(pool, byte + 5, 0), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[7], 1), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);

    for (i = 0; i < 64; i++) {
        ck_assert_uint_eq(byte[i], i + 1);
    }
    is_free();
}
END_TEST

START_TEST(alloc_goes_back_unless_committed)
{
    ngx_uint_t  n = chunks();

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 100), NULL);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 10000), NULL);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 200000), NULL);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_uint_eq(chunks(), n);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 100), NULL);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_uint_eq(chunks(), n + 1);
}
END_TEST

START_TEST(free_is_done_at_commit)
{
    char        *p = ngx_slab_alloc(pool, 100), *run = ngx_slab_alloc(pool, 9000);
    void        *q;
    ngx_uint_t   n = chunks();

    strcpy(p, "there");
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_free(pool, p), NGX_OK);
    fails(ngx_tx_free(pool, p), EINVAL);
    fails(ngx_tx_free(pool, p + 1), EINVAL);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 100), p);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_str_eq(p, "there");
    ck_assert_uint_eq(chunks(), n);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_free(pool, p), NGX_OK);
    ck_assert_int_eq(ngx_tx_free(pool, run), NGX_OK);
    q = ngx_tx_alloc(pool, 50);
    ck_assert_int_eq(ngx_tx_free(pool, q), NGX_OK);     /* its own */
    ck_assert_uint_eq(chunks(), n + 1);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_uint_eq(chunks(), n - 2);
}
END_TEST

START_TEST(a_chunk_allocated_and_freed_goes_back_once)
{
    void        *q;
    ngx_uint_t   n = chunks();

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    q = ngx_tx_alloc(pool, 50);
    ck_assert_int_eq(ngx_tx_free(pool, q), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_uint_eq(chunks(), n);
}
END_TEST

START_TEST(outside_of_a_transaction_nothing_is_done)
{
    void  *p = ngx_slab_alloc(pool, 8);

    fails(ngx_tx_set(pool, &w[1], 7), EPERM);
    ck_assert_uint_eq(w[1], 0);
    fails(ngx_tx_save(pool, (void *) (uintptr_t) w, 8), EPERM);
    fails(ngx_tx_free(pool, p), EPERM);
    fails(ngx_tx_commit(pool), EPERM);
    fails(ngx_tx_abort(pool), EPERM);
    ck_assert_ptr_eq(ngx_tx_alloc(pool, 8), NULL);
    ck_assert_int_eq(errno, EPERM);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    fails(ngx_tx_commit(pool), EPERM);
    fails(ngx_tx_abort(pool), EPERM);
    is_free();
}
END_TEST

START_TEST(begin_refuses_what_is_wrong)
{
    ngx_shmtx_t      other = { NULL, 0, NULL, NULL, NULL };
    ngx_shmtx_sh_t  *sh = map(4096);
    void            *in = ngx_slab_calloc(pool, sizeof(ngx_shmtx_sh_t));

    fails(ngx_tx_begin(pool, NULL), EINVAL);
    fails(ngx_tx_begin(pool, &other), EINVAL);
    ck_assert_int_eq(ngx_shmtx_create(&other, sh, NULL), NGX_OK);
    fails(ngx_tx_begin(pool, &other), EINVAL);
    fails(ngx_tx_recover(pool, &other), EINVAL);

    ngx_shmtx_lock(&mtx);
    fails(ngx_tx_begin(pool, &mtx), EDEADLK);
    ngx_shmtx_unlock(&mtx);

    /* nested: by the same lock, and by another one */
    ck_assert_int_eq(ngx_shmtx_create(&other, in, NULL), NGX_OK);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 7), NGX_OK);
    fails(ngx_tx_begin(pool, &mtx), EALREADY);
    fails(ngx_tx_begin(pool, &other), EALREADY);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&other, 0), NGX_OK);
    ngx_shmtx_unlock(&other);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_uint_eq(w[1], 0);
    is_free();
}
END_TEST

START_TEST(save_refuses_what_is_not_in_the_pages)
{
    uintptr_t   mine = 1;
    ngx_heap_t  *heap = ngx_heap_of(pool);
    char        *end = ngx_heap_page(heap, heap->npages);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    fails(ngx_tx_save(pool, &mine, sizeof(mine)), EINVAL);
    fails(ngx_tx_set(pool, &mine, 2), EINVAL);
    ck_assert_uint_eq(mine, 1);
    fails(ngx_tx_save(pool, pool, 8), EINVAL);
    fails(ngx_tx_save(pool, (char *) ngx_heap_page(heap, 0) - 1, 8), EINVAL);
    fails(ngx_tx_save(pool, end - 7, 8), EINVAL);
    fails(ngx_tx_save(pool, end, 1), EINVAL);
    fails(ngx_tx_save(pool, (void *) (uintptr_t) w, SIZE_MAX), EINVAL);
    ck_assert_int_eq(ngx_tx_save(pool, end - 8, 8), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
}
END_TEST

/* Change words until the journal is full; how many were changed. */
static size_t
fill_journal(void)
{
    size_t  n;

    for (n = 0; ngx_tx_set(pool, &w[n % WORDS], n + 1) == NGX_OK; n++) {
        /* void */
    }

    ck_assert_int_eq(errno, ENOSPC);
    ck_assert_uint_eq(w[n % WORDS], n < WORDS ? 0 : n - WORDS + 1);
    return n;
}

static void
no_word_is_set(void)
{
    size_t  i;

    for (i = 0; i < WORDS; i++) {
        ck_assert_uint_eq(w[i], 0);
    }
}

START_TEST(a_long_transaction_gets_more_pages)
{
    size_t            n;
    void             *p;
    ngx_slab_usage_t  was, is;

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_int_eq(ngx_slab_usage(pool, &was), NGX_OK);

    p = ngx_slab_alloc(pool, 30000);
    memset(p, 1, 30000);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_save(pool, p, 30000), NGX_OK);
    memset(p, 2, 30000);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 8), NULL);
    ck_assert_uint_gt(fill_journal(), 30000);
    fails(ngx_tx_save(pool, p, 30000), ENOSPC);
    fails(ngx_tx_save(pool, p, 2000000), ENOSPC);
    while (ngx_tx_alloc(pool, 8) != NULL) { /* void */ }
    ck_assert_int_eq(errno, ENOSPC);
    fails(ngx_tx_free(pool, p), ENOSPC);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    no_word_is_set();
    ck_assert(((char *) p)[0] == 1 && memcmp(p, (char *) p + 1, 29999) == 0);
    ngx_slab_free(pool, p);

    /* all of it for chunks */
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    for (n = 0; n < 1000; n++) {
        ck_assert_ptr_ne(ngx_tx_alloc(pool, 8), NULL);
    }
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);

    /* it went when the transaction did, all but one page */
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_int_eq(ngx_slab_usage(pool, &is), NGX_OK);
    ck_assert_uint_eq(is.chunks, was.chunks);
    ck_assert_uint_ge(is.free + is.cached + 4096, was.free + was.cached);
}
END_TEST

START_TEST(a_full_journal_is_told_and_can_be_aborted)
{
    size_t      n;
    ngx_uint_t  had;

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    pool->log_nomem = 0;
    while (ngx_slab_alloc(pool, 4096) != NULL) { /* void */ }
    had = chunks();
    n = fill_journal();
    ck_assert_uint_ge(n, 160);
    ck_assert_uint_lt(n, WORDS);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    no_word_is_set();
    ck_assert_uint_eq(chunks(), had);
}
END_TEST

START_TEST(no_memory_is_told)
{
    void        *p;
    ngx_uint_t   n;

    pool->log_nomem = 0;
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_ptr_eq(ngx_tx_alloc(pool, 2 * SIZE), NULL);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert_int_eq(ngx_tx_set(pool, &w[0], 1), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_uint_eq(w[0], 1);

    /* no page for a journal: another pool, whose pages are all taken */
    make(SIZE, 0);
    pool->log_nomem = 0;
    while (ngx_slab_alloc(pool, 4096) != NULL) { /* void */ }
    n = chunks();
    fails(ngx_tx_begin(pool, &mtx), ENOMEM);
    is_free();
    ck_assert_uint_eq(chunks(), n);
    p = (void *) (uintptr_t) w;
    ngx_slab_free(pool, p);
}
END_TEST

START_TEST(small_pools_have_transactions)
{
    make(16 * 4096, 0);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_ptr_ne(ngx_tx_alloc(pool, 100), NULL);
    ck_assert_int_eq(ngx_tx_set(pool, &w[0], 1), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_uint_eq(w[0], 0);
    ck_assert_uint_eq(chunks(), 1);
}
END_TEST

START_TEST(all_kinds_of_pools_have_transactions)
{
    static const ngx_uint_t  flags[] = { NGX_SLAB_COMPAT, NGX_SLAB_UNCACHED,
                                         NGX_SLAB_DEBUG };
    size_t                   i;

    for (i = 0; i < 3; i++) {
        make(SIZE, flags[i]);
        ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
        ck_assert_ptr_ne(ngx_tx_alloc(pool, 100), NULL);
        ck_assert_int_eq(ngx_tx_set(pool, &w[0], 1), NGX_OK);
        ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
        ck_assert_uint_eq(w[0], 0);
        ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
        ck_assert_uint_eq(chunks(), 1);
    }
}
END_TEST

START_TEST(two_pools_each_have_one)
{
    ngx_shmtx_t          first = mtx;
    ngx_slab_pool_t     *one = pool;
    volatile uintptr_t  *v = w;

    make(SIZE, 0);
    ck_assert_int_eq(ngx_tx_begin(one, &first), NGX_OK);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(one, v, 1), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, w, 2), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(one), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    ck_assert_uint_eq(*v, 1);
    ck_assert_uint_eq(*w, 0);
}
END_TEST

START_TEST(unlock_inside_is_told)
{
    void        *p = ngx_slab_alloc(pool, 8);
    ngx_uint_t   n = chunks();

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, w, 1), NGX_OK);
    ck_assert_int_eq(ngx_tx_free(pool, p), NGX_OK);
    ngx_shmtx_unlock(&mtx);
    fails(ngx_tx_begin(pool, &mtx), EALREADY);
    fails(ngx_tx_commit(pool), ENOLCK);
    ck_assert_uint_eq(*w, 1);
    ck_assert_uint_eq(chunks(), n);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, w, 2), NGX_OK);
    ngx_shmtx_unlock(&mtx);
    fails(ngx_tx_abort(pool), ENOLCK);
    ck_assert_uint_eq(*w, 2);
    is_free();
}
END_TEST

static void
change(void)
{
    void  *p;

    ck_assert_int_ne(ngx_tx_begin(pool, &mtx), NGX_ERROR);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 7), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[2], 8), NGX_OK);
    p = ngx_tx_alloc(pool, 64);
    ck_assert_int_eq(ngx_tx_set(pool, cell, ngx_slab_offset(pool, p)), NGX_OK);
}

static void
change_and_die(void)
{
    change();
    die();
}

static void
change_and_end(void)
{
    change();
}

static void
committed_and_die(void)
{
    change();
    ck_assert_int_eq(ngx_tx_free(pool, ngx_slab_pointer(pool, w[3])), NGX_OK);
    ((ngx_tx_journal_t *) ngx_heap_journal_of(ngx_heap_of(pool),
         ngx_tx_slot(pool)))->state = NGX_TX_COMMITTED;
    die();
}

static void
is_as_before(ngx_uint_t n)
{
    ck_assert_uint_eq(w[1], 0);
    ck_assert_uint_eq(w[2], 0);
    ck_assert_uint_eq(*cell, 0);
    ck_assert_uint_eq(chunks(), n);
}

START_TEST(the_next_owner_finds_the_old_state)
{
    ngx_uint_t  n = chunks();

    child(change_and_die);
    ck_assert_uint_eq(w[1], 7);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(n);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);

    child(change_and_end);              /* the same by exit */
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(n);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    is_free();
}
END_TEST

static void
die_with_the_lock(void)
{
    ngx_shmtx_lock(&mtx);
    die();
}

/* Told of the death, and released the lock as it was. */
START_TEST(begin_takes_back_what_others_have_left)
{
    ngx_uint_t  n = chunks();

    child(change_and_die);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, -1), NGX_SHMTX_OWNER_DIED);
    ngx_shmtx_unlock(&mtx);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(n);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 50), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);

    child(die_with_the_lock);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    ck_assert_uint_eq(w[1], 50);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
}
END_TEST

/* Whoever ignores an error does not get a half. */
START_TEST(what_has_failed_cannot_be_committed)
{
    void  *p = ngx_slab_alloc(pool, 100);

    w[1] = w[2] = 1;
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 2), NGX_OK);
    fails(ngx_tx_set(pool, (uintptr_t *) pool, 2), EINVAL);
    fails(ngx_tx_commit(pool), ECANCELED);
    ck_assert_uint_eq(w[1], 1);
    is_free();

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 2), NGX_OK);
    fails(ngx_tx_free(pool, (char *) p + 1), EINVAL);
    fails(ngx_tx_commit(pool), ECANCELED);
    ck_assert_uint_eq(w[1], 1);

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    ck_assert_ptr_eq(ngx_tx_alloc(pool, 2 * SIZE), NULL);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 3), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_uint_eq(w[1], 3);
}
END_TEST

START_TEST(nobody_waits_inside)
{
    static ngx_shmcond_t  cond;

    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
    fails(ngx_shmcond_wait(&cond, &mtx, 1), EDEADLK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[1], 3), NGX_OK);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    fails(ngx_shmcond_wait(&cond, &mtx, 1), EPERM);
    ngx_shmtx_lock(&mtx);
    ck_assert_int_eq(ngx_shmcond_wait(&cond, &mtx, 1), NGX_AGAIN);
    ngx_shmtx_unlock(&mtx);
}
END_TEST

START_TEST(the_next_owner_finishes_what_was_committed)
{
    ngx_uint_t  n;

    w[3] = ngx_slab_offset(pool, ngx_slab_alloc(pool, 40));
    n = chunks();
    child(committed_and_die);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    ck_assert_uint_eq(w[1], 7);
    ck_assert_uint_eq(w[2], 8);
    ck_assert_uint_eq(chunks(), n);     /* one more, one less */
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
}
END_TEST

static void *
change_in_thread(void *data)
{
    change();
    return data;
}

START_TEST(a_thread_that_ends_inside_is_taken_back)
{
    ngx_uint_t  n = chunks();
    pthread_t   thread;

    ck_assert_int_eq(pthread_create(&thread, NULL, change_in_thread, NULL), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(n);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
}
END_TEST

static void
is_not_in_its_parents(void)
{
    fails(ngx_tx_set(pool, &w[1], 9), EPERM);
    fails(ngx_tx_commit(pool), EPERM);
    fails(ngx_tx_abort(pool), EPERM);
    ck_assert_uint_eq(w[1], 7);
    fails(ngx_tx_recover(pool, &mtx), EPERM);
}

START_TEST(a_forked_child_is_not_in_the_transaction)
{
    change();
    child(is_not_in_its_parents);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    is_as_before(1);
}
END_TEST

static void
exec_inside(void)
{
    change();
    (void) execl("/bin/sh", "sh", "-c", "exit 0", (char *) NULL);
    (void) execlp("true", "true", (char *) NULL);
}

START_TEST(who_calls_exec_inside_is_taken_back)
{
    ngx_uint_t  n = chunks();

    child(exec_inside);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(n);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
}
END_TEST

static void
come_new(void)
{
    ngx_slab_free(pool, ngx_slab_alloc(pool, 8));
}

START_TEST(an_open_journal_outlives_sweeps_and_reaps)
{
    int          i;
    ngx_uint_t   n = chunks(), freed = 99;
    pid_t        pid = fork();
    ngx_heap_t  *heap = ngx_heap_of(pool);

    if (pid == 0) {
        change_and_die();
    }

    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);

    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);     /* buries */
        ck_assert_int_eq(ngx_slab_reap(pool, pid, &freed), NGX_BUSY);
        ck_assert_uint_eq(freed, 0);
        ck_assert_int_eq(ngx_heap_lock(heap), 0);
        ngx_heap_sweep(heap, 0, i, NULL);                   /* i: retag */
        ngx_heap_unlock(heap);
        child(come_new);                        /* not in its slot */
    }

    ck_assert_uint_eq(chunks(), n + 1);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(n);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_int_ne(ngx_slab_reap(pool, pid, &freed), NGX_BUSY);
}
END_TEST

static void
use_and_die(void)
{
    change();
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
    die();
}

START_TEST(the_journals_of_the_dead_go)
{
    int               i;
    ngx_slab_usage_t  was, is;

    ck_assert_int_eq(ngx_slab_usage(pool, &was), NGX_OK);

    for (i = 0; i < 10; i++) {
        child(use_and_die);
    }

    for (i = 0; i < 10; i++) {
        child(change_and_die);
        ngx_shmtx_lock(&mtx);
        ck_assert_int_eq(ngx_tx_recover(pool, &mtx), NGX_OK);
        ck_assert_int_eq(ngx_tx_recover(pool, &mtx), NGX_DECLINED);
        ngx_shmtx_unlock(&mtx);
    }

    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    ck_assert_int_eq(ngx_slab_usage(pool, &is), NGX_OK);
    ck_assert_uint_eq(is.chunks, was.chunks);
    ck_assert_uint_eq(is.free + is.cached, was.free + was.cached);
}
END_TEST

START_TEST(recover_is_for_who_has_the_lock)
{
    ngx_uint_t  n = chunks();

    fails(ngx_tx_recover(pool, NULL), EINVAL);
    fails(ngx_tx_recover(pool, &mtx), EPERM);

    child(change_and_die);
    ck_assert_int_eq(ngx_shmtx_lock_ex(&mtx, -1), NGX_SHMTX_OWNER_DIED);
    ck_assert_int_eq(ngx_tx_recover(pool, &mtx), NGX_OK);
    is_as_before(n);
    ngx_shmtx_unlock(&mtx);

    /* not one's own */
    change();
    ck_assert_int_eq(ngx_tx_recover(pool, &mtx), NGX_DECLINED);
    ck_assert_uint_eq(w[1], 7);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
}
END_TEST

static ngx_shmtx_t  second;

static void
change_by_two(void)
{
    ck_assert_int_eq(ngx_tx_begin(pool, &second), NGX_OK);
    ck_assert_int_eq(ngx_tx_set(pool, &w[5], 5), NGX_OK);
    die();
}

START_TEST(each_lock_has_its_own)
{
    void  *in = ngx_slab_calloc(pool, sizeof(ngx_shmtx_sh_t));

    ck_assert_int_eq(ngx_shmtx_create(&second, in, NULL), NGX_OK);
    child(change_by_two);
    child(change_and_die);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(2);
    ck_assert_uint_eq(w[5], 5);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    ck_assert_int_eq(ngx_tx_begin(pool, &second), NGX_SHMTX_OWNER_DIED);
    ck_assert_uint_eq(w[5], 0);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
}
END_TEST

START_TEST(every_kind_of_lock_will_do)
{
    int          i;
    char         name[] = "/tmp/tx_test.XXXXXX";
    void        *in;
    ngx_uint_t   n;

    (void) close(mkstemp(name));

    for (i = 0; ngx_shmtx_kind((ngx_uint_t) i) != NULL; i++) {
        in = ngx_slab_calloc(pool, sizeof(ngx_shmtx_sh_t));
        ck_assert_int_eq(ngx_shmtx_create_kind(&mtx, in,
                             (unsigned char *) name,
                             ngx_shmtx_kind((ngx_uint_t) i)), NGX_OK);
        n = chunks();
        child(change_and_die);
        ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
        is_as_before(n);
        ck_assert_int_eq(ngx_tx_set(pool, &w[1], 1), NGX_OK);
        ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);
        is_as_before(n);
        ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_OK);
        ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
    }

    (void) unlink(name);
    ck_assert_int_ge(i, 2);
}
END_TEST

/* The words of the pool and of its lock say that another boot made them. */
static void
boot_again(void)
{
    ngx_heap_t  *heap = ngx_heap_of(pool);

    heap->boot ^= 0x5555;
    heap->lock.made.of.boot ^= 0x5555;
    heap->common.made.of.boot ^= 0x5555;
    ((ngx_lock_t *) (void *) &pool->lock)->made.of.boot ^= 0x5555;
}

static void
come_after_the_boot(void)
{
    ck_assert_ptr_eq(ngx_slab_attach(pool, SIZE), pool);
    ck_assert_int_eq(ngx_shmtx_create(&mtx, &pool->lock, NULL), NGX_OK);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    is_as_before(1);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
}

START_TEST(a_transaction_of_an_earlier_boot_is_taken_back)
{
    if (ngx_lock_boot() == 0) {
        return;                         /* nobody can tell */
    }

    child(change_and_die);
    boot_again();
    child(come_after_the_boot);
}
END_TEST

static void
keep_the_lock(void)
{
    change();
    (void) pause();
}

START_TEST(begin_ex_waits_for_so_long)
{
    pid_t  pid;

    ck_assert_int_eq(ngx_tx_begin_ex(pool, &mtx, 0), NGX_OK);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);

    pid = fork();
    if (pid == 0) {
        keep_the_lock();
    }

    while (w[1] == 0) {
        (void) usleep(1000);
    }

    ck_assert_int_eq(ngx_tx_begin_ex(pool, &mtx, 0), NGX_AGAIN);
    ck_assert_int_eq(ngx_tx_begin_ex(pool, &mtx, 20), NGX_AGAIN);
    fails(ngx_tx_set(pool, &w[5], 1), EPERM);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
    ck_assert_int_eq(ngx_tx_begin_ex(pool, &mtx, 0), NGX_SHMTX_OWNER_DIED);
    is_as_before(1);
    ck_assert_int_eq(ngx_tx_commit(pool), NGX_OK);
}
END_TEST

static void
hook(ngx_shmtx_t *m, void *data)
{
    ck_assert_ptr_eq(m, &mtx);
    ck_assert_ptr_eq(data, pool);
    ck_assert_uint_eq(w[1], 0);         /* the recovery came before */
    hooked++;
}

START_TEST(hooks_are_called)
{
    mtx.recover = hook;
    mtx.data = pool;
    child(change_and_die);
    ck_assert_int_eq(ngx_tx_begin(pool, &mtx), NGX_SHMTX_OWNER_DIED);
    ck_assert_int_eq(hooked, 1);
    ck_assert_int_eq(ngx_tx_abort(pool), NGX_OK);

    mtx.recover = ngx_tx_recovery;
    child(change_and_die);
    ngx_shmtx_lock(&mtx);
    is_as_before(1);
    ngx_shmtx_unlock(&mtx);
    is_free();
}
END_TEST

static void
only_reads(void)
{
    ck_assert_int_eq(mprotect(pool, SIZE, PROT_READ), 0);
    fails(ngx_tx_begin(pool, &mtx), EACCES);
}

START_TEST(a_mapping_for_reading_only_is_refused)
{
    child(only_reads);
    is_free();
}
END_TEST

START_TEST(a_pool_for_several_namespaces_is_refused)
{
    int   fd;
    char  name[] = "/tmp/tx_test.XXXXXX";

    fd = mkstemp(name);
    ck_assert_int_ge(fd, 0);
    pool = ngx_slab_create_kind(map(SIZE), SIZE, 0, "fcntl", name);
    (void) close(fd);
    (void) unlink(name);
    ck_assert_ptr_ne(pool, NULL);
    ck_assert_int_eq(ngx_shmtx_create(&mtx, &pool->lock, NULL), NGX_OK);
    fails(ngx_tx_begin(pool, &mtx), ENOTSUP);
}
END_TEST

#define CROWD  130

static pthread_barrier_t  all, done;
static volatile int       refused;

static void *
join_in(void *data)
{
    void  *p = ngx_slab_alloc(pool, 8);

    (void) pthread_barrier_wait(&all);
    (void) pthread_barrier_wait(&done);
    ngx_slab_free(pool, p);
    return data;
}

/* All slots are taken by threads that live. */
static void *
come_late(void *data)
{
    errno = 0;
    refused = ngx_tx_begin(pool, &mtx) == NGX_ERROR && errno == EAGAIN;
    return data;
}

START_TEST(a_thread_without_a_slot_is_refused)
{
    int        i;
    pthread_t  thread[CROWD], late;

    (void) pthread_barrier_init(&all, NULL, CROWD + 1);
    (void) pthread_barrier_init(&done, NULL, CROWD + 1);

    for (i = 0; i < CROWD; i++) {
        ck_assert_int_eq(pthread_create(&thread[i], NULL, join_in, NULL), 0);
    }

    (void) pthread_barrier_wait(&all);
    ck_assert_int_eq(pthread_create(&late, NULL, come_late, NULL), 0);
    ck_assert_int_eq(pthread_join(late, NULL), 0);
    ck_assert_int_eq(refused, 1);
    (void) pthread_barrier_wait(&done);

    for (i = 0; i < CROWD; i++) {
        ck_assert_int_eq(pthread_join(thread[i], NULL), 0);
    }
    is_free();
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("tx");

    tcase_add_checked_fixture(tc, setup, teardown);

#if NGX_LOCK_HAVE_WORD
    tcase_add_test(tc, commit_keeps_what_was_changed);
    tcase_add_test(tc, abort_puts_back_what_was_changed);
    tcase_add_test(tc, alloc_goes_back_unless_committed);
    tcase_add_test(tc, free_is_done_at_commit);
    tcase_add_test(tc, a_chunk_allocated_and_freed_goes_back_once);
    tcase_add_test(tc, outside_of_a_transaction_nothing_is_done);
    tcase_add_test(tc, begin_refuses_what_is_wrong);
    tcase_add_test(tc, save_refuses_what_is_not_in_the_pages);
    tcase_add_test(tc, a_long_transaction_gets_more_pages);
    tcase_add_test(tc, a_full_journal_is_told_and_can_be_aborted);
    tcase_add_test(tc, no_memory_is_told);
    tcase_add_test(tc, small_pools_have_transactions);
    tcase_add_test(tc, all_kinds_of_pools_have_transactions);
    tcase_add_test(tc, two_pools_each_have_one);
    tcase_add_test(tc, unlock_inside_is_told);
    tcase_add_test(tc, the_next_owner_finds_the_old_state);
    tcase_add_test(tc, begin_takes_back_what_others_have_left);
    tcase_add_test(tc, what_has_failed_cannot_be_committed);
    tcase_add_test(tc, nobody_waits_inside);
    tcase_add_test(tc, the_next_owner_finishes_what_was_committed);
    tcase_add_test(tc, a_thread_that_ends_inside_is_taken_back);
    tcase_add_test(tc, a_forked_child_is_not_in_the_transaction);
    tcase_add_test(tc, who_calls_exec_inside_is_taken_back);
    tcase_add_test(tc, an_open_journal_outlives_sweeps_and_reaps);
    tcase_add_test(tc, the_journals_of_the_dead_go);
    tcase_add_test(tc, recover_is_for_who_has_the_lock);
    tcase_add_test(tc, each_lock_has_its_own);
    tcase_add_test(tc, every_kind_of_lock_will_do);
    tcase_add_test(tc, a_transaction_of_an_earlier_boot_is_taken_back);
    tcase_add_test(tc, begin_ex_waits_for_so_long);
    tcase_add_test(tc, hooks_are_called);
    tcase_add_test(tc, a_mapping_for_reading_only_is_refused);
    tcase_add_test(tc, a_pool_for_several_namespaces_is_refused);
    tcase_add_test(tc, a_thread_without_a_slot_is_refused);
#endif

    return run_case(tc, "tx", 60);
}
