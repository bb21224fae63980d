/* ngx_slab: what it promises, in each way to make a pool. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "ngx_heap_sanitizer.h"

#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE    ((size_t) 4 * 1024 * 1024)
#define CHUNKS  1000

typedef struct {
    const char  *name;
    size_t       size;
    ngx_uint_t   flags;
    int          nginx;         /* made by ngx_slab_init() */
} way_t;

static const way_t  ways[] = {
    { "default", SIZE, 0, 0 },
    { "uncached", SIZE, NGX_SLAB_UNCACHED, 0 },
    { "compat", SIZE, NGX_SLAB_COMPAT, 0 },
    { "nginx", SIZE, 0, 1 },
    { "small", 8 * 4096, 0, 1 },
    { "small default", 8 * 4096, 0, 0 },
    { "debug", SIZE, NGX_SLAB_DEBUG, 0 },
};

#define WAYS  ((int) (sizeof(ways) / sizeof(ways[0])))

static ngx_slab_pool_t  *pool;
static char              said[1024];
static int               nsaid;

static void
listen(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    (void) level;
    nsaid++;
    memcpy(said, buf, len);
    said[len] = '\0';
}

static ngx_log_t  ears = { NGX_LOG_DEBUG, listen, NULL };

static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON,
                    -1, 0);

    ck_assert_ptr_ne(p, MAP_FAILED);
    return p;
}

static ngx_slab_pool_t *
make_nginx(size_t size)
{
    ngx_slab_pool_t  *sp = shared(size);

    ngx_slab_sizes_init();
    ngx_slab_sizes_init();

    sp->end = (unsigned char *) sp + size;
    sp->min_shift = 3;
    sp->addr = sp;

    ck_assert_int_eq(ngx_shmtx_create(&sp->mutex, &sp->lock, NULL), NGX_OK);
    ngx_slab_init(sp);
    return sp;
}

static void
make(int i)
{
    (void) ngx_slab_set_log(&ears);
    said[0] = '\0';
    nsaid = 0;
    pool = ways[i].nginx
           ? make_nginx(ways[i].size)
           : ngx_slab_create(shared(ways[i].size), ways[i].size,
                             ways[i].flags);
    ck_assert_ptr_ne(pool, NULL);
}

static void
check(void)
{
    ck_assert_msg(ngx_slab_check(pool) == NGX_OK, "%s", said);
}

static ngx_slab_usage_t
usage(void)
{
    ngx_slab_usage_t  u;

    ck_assert_int_eq(ngx_slab_usage(pool, &u), NGX_OK);
    return u;
}

static pid_t
child(void (*fn)(void))
{
    pid_t  pid = fork();

    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        fn();
        _exit(0);
    }

    return pid;
}

static void
killed(void (*fn)(void))
{
    int    status;
    pid_t  pid = child(fn);

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
}

static unsigned
dice(unsigned *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

START_TEST(chunks_of_every_size_do_not_overlap)
{
    size_t          n, k = 0;
    unsigned char  *p[600], c;

    make(_i);

    for (n = 0; n < 600 && k < 600; n++) {
        p[k] = ngx_slab_alloc(pool, n * n / 12);
        if (p[k] == NULL) {
            break;
        }
        ck_assert_uint_ge(ngx_slab_usable_size(pool, p[k]), n * n / 12);
        memset(p[k], (int) (k & 0xff), ngx_slab_usable_size(pool, p[k]));
        k++;
    }

    ck_assert_uint_gt(k, 20);
    check();

    while (k-- > 0) {
        c = (unsigned char) (k & 0xff);
        ck_assert_int_eq(p[k][0], c);
        ck_assert_int_eq(p[k][ngx_slab_usable_size(pool, p[k]) - 1], c);
        ngx_slab_free(pool, p[k]);
    }

    check();
    ck_assert_uint_eq(usage().chunks, 0);
}
END_TEST

START_TEST(random_work_leaves_nothing)
{
    int               i, n;
    unsigned          seed = 7;
    size_t            size;
    unsigned char    *p[CHUNKS];
    ngx_slab_usage_t  u;

    make(_i);
    memset(p, 0, sizeof(p));

    for (n = 0; n < 200000; n++) {
        i = (int) (dice(&seed) % CHUNKS);
        if (p[i] != NULL) {
            ck_assert_int_eq(p[i][0], i & 0xff);
            ngx_slab_free_locked(pool, p[i]);
            p[i] = NULL;
        } else {
            size = dice(&seed) % (n % 50 == 0 ? 30000 : 700) + 1;
            p[i] = ngx_slab_alloc_locked(pool, size);
            if (p[i] != NULL) {
                memset(p[i], i & 0xff, size);
            }
        }
        if (n % 20000 == 0) {
            check();
        }
    }

    for (i = 0; i < CHUNKS; i++) {
        if (p[i] != NULL) {
            ngx_slab_free(pool, p[i]);
        }
    }

    check();
    u = usage();
    ck_assert_uint_eq(u.live, 0);
    ck_assert_uint_eq(u.chunks, 0);
}
END_TEST

START_TEST(all_memory_can_be_had_again_in_one_piece)
{
    int          i, k;
    void        *p, **list, **next;
    ngx_uint_t   pages, n, first = 0;

    make(_i);

    for (i = 0; i < 4; i++) {
        size_t  size = (size_t) 8 << (i * 3);

        list = NULL;
        for (n = 0; (p = ngx_slab_alloc(pool, size)) != NULL; n++) {
            next = p;
            *next = list;
            list = next;
        }

        ck_assert_str_eq(said, "ngx_slab_alloc() failed: no memory");
        check();

        while (list != NULL) {
            next = *list;
            ngx_slab_free(pool, list);
            list = next;
        }
        check();

        for (k = 0; k < 2; k++) {       /* pages as one run */
            pages = usage().pages;
            for (p = NULL; pages > 0; pages--) {
                p = ngx_slab_alloc(pool, pages * 4096);
                if (p != NULL) {
                    break;
                }
            }
            ck_assert_ptr_ne(p, NULL);
            ngx_slab_free(pool, p);
            if (first == 0) {
                first = pages;
            }
            ck_assert_uint_eq(pages, first);
        }
    }

    ck_assert_uint_ge(first * 16, usage().pages * 15);
}
END_TEST

START_TEST(nginx_sizes_are_aligned_by_nature)
{
    size_t     s;
    uintptr_t  p;

    pool = make_nginx(SIZE);

    for (s = 1; s <= 8192; s++) {
        size_t  c = 8;

        while (c < s && c < 4096) {
            c *= 2;
        }
        p = (uintptr_t) ngx_slab_alloc(pool, s);
        ck_assert_uint_ne(p, 0);
        ck_assert_uint_eq(p % c, 0);
        ck_assert_uint_eq(ngx_slab_usable_size(pool, (void *) p),
                          s <= 2048 ? c : (s + 4095) / 4096 * 4096);
        ngx_slab_free(pool, (void *) p);
    }

    check();
}
END_TEST

START_TEST(wrong_frees_are_told_and_change_nothing)
{
    unsigned char    *a, *b, *run, *tiny;
    ngx_slab_usage_t  before, after;
    int               i;
    struct {
        void        *p;
        const char  *why;
    } wrong[12];

    make(_i);
    a = ngx_slab_alloc(pool, 100);
    b = ngx_slab_alloc(pool, 100);
    tiny = ngx_slab_alloc(pool, 8);
    run = ngx_slab_alloc(pool, 2 * 4096);
    ck_assert_ptr_ne(run, NULL);
    ngx_slab_free(pool, b);

    wrong[0].p = NULL;
    wrong[1].p = pool;
    wrong[2].p = pool->end;
    wrong[3].p = &before;
    wrong[4].p = a + 1;
    wrong[5].p = a + 8;
    wrong[6].p = b;
    wrong[7].p = run + 4096;
    wrong[8].p = run + 8;
    wrong[9].p = pool->start - 4096;
    wrong[10].p = tiny - (uintptr_t) tiny % 4096;   /* the slab's own map */
    wrong[11].p = run + 2 * 4096;
    for (i = 0; i < 12; i++) {
        wrong[i].why = "ngx_slab_free(): outside of pool";
    }
    wrong[4].why = wrong[5].why = wrong[8].why = wrong[10].why =
        "ngx_slab_free(): pointer to wrong chunk";
    wrong[6].why = "ngx_slab_free(): chunk is already free";
    wrong[7].why = "ngx_slab_free(): pointer to wrong page";
    wrong[11].why = "ngx_slab_free(): page is already free";

    before = usage();

    for (i = 0; i < 12; i++) {
        nsaid = 0;
        if (i == 11 && pool->pfree == 0) {
            continue;
        }
        ngx_slab_free(pool, wrong[i].p);
        ck_assert_int_eq(nsaid, 1);
        if (i != 6 && i != 11) {
            ck_assert_msg(strcmp(said, wrong[i].why) == 0, "%d: %s", i, said);
        }
        ck_assert_int_eq(ngx_slab_realloc(pool, wrong[i].p, 10) == NULL,
                         wrong[i].p != NULL);
        if (i == 0) {
            ngx_slab_usage(pool, &before);
        }
    }

    after = usage();
    ck_assert_int_eq(memcmp(&before, &after, sizeof(after)), 0);
    ngx_slab_free(pool, run);
    nsaid = 0;
    ngx_slab_free(pool, run);
    ck_assert_int_eq(nsaid, 1);
    check();
}
END_TEST

START_TEST(a_million_wrong_frees_change_nothing)
{
    int               i;
    unsigned          seed = 99;
    unsigned char    *p, *live[200];
    ngx_slab_usage_t  before, after;

    make(_i);
    for (i = 0; i < 200; i++) {
        live[i] = ngx_slab_alloc(pool, dice(&seed) % 3000);
        if (i % 3 == 0 && live[i] != NULL) {
            ngx_slab_free(pool, live[i]);
        }
    }

    before = usage();

    for (i = 0; i < 100000; i++) {
        p = (unsigned char *) pool + dice(&seed) % (ways[_i].size + 4096);
        if (ngx_slab_usable_size(pool, p) != 0) {
            continue;               /* this would be right */
        }
        nsaid = 0;
        ngx_slab_free(pool, p);
        ck_assert_int_eq(nsaid, 1);
    }

    after = usage();
    ck_assert_int_eq(memcmp(&before, &after, sizeof(after)), 0);
    check();
}
END_TEST

/* All pages as a user may leave them. */
static void
dirty(void)
{
    int    i, n = 0;
    void  *p[CHUNKS];

    for (i = 0; i < CHUNKS; i++) {
        p[n] = ngx_slab_alloc(pool, 4096);
        n += p[n] != NULL;
    }
    for (i = 0; i < n; i++) {
        memset(p[i], 1, 4096);
        ngx_slab_free(pool, p[i]);
    }
}

START_TEST(what_is_left_of_a_page_is_no_chunk)
{
    size_t          size, chunk, i;
    unsigned char  *p, *page;

    make(_i);

    for (size = 8; size <= 512; size += 8) {
        dirty();
        p = ngx_slab_alloc(pool, size);
        page = p - (uintptr_t) p % 4096;
        chunk = ngx_slab_usable_size(pool, p);

        for (i = 0; i < 4096; i += chunk) {
            if (ngx_slab_usable_size(pool, page + i) == 0) {
                nsaid = 0;
                ngx_slab_free(pool, page + i);
                ck_assert_msg(nsaid == 1, "%zu bytes: freed %zu", size, i);
            }
        }

        ngx_slab_free(pool, p);
    }

    check();
}
END_TEST

/* Whoever has no more use for a pool makes it anew in its place. */
START_TEST(a_pool_is_made_where_one_was)
{
    int        i, n;
    ngx_int_t  free_pages;

    make(_i);
    free_pages = (ngx_int_t) pool->pfree;
    dirty();

    for (i = 0; i < CHUNKS; i++) {
        (void) ngx_slab_alloc(pool, 8 + (size_t) i);
    }

    if (ways[_i].nginx) {
        ngx_slab_init(pool);
    } else {
        pool = ngx_slab_create(pool, ways[_i].size, ways[_i].flags);
    }

    check();
    ck_assert_int_eq((ngx_int_t) pool->pfree, free_pages);

    for (n = 0; ngx_slab_alloc(pool, 4000) != NULL; n++) { /* void */ }
    ck_assert_int_gt(n + n / 4, (int) free_pages);
    check();
}
END_TEST

START_TEST(realloc_keeps_what_was_written)
{
    size_t          s, i;
    unsigned char  *p = NULL, *q;
    size_t          sizes[] = { 10, 100, 50, 3000, 9000, 20000, 4096, 60000,
                                16384, 40, 1 };

    make(_i);

    for (s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
        q = ngx_slab_realloc(pool, p, sizes[s]);
        if (q == NULL) {
            ck_assert_int_ge(_i, 4);        /* a small pool */
            continue;
        }
        for (i = 0; p != NULL && i < 10 && i < sizes[s]; i++) {
            ck_assert_int_eq(q[i], (int) i);
        }
        p = q;
        for (i = 0; i < sizes[s]; i++) {
            p[i] = (unsigned char) i;
        }
        check();
    }

    ck_assert_ptr_eq(ngx_slab_realloc(pool, p, 0), NULL);
    ck_assert_uint_eq(usage().chunks, 0);
}
END_TEST

START_TEST(pages_grow_and_shrink_in_place)
{
    unsigned char  *p, *q;

    make(_i);
    p = ngx_slab_alloc(pool, 100000);
    q = ngx_slab_realloc(pool, p, 200000);
    ck_assert_ptr_eq(p, q);
    check();
    q = ngx_slab_realloc(pool, p, 204900);      /* by one page */
    ck_assert_ptr_eq(p, q);
    check();
    q = ngx_slab_realloc(pool, p, 110000);
    ck_assert_ptr_eq(p, q);
    check();
    ngx_slab_free(pool, p);
    check();
    ck_assert_uint_eq(usage().chunks, 0);
}
END_TEST

START_TEST(aligned_chunks_are_aligned)
{
    size_t     align, size;
    uintptr_t  p;

    make(_i);

    for (align = 1; align <= 65536; align *= 2) {
        for (size = 1; size < 20000; size = size * 3 + 1) {
            p = (uintptr_t) ngx_slab_alloc_aligned(pool, align, size);
            if (p == 0) {
                ck_assert_int_ge(_i, 4);
                continue;
            }
            ck_assert_uint_eq(p % align, 0);
            ck_assert_uint_ge(ngx_slab_usable_size(pool, (void *) p), size);
            ngx_slab_free(pool, (void *) p);
        }
        check();
    }

    ck_assert_ptr_eq(ngx_slab_alloc_aligned(pool, 24, 24), NULL);
    ck_assert_uint_eq(usage().chunks, 0);
}
END_TEST

START_TEST(calloc_clears_and_sees_the_overflow)
{
    unsigned char  *p;
    int             i;

    make(_i);
    p = ngx_slab_alloc(pool, 500);
    memset(p, 0xff, 500);
    ngx_slab_free(pool, p);
    p = ngx_slab_calloc(pool, 500);
    for (i = 0; i < 500; i++) {
        ck_assert_int_eq(p[i], 0);
    }
    ck_assert_ptr_eq(ngx_slab_calloc_array(pool, SIZE_MAX / 2, 3), NULL);
    ck_assert_ptr_eq(ngx_slab_alloc(pool, SIZE_MAX), NULL);
    ck_assert_ptr_ne(ngx_slab_calloc_array(pool, 10, 10), NULL);
    check();
}
END_TEST

START_TEST(cell_and_chunk_go_together)
{
    int                  i;
    void                *p;
    uintptr_t            outside = 0;
    volatile uintptr_t  *cell;
    size_t               sizes[] = { 8, 100, 5000, 20000 };

    make(_i);
    cell = ngx_slab_calloc(pool, 2 * sizeof(*cell));

    for (i = 0; i < 4; i++) {
        p = ngx_slab_alloc_to(pool, cell, sizes[i]);
        if (p == NULL) {
            ck_assert_int_ge(_i, 4);
            continue;
        }
        ck_assert_ptr_eq(ngx_slab_pointer(pool, *cell), p);
        check();
        ck_assert_int_eq(ngx_slab_free_from(pool, cell), NGX_OK);
        ck_assert_uint_eq(*cell, 0);
        ck_assert_int_eq(ngx_slab_free_from(pool, cell), NGX_DECLINED);
        ck_assert_uint_eq(usage().chunks, 1);
    }

    *cell = 12345;
    ck_assert_int_eq(ngx_slab_free_from(pool, cell), NGX_ERROR);
    ck_assert_ptr_eq(ngx_slab_alloc_to(pool, &outside, 8), NULL);
    check();
}
END_TEST

static void **handed;

static void
alloc_and_die(void)
{
    int    i;
    void  *p[500];

    for (i = 0; i < 500; i++) {
        p[i] = ngx_slab_alloc(pool, 64);
    }
    for (i = 1; i < 500; i++) {
        ngx_slab_free(pool, p[i]);
    }
    handed[0] = p[0];
    handed[1] = ngx_slab_alloc(pool, 9000);
    (void) raise(SIGKILL);
}

START_TEST(what_a_dead_child_had_cached_comes_back)
{
    pid_t             pid;
    ngx_uint_t        n;
    ngx_slab_usage_t  u;

    make(_i);
    handed = shared(4096);
    pid = child(alloc_and_die);
    ck_assert_int_eq(waitpid(pid, NULL, 0), pid);

    check();
    u = usage();
    ck_assert_uint_eq(u.chunks, 2);
    ck_assert_uint_eq(u.cached, 0);

    ngx_slab_free(pool, handed[0]);
    ck_assert_int_eq(ngx_slab_reap(pool, pid, &n), NGX_OK);
    ck_assert_uint_eq(n, 1);
    check();
    ck_assert_uint_eq(usage().chunks, 0);
    ck_assert_int_eq(ngx_slab_reap(pool, pid, &n), NGX_DECLINED);
}
END_TEST

static void
take_one(void)
{
    (void) ngx_slab_alloc(pool, 64);
}

START_TEST(more_processes_than_slots)
{
    int  i;

    make(_i);
    for (i = 0; i < 300; i++) {
        killed(take_one);
    }
    check();
    ck_assert_uint_eq(usage().chunks, 300);
    ck_assert_ptr_ne(ngx_slab_alloc(pool, 64), NULL);
    ck_assert_uint_eq(usage().processes, 1);
}
END_TEST

static void
work(void)
{
    static void  *p[200];
    unsigned      i, n, seed = (unsigned) getpid();

    for (n = 0; ; n++) {
        i = dice(&seed) % 200;
        if (p[i] != NULL) {
            ngx_slab_free(pool, p[i]);
            p[i] = NULL;
        } else {
            p[i] = ngx_slab_alloc(pool, dice(&seed) % 2000
                                        * (n % 16 == 0 ? 10 : 1));
        }
    }
}

START_TEST(killed_at_random_and_nothing_is_lost)
{
    int         i, k;
    pid_t       pid[4];
    ngx_uint_t  n;

    make(_i);

    for (i = 0; i < 30; i++) {
        for (k = 0; k < 4; k++) {
            pid[k] = child(work);
        }
        (void) usleep(3000 + (unsigned) i * 100);
        for (k = 0; k < 4; k++) {
            ck_assert_int_eq(kill(pid[k], SIGKILL), 0);
            ck_assert_int_eq(waitpid(pid[k], NULL, 0), pid[k]);
            check();
        }
        for (k = 0; k < 4; k++) {
            (void) ngx_slab_reap(pool, pid[k], &n);
        }
        check();
        if (_i < 4) {       /* the small ones have not slots for all */
            ck_assert_uint_eq(usage().chunks, 0);
        }
    }
}
END_TEST

START_TEST(mapped_elsewhere)
{
    FILE              *f = tmpfile();
    void              *p, *a, *b;
    ngx_slab_pool_t   *first, *second;

    ck_assert_ptr_ne(f, NULL);
    ck_assert_int_eq(ftruncate(fileno(f), (off_t) SIZE), 0);
    a = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED, fileno(f), 0);
    b = mmap(NULL, SIZE, PROT_READ|PROT_WRITE, MAP_SHARED, fileno(f), 0);

    ck_assert_ptr_eq(ngx_slab_attach(b, SIZE), NULL);
    ck_assert_int_eq(errno, EINVAL);
    first = ngx_slab_create(a, SIZE, 0);
    second = ngx_slab_attach(b, SIZE);
    ck_assert_ptr_ne(second, NULL);

    p = ngx_slab_alloc(first, 100);
    p = ngx_slab_pointer(second, ngx_slab_offset(first, p));
    ngx_slab_free(second, p);
    ck_assert_int_eq(ngx_slab_check(second), NGX_OK);
    ck_assert_int_eq(ngx_slab_check(first), NGX_OK);

    ck_assert_ptr_eq(ngx_slab_attach(b, SIZE - 4096), NULL);
    ck_assert_ptr_eq(ngx_slab_attach(b, 100), NULL);
}
END_TEST

/* The tables and the pages; what lies between may be a guard. */
static void
copy(void *to, const void *from, size_t head, size_t pages, size_t len)
{
    memcpy(to, from, head);
    memcpy((char *) to + pages, (const char *) from + pages, len);
}

START_TEST(damage_is_told_and_hurts_nobody)
{
    int               i;
    unsigned          seed = 5;
    unsigned char    *image, *at, *lock;
    size_t            head, pages, len;
    void             *p[300];
    ngx_slab_usage_t  u;

    make(_i);
    for (i = 0; i < 300; i++) {
        p[i] = ngx_slab_alloc(pool, dice(&seed) % 5000);
    }
    for (i = 0; i < 300; i += 2) {
        if (p[i] != NULL) {
            ngx_slab_free(pool, p[i]);
        }
    }

    lock = (unsigned char *) &ngx_heap_of(pool)->lock;
    head = ngx_heap_readable(ngx_heap_of(pool), 0);
    pages = (size_t) (pool->start - (unsigned char *) pool);
    len = ngx_heap_readable(ngx_heap_of(pool), pages);
    image = malloc(pages + len);
    copy(image, pool, head, pages, len);

    for (i = 0; i < 500; i++) {
        at = (unsigned char *) pool + sizeof(*pool)
             + dice(&seed) % (head - sizeof(*pool));
        if (at < lock || at >= lock + sizeof(ngx_lock_t)) {
            *at ^= (unsigned char) (1 << dice(&seed) % 8);
        }
        (void) ngx_slab_attach(pool, ways[_i].size);
        (void) ngx_slab_check(pool);
        (void) ngx_slab_usage(pool, &u);
        copy(pool, image, head, pages, len);
    }

    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
    free(image);
}
END_TEST

/* Where AddressSanitizer tells of it first: see tests/shadow.sh. */
#define DAMAGED  (NGX_HEAP_ASAN ? WAYS - 1 : WAYS)

static void
told(const char *what)
{
    ck_assert_msg(nsaid == 1 && strstr(said, what) != NULL, "%d: %s", nsaid,
                  said);
    nsaid = 0;
}

START_TEST(debug_tells_of_bytes_written_where_they_must_not)
{
    char                *p;
    size_t               n;
    volatile uintptr_t  *cell;

    make(WAYS - 1);
    cell = ngx_slab_calloc(pool, sizeof(*cell));

    for (n = 1; n < 40000; n += n / 3 + 1) {
        p = ngx_slab_alloc(pool, n);
        ck_assert_uint_eq(ngx_slab_usable_size(pool, p), n);
        memset(p, 'x', n);
        ngx_slab_free(pool, p);
        ck_assert_int_eq(nsaid, 0);

        p = ngx_slab_alloc_to(pool, cell, n);
        p[n] = 'x';
        ck_assert_int_eq(ngx_slab_free_from(pool, cell), NGX_OK);
        told("written beyond its end");
    }

    for (n = 1; !NGX_HEAP_ASAN && n < 2000; n += n / 3 + 1) {
        p = ngx_slab_alloc(pool, n);
        ck_assert_ptr_ne(ngx_slab_alloc(pool, n), NULL);
        ngx_slab_free(pool, p);
        p[n / 2] = 'x';
        ck_assert_ptr_eq(ngx_slab_alloc(pool, n), p);
        told("free chunk was written to");
    }

    p = ngx_slab_alloc(pool, 100);
    p = ngx_slab_realloc(pool, p, 90);
    p[89] = 'x';
    p = ngx_slab_realloc(pool, p, 5000);
    ck_assert_int_eq(p[89], 'x');
    p = ngx_slab_realloc(pool, p, 9000);
    p[9000] = 'x';
    ngx_slab_free(pool, p);
    told("written beyond its end");
    check();
}
END_TEST

/* Whether another process, a child, is stopped when it writes there. */
static int
stops(volatile unsigned char *p)
{
    int    status = 0;
    pid_t  pid = fork();

    if (pid == 0) {
        (void) signal(SIGSEGV, SIG_DFL);
        (void) signal(SIGBUS, SIG_DFL);
        *p = 1;
        _exit(0);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return WIFSIGNALED(status);
}

START_TEST(debug_has_guards_around_the_pages)
{
    size_t            size = 8 * (size_t) sysconf(_SC_PAGESIZE) + 65536;
    unsigned char    *first, *end, *other, *before;
    FILE             *f = tmpfile();

    ck_assert_ptr_ne(f, NULL);
    ck_assert_int_eq(ftruncate(fileno(f), (off_t) size), 0);
    pool = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED, fileno(f), 0);
    other = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED, fileno(f), 0);
    ck_assert_ptr_eq(ngx_slab_create(pool, size, NGX_SLAB_DEBUG), pool);

    first = pool->start;
    end = first + (size_t) (pool->last - pool->pages) * 4096;
    ck_assert(stops(first - 1));
    ck_assert(!stops(first));
    ck_assert(!stops(end - 1));
    ck_assert(stops(end));

    /* another mapping has them when it is attached */
    before = other + (first - (unsigned char *) pool) - 1;
    ck_assert(!stops(before));
    ck_assert_ptr_ne(ngx_slab_attach(other, size), NULL);
    ck_assert(stops(before));
    ck_assert(stops(other + (end - (unsigned char *) pool)));

    /* and a new pool in the old one's place has none of its own */
    ck_assert_ptr_eq(ngx_slab_create(pool, size, 0), pool);
    ck_assert(!stops(first - 1));
    ck_assert(!stops(end));
    check();
}
END_TEST

START_TEST(four_fifths_of_the_segment_are_payload)
{
    size_t  i, size, n, total = (size_t) 64 * 1024 * 1024;

    /* just above each size of chunk, where most is lost */
    for (i = 0; i < 80; i++) {
        void  *addr = shared(total);

        size = ((8 + i % 8) << (i / 8 + 3)) + 1;
        pool = ngx_slab_create(addr, total, 0);
        pool->log_nomem = 0;
        for (n = 0; ngx_slab_alloc(pool, size) != NULL; n++) { /* void */ }
        ck_assert_msg((double) (n * size) / (double) total >= 0.80,
                      "%zu: %.3f", size, (double) (n * size) / (double) total);
        (void) munmap(addr, total);
    }
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("slab");

    tcase_add_loop_test(tc, chunks_of_every_size_do_not_overlap, 0, WAYS);
    tcase_add_loop_test(tc, random_work_leaves_nothing, 0, WAYS);
    tcase_add_loop_test(tc, all_memory_can_be_had_again_in_one_piece, 0, WAYS);
    tcase_add_test(tc, nginx_sizes_are_aligned_by_nature);
    tcase_add_loop_test(tc, wrong_frees_are_told_and_change_nothing, 0, WAYS);
    tcase_add_loop_test(tc, a_million_wrong_frees_change_nothing, 0, WAYS);
    tcase_add_loop_test(tc, what_is_left_of_a_page_is_no_chunk, 0, WAYS);
    tcase_add_loop_test(tc, a_pool_is_made_where_one_was, 0, WAYS);
    tcase_add_loop_test(tc, realloc_keeps_what_was_written, 0, WAYS);
    tcase_add_loop_test(tc, pages_grow_and_shrink_in_place, 0, 4);
    tcase_add_loop_test(tc, aligned_chunks_are_aligned, 0, WAYS);
    tcase_add_loop_test(tc, calloc_clears_and_sees_the_overflow, 0, WAYS);
    tcase_add_loop_test(tc, cell_and_chunk_go_together, 0, WAYS);
    tcase_add_loop_test(tc, what_a_dead_child_had_cached_comes_back, 0, 4);
    tcase_add_loop_test(tc, more_processes_than_slots, 0, 4);
    tcase_add_loop_test(tc, killed_at_random_and_nothing_is_lost, 0, WAYS);
    tcase_add_test(tc, mapped_elsewhere);
    tcase_add_loop_test(tc, damage_is_told_and_hurts_nobody, 0, DAMAGED);
    tcase_add_test(tc, debug_tells_of_bytes_written_where_they_must_not);
    tcase_add_test(tc, debug_has_guards_around_the_pages);
    tcase_add_test(tc, four_fifths_of_the_segment_are_payload);

    return run_case(tc, "slab", 120);
}
