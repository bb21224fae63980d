/*
 * The zone of a module, tested without nginx: made as nginx makes it, shared
 * with forked workers, filled, reloaded, and left torn by one that dies.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <ngx_hits.h>
#include <ngx_shmem.h>

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static ngx_shm_t         shm;
static ngx_slab_pool_t  *pool;
static ngx_hits_t       *hits;

/* What nginx does with a zone before it calls the module. */
static void
make_zone(void)
{
    ngx_shm_t  zone = { NULL, 64 * 1024, ngx_string("hits"), NULL, 0 };

    shm = zone;
    ck_assert_int_eq(ngx_shm_alloc(&shm), NGX_OK);

    pool = (ngx_slab_pool_t *) (void *) shm.addr;
    pool->end = shm.addr + shm.size;
    pool->min_shift = 3;
    pool->addr = shm.addr;
    ck_assert_int_eq(ngx_shmtx_create(&pool->mutex, &pool->lock, NULL),
                     NGX_OK);
    ngx_slab_init(pool);

    hits = ngx_hits_init(pool, NULL);
    ck_assert_ptr_nonnull(hits);
}

static void
free_zone(void)
{
    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    ngx_shm_free(&shm);
}

/* How often the key was seen, with this time; 0: not counted. */
static ngx_uint_t
count(const char *text)
{
    ngx_str_t   key = { strlen(text), (unsigned char *) (uintptr_t) text };
    ngx_uint_t  n = 0;

    return ngx_hits_count(pool, hits, &key, &n) == NGX_OK ? n : 0;
}

static ngx_uint_t
live_chunks(void)
{
    ngx_slab_usage_t  usage;

    ck_assert_int_eq(ngx_slab_usage(pool, &usage), NGX_OK);
    return usage.chunks;
}

START_TEST(keys_are_counted_apart)
{
    ck_assert_uint_eq(count("a"), 1);
    ck_assert_uint_eq(count("b"), 1);
    ck_assert_uint_eq(count("a"), 2);
    ck_assert_uint_eq(count(""), 1);
}
END_TEST

START_TEST(workers_count_together)
{
    int    i, n, status;
    pid_t  worker[4];

    for (i = 0; i < 4; i++) {
        worker[i] = fork();
        ck_assert_int_ne(worker[i], -1);

        if (worker[i] == 0) {
            for (n = 0; n < 1000; n++) {
                (void) count(n % 2 ? "odd" : "even");
            }
            _exit(0);
        }
    }

    for (i = 0; i < 4; i++) {
        ck_assert_int_eq(waitpid(worker[i], &status, 0), worker[i]);
        ck_assert_int_eq(status, 0);
    }

    ck_assert_uint_eq(count("odd"), 2001);
    ck_assert_uint_eq(count("even"), 2001);
}
END_TEST

START_TEST(a_reload_keeps_them)
{
    (void) count("a");
    ck_assert_ptr_eq(ngx_hits_init(pool, pool->data), hits);
    ck_assert_uint_eq(count("a"), 2);
}
END_TEST

START_TEST(the_oldest_makes_room)
{
    int   i;
    char  key[1024];

    (void) count("first");

    for (i = 0; i < 200; i++) {
        (void) snprintf(key, sizeof(key), "%01000d", i);
        ck_assert_uint_eq(count(key), 1);
    }

    ck_assert_uint_eq(count(key), 2);
    ck_assert_uint_eq(count("first"), 1);
}
END_TEST

START_TEST(a_key_that_never_fits_is_refused)
{
    ngx_str_t   key = { 1024 * 1024, NULL };
    ngx_uint_t  n;

    ck_assert_int_eq(ngx_hits_count(pool, hits, &key, &n), NGX_ERROR);
    ck_assert_uint_eq(count("a"), 1);
}
END_TEST

/* as modules do that show the use of nginx's zones */
START_TEST(a_zone_shows_its_free_pages)
{
    ngx_uint_t        n = 0, all = (ngx_uint_t) (pool->last - pool->pages);
    ngx_slab_page_t  *page;

    ck_assert_uint_eq(all, (ngx_uint_t) (pool->end - pool->start) / 4096);
    ck_assert_ptr_ne(ngx_slab_alloc(pool, 5 * 4096), NULL);

    for (page = pool->free.next; page != &pool->free; page = page->next) {
        n += page->slab;
    }

    ck_assert_uint_eq(n, pool->pfree);
    ck_assert_uint_gt(n, 0);
    ck_assert_uint_le(n, all - 5);
}
END_TEST

START_TEST(all_memory_comes_back)
{
    int         i;
    char        key[16];
    ngx_uint_t  before = live_chunks();

    for (i = 0; i < 100; i++) {
        (void) snprintf(key, sizeof(key), "%d", i);
        (void) count(key);
    }

    ck_assert_uint_eq(live_chunks(), before + 100);
    ngx_hits_clear(pool, hits);
    ck_assert_uint_eq(live_chunks(), before);
}
END_TEST

/* Wherever a worker dies, the others count, and no memory is lost. */
START_TEST(who_dies_stops_nobody)
{
    int         i, status;
    pid_t       worker;
    ngx_uint_t  before = live_chunks();

    for (i = 0; i < 20; i++) {
        worker = fork();
        ck_assert_int_ne(worker, -1);

        if (worker == 0) {
            for ( ;; ) {
                (void) count("a");
                (void) count("b");
            }
        }

        (void) usleep(2000);
        ck_assert_int_eq(kill(worker, SIGKILL), 0);
        ck_assert_int_eq(waitpid(worker, &status, 0), worker);
        ck_assert(WIFSIGNALED(status));

        ck_assert_uint_gt(count("a"), 0);
        ck_assert_uint_gt(count("b"), 0);
        ck_assert_uint_eq(live_chunks(), before + 2);
    }
}
END_TEST

int
main(void)
{
    int       failed;
    Suite    *suite = suite_create("module");
    TCase    *zone = tcase_create("zone");
    SRunner  *runner = srunner_create(suite);

    tcase_add_checked_fixture(zone, make_zone, free_zone);
    tcase_add_test(zone, keys_are_counted_apart);
    tcase_add_test(zone, workers_count_together);
    tcase_add_test(zone, a_reload_keeps_them);
    tcase_add_test(zone, the_oldest_makes_room);
    tcase_add_test(zone, a_key_that_never_fits_is_refused);
    tcase_add_test(zone, a_zone_shows_its_free_pages);
    tcase_add_test(zone, all_memory_comes_back);
    tcase_add_test(zone, who_dies_stops_nobody);
    tcase_set_timeout(zone, 60);
    suite_add_tcase(suite, zone);

    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
