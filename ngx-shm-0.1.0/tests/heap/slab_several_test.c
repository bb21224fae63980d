/* ngx_slab where several are at work at once, and one of them may be dead. */
/* SPDX-License-Identifier: BSD-2-Clause */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../run_case.h"

#define SIZE    ((size_t) 4 * 1024 * 1024)
#define N       2000
#define PATIENT 60      /* seconds until a call counts as hung */

/* What the processes of a test share, besides the pool. */
typedef struct {
    volatile int        ready;
    volatile int        go;
    volatile long       ok;
    volatile long       bad;
    void *volatile      p[N];
} world_t;

static ngx_slab_pool_t     *pool;
static ngx_heap_t          *heap;
static world_t             *world;
static volatile uintptr_t  *cells;

static void *
shared(size_t size)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON,
                    -1, 0);

    ck_assert_ptr_ne(p, MAP_FAILED);
    return p;
}

static void
make(size_t size, ngx_uint_t flags)
{
    world = shared(sizeof(world_t));
    pool = ngx_slab_create(shared(size), size, flags);
    ck_assert_ptr_ne(pool, NULL);
    pool->log_nomem = 0;
    heap = ngx_heap_of(pool);
}

static void
set_up(void)
{
    make(SIZE, 0);
    cells = ngx_slab_calloc(pool, N * sizeof(*cells));
    ck_assert_ptr_ne((void *) (uintptr_t) cells, NULL);
}

static void
check(void)
{
    ck_assert_int_eq(ngx_slab_check(pool), NGX_OK);
}

static pid_t
start(void (*fn)(void))
{
    pid_t  pid = fork();

    ck_assert_int_ne(pid, -1);

    if (pid == 0) {
        (void) alarm(PATIENT);
        fn();
        _exit(0);
    }

    return pid;
}

static void
finish(pid_t pid)
{
    int  status;

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0,
                  "a child ended with %d", status);
}

/* It does all that it does, and is killed. */
static void
killed(void (*fn)(void))
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        fn();
        (void) kill(getpid(), SIGKILL);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(WIFSIGNALED(status) ? WTERMSIG(status) : 0, SIGKILL);
}

/* Of two, near to the same time: every 32 of the N steps are together. */
static void
step(int i)
{
    if (i % 32 == 0) {
        (void) __sync_add_and_fetch(&world->ready, 1);
        while (world->ready < 2 * (i / 32 + 1)) {
            (void) usleep(0);
        }
    }
}

static void
empty_cells(void)
{
    int        i;
    ngx_int_t  rc;

    for (i = 0; i < N; i++) {
        step(i);
        rc = ngx_slab_free_from(pool, &cells[i]);
        (void) __sync_add_and_fetch(rc == NGX_OK ? &world->ok : &world->bad,
                                    rc == NGX_OK || rc != NGX_DECLINED);
    }
}

START_TEST(of_two_that_free_from_a_cell_one_does)
{
    int    i, k;
    pid_t  pid;

    set_up();

    for (k = 0; k < 5; k++) {
        world->ready = 0;
        world->ok = 0;
        for (i = 0; i < N; i++) {
            ck_assert_ptr_ne(ngx_slab_alloc_to(pool, &cells[i], 64), NULL);
        }
        pid = start(empty_cells);
        empty_cells();
        finish(pid);
        ck_assert_int_eq(world->ok, N);
        ck_assert_int_eq(world->bad, 0);
        check();
    }
}
END_TEST

static void
free_all(void)
{
    int  i;

    for (i = 0; i < N; i++) {
        step(i);
        ngx_slab_free(pool, world->p[i]);
    }
}

static void
take_all(void)
{
    size_t  i, n = 0;
    void  **p = malloc(SIZE / 64 * sizeof(*p));

    while (p != NULL && (p[n] = ngx_slab_alloc(pool, 64)) != NULL) {
        memset(p[n], 0, 64);
        n++;
    }

    for (i = 0; i < n; i++) {
        if (*(uintptr_t *) p[i] != 0) {
            _exit(1);
        }
        *(uintptr_t *) p[i] = 1;
    }

    for (i = 0; i < n; i++) {
        ngx_slab_free(pool, p[i]);
    }
}

/* The chunks are a third one's: neither of the two may use a plain store. */
START_TEST(of_two_that_free_a_chunk_one_does)
{
    int    i;
    pid_t  pid;

    set_up();

    for (i = 0; i < N; i++) {
        world->p[i] = ngx_slab_alloc(pool, 64);
    }

    pid = start(free_all);
    finish(start(free_all));
    finish(pid);
    check();
    finish(start(take_all));
    check();
}
END_TEST

static void
fill_mailbox(void)
{
    int  i;

    for (i = 0; i < N; i++) {
        while (cells[0] != 0) {
            (void) usleep(0);
        }
        if (ngx_slab_alloc_to(pool, &cells[0], 64) == NULL) {
            (void) __sync_add_and_fetch(&world->bad, 1);
        }
    }
}

START_TEST(a_cell_is_emptied_as_soon_as_it_is_filled)
{
    int    i = 0;
    pid_t  pid;

    set_up();
    (void) alarm(PATIENT);
    pid = start(fill_mailbox);

    while (i < N) {
        if (cells[0] != 0) {
            ck_assert_int_eq(ngx_slab_free_from(pool, &cells[0]), NGX_OK);
            i++;
        }
    }

    finish(pid);
    ck_assert_int_eq(world->bad, 0);
    check();
}
END_TEST

static void
take_and_say(void)
{
    int  i;

    for (i = 0; i < N; i++) {
        world->p[i] = ngx_slab_alloc(pool, 64);
    }
}

static void
free_when_told(void)
{
    int  i;

    ngx_slab_free(pool, ngx_slab_alloc(pool, 8));
    world->ready = 1;

    while (!world->go) {
        (void) usleep(0);
    }

    for (i = 0; i < N; i++) {
        ngx_slab_free(pool, world->p[i]);
    }
}

static pid_t
victim(void)
{
    int    status;
    pid_t  pid = fork();

    if (pid == 0) {
        take_and_say();
        (void) kill(getpid(), SIGKILL);
    }

    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    return pid;
}

START_TEST(a_chunk_is_freed_and_reaped_once)
{
    int    i;
    pid_t  dead, pid;

    for (i = 0; i < 40; i++) {
        set_up();
        dead = victim();
        pid = start(free_when_told);

        while (!world->ready) {
            (void) usleep(0);
        }

        world->go = 1;
        (void) usleep((useconds_t) (rand() % 60));
        (void) ngx_slab_reap(pool, dead, NULL);
        finish(pid);
        check();
        finish(start(take_all));
        check();
        (void) munmap((void *) pool, SIZE);
    }
}
END_TEST

/* What a slot says when its owner is killed in the midst of a call. */
static void
leave(int i, void *p, uint32_t op)
{
    ngx_heap_self_t  *self = ngx_heap_self_at(heap);

    self->slot->intent.cell = ngx_slab_offset(pool, &cells[i]);
    self->slot->intent.chunk = ngx_slab_offset(pool, p);
    self->slot->intent.op = op;
}

static void
die_before_the_claim(void)
{
    leave(0, ngx_slab_alloc_to(pool, &cells[0], 64),
          ngx_heap_from(ngx_heap_self_at(heap)->tag));
}

START_TEST(what_the_dead_had_begun_is_not_done_to_others)
{
    int    i;
    void  *p = NULL, *q[64];

    set_up();
    killed(die_before_the_claim);
    p = ngx_slab_pointer(pool, cells[0]);
    ck_assert_ptr_ne(p, NULL);
    ck_assert_int_eq(ngx_slab_free_from(pool, &cells[0]), NGX_OK);

    for (i = 0; i < 64; i++) {
        q[i] = ngx_slab_alloc(pool, 64);
        if (q[i] == p) {
            break;
        }
    }

    ck_assert_int_lt(i, 64);
    check();
    ck_assert_uint_eq(ngx_slab_usable_size(pool, p), 64);
}
END_TEST

static void
die_after_the_claim(void)
{
    void  *p = ngx_slab_alloc_to(pool, &cells[0], 64);

    leave(0, p,
          ngx_heap_from(ngx_heap_self_at(heap)->tag));
    cells[0] = ngx_heap_claim(ngx_heap_self_at(heap)->tag);
}

static void
die_with_a_claim_on_pages(void)
{
    void  *p = ngx_slab_alloc_to(pool, &cells[0], 30 * 4096);

    leave(0, p,
          ngx_heap_from(ngx_heap_self_at(heap)->tag));
    cells[0] = ngx_heap_claim(ngx_heap_self_at(heap)->tag);
}

static ngx_uint_t
live(void)
{
    ngx_slab_usage_t  u;

    ck_assert_int_eq(ngx_slab_usage(pool, &u), NGX_OK);
    return u.chunks;
}

START_TEST(a_claim_of_the_dead_is_carried_out)
{
    ngx_slab_usage_t  before, after;

    set_up();
    ck_assert_int_eq(ngx_slab_usage(pool, &before), NGX_OK);

    killed(_i == 0 ? die_after_the_claim : die_with_a_claim_on_pages);
    ck_assert_ptr_eq(ngx_slab_pointer(pool, cells[0]), NULL);
    ck_assert_int_eq(ngx_slab_free_from(pool, &cells[0]), NGX_DECLINED);
    ck_assert_uint_eq(cells[0], 0);
    check();

    killed(_i == 0 ? die_after_the_claim : die_with_a_claim_on_pages);
    ck_assert_ptr_ne(ngx_slab_alloc_to(pool, &cells[0], 100), NULL);
    ck_assert_int_eq(ngx_slab_free_from(pool, &cells[0]), NGX_OK);
    check();

    ck_assert_int_eq(ngx_slab_usage(pool, &after), NGX_OK);
    ck_assert_uint_eq(before.chunks, after.chunks);
    ck_assert_uint_eq(before.live, after.live);
}
END_TEST

/* As large as an offset can be, and just beyond all there is. */
static void
die_with_a_claim_on_nothing(void)
{
    ngx_slab_free(pool, ngx_slab_alloc(pool, 64));
    leave(0, (char *) pool + SIZE,
          ngx_heap_from(ngx_heap_self_at(heap)->tag));
    cells[0] = ngx_heap_claim(ngx_heap_self_at(heap)->tag);
}

START_TEST(a_claim_on_nothing_is_taken_back)
{
    set_up();
    killed(die_with_a_claim_on_nothing);
    check();
    ck_assert_uint_eq(cells[0], SIZE);
    ck_assert_int_eq(ngx_slab_free_from(pool, &cells[0]), NGX_ERROR);
    ck_assert_uint_eq(cells[0], SIZE);
}
END_TEST

static void
die_before_the_cell(void)
{
    leave(1, ngx_slab_alloc(pool, 64), NGX_HEAP_TO);
}

/* It saw the chunk while it was another one's, and claimed the cell. */
static void
die_with_an_old_claim(void)
{
    unsigned  tag;

    ngx_slab_free(pool, ngx_slab_alloc(pool, 64));
    tag = ngx_heap_self_at(heap)->tag;
    leave(0, ngx_slab_pointer(pool, cells[1]), ngx_heap_from(tag + 1));
    cells[0] = ngx_heap_claim(tag);
}

START_TEST(a_claim_of_the_dead_frees_nothing_of_others)
{
    void  *p;

    set_up();
    p = ngx_slab_alloc(pool, 64);
    cells[1] = ngx_slab_offset(pool, p);
    killed(die_with_an_old_claim);
    check();
    ck_assert_uint_eq(ngx_slab_usable_size(pool, p), 64);
}
END_TEST

static void
fill_and_die(void)
{
    (void) ngx_slab_alloc_to(pool, &cells[0], 64);
    (void) ngx_slab_alloc_to(pool, &cells[1], 3 * 4096);
}

START_TEST(a_cell_that_names_what_was_reaped_is_emptied)
{
    int         i;
    pid_t       pid;
    ngx_uint_t  n;

    set_up();
    pid = start(fill_and_die);
    finish(pid);
    ck_assert_int_eq(ngx_slab_reap(pool, pid, &n), NGX_OK);
    ck_assert_uint_eq(n, 2);

    for (i = 0; i < 2; i++) {
        ck_assert_uint_ne(cells[i], 0);
        ck_assert_int_eq(ngx_slab_free_from(pool, &cells[i]), NGX_DECLINED);
        ck_assert_uint_eq(cells[i], 0);
    }

    cells[0] = 4096 * 4096;         /* this was never one's */
    ck_assert_int_eq(ngx_slab_free_from(pool, &cells[0]), NGX_ERROR);
    ck_assert_uint_eq(cells[0], 4096 * 4096);
    check();
}
END_TEST

START_TEST(a_chunk_that_no_cell_names_comes_back)
{
    ngx_uint_t  before;

    set_up();
    before = live();
    killed(die_before_the_cell);
    ck_assert_uint_eq(live(), before);

    /* nor if the cell names another one by now, or is being emptied */
    killed(die_before_the_cell);
    ck_assert_ptr_ne(ngx_slab_alloc_to(pool, &cells[1], 64), NULL);
    ck_assert_uint_eq(live(), before + 1);

    killed(die_before_the_cell);
    leave(1, ngx_slab_pointer(pool, cells[1]),
          ngx_heap_from(ngx_heap_self_at(heap)->tag));
    cells[1] = ngx_heap_claim(ngx_heap_self_at(heap)->tag);
    ck_assert_uint_eq(live(), before + 1);
}
END_TEST

START_TEST(a_cell_that_is_not_empty_is_not_filled)
{
    uintptr_t  was;

    set_up();
    ck_assert_ptr_ne(ngx_slab_alloc_to(pool, &cells[0], 64), NULL);
    was = cells[0];
    errno = 0;
    ck_assert_ptr_eq(ngx_slab_alloc_to(pool, &cells[0], 64), NULL);
    ck_assert_int_eq(errno, EEXIST);
    ck_assert_uint_eq(cells[0], was);
    ck_assert_ptr_eq(ngx_slab_alloc_to(pool, &cells[1], 2 * SIZE), NULL);
    ck_assert_int_eq(errno, ENOMEM);
    ck_assert_uint_eq(cells[1], 0);
}
END_TEST

static void *
take_ten(void *data)
{
    int  i;

    for (i = 0; i < 10; i++) {
        world->p[i] = ngx_slab_alloc(pool, 100);
    }

    return data;
}

static void
live_on(void)
{
    pthread_t  t;

    (void) pthread_create(&t, NULL, take_ten, NULL);
    (void) pthread_join(t, NULL);
    world->ready = 1;

    for ( ;; ) {
        (void) pause();
    }
}

START_TEST(a_process_lives_though_its_thread_ended)
{
    int         status;
    pid_t       pid;
    ngx_uint_t  n = 0;

    set_up();
    pid = start(live_on);

    while (!world->ready) {
        (void) usleep(100);
    }

    ck_assert_int_eq(ngx_slab_reap(pool, pid, &n), NGX_BUSY);
    ck_assert_uint_ne(ngx_slab_usable_size(pool, world->p[0]), 0);

    (void) kill(pid, SIGKILL);
    ck_assert_int_eq(waitpid(pid, &status, 0), pid);
    ck_assert_int_eq(ngx_slab_reap(pool, pid, &n), NGX_OK);
    ck_assert_uint_eq(n, 10);
    check();
}
END_TEST

static void
use_all_sizes(void)
{
    size_t  size;

    for (size = 8; size <= 2048; size *= 2) {
        (void) ngx_slab_alloc(pool, size);
        ngx_slab_free(pool, ngx_slab_alloc(pool, size));
    }
}

/* With others: or all have their caches at the same place. */
static void
use_together(void)
{
    use_all_sizes();
    (void) __sync_add_and_fetch(&world->ready, 1);

    while (world->ready < 4) {
        (void) usleep(100);
    }
}

START_TEST(what_was_never_given_out_is_zero)
{
    int             i;
    pid_t           pid[4];
    size_t          k, dirty = 0;
    unsigned char  *p;

    make(SIZE, _i == 0 ? 0 : NGX_SLAB_COMPAT);

    for (i = 0; i < 4; i++) {
        pid[i] = start(use_together);
    }

    for (i = 0; i < 4; i++) {
        finish(pid[i]);
    }

    check();

    while ((p = ngx_slab_alloc(pool, 4096)) != NULL) {
        for (k = 0; k < 4096; k++) {
            dirty += p[k] != 0;
        }
    }

    ck_assert_uint_eq(dirty, 0);
}
END_TEST

/* One that dies without the lock costs no more than it held. */
START_TEST(the_dead_are_buried_by_the_next_that_comes)
{
    ngx_heap_slot_t  *slot;

    set_up();
    slot = ngx_heap_slots(heap);
    killed(use_all_sizes);
    ck_assert_uint_ne(slot[2].mags, 0);
    finish(start(use_all_sizes));
    ck_assert_uint_eq(slot[2].dead, 1);
    ck_assert_uint_eq(slot[2].mags, 0);
    check();
}
END_TEST

/* More than slots, killed at any moment: nothing is lost, nobody waits. */
static void
work(void)
{
    unsigned  i, seed = (unsigned) getpid();
    void     *p[16] = { NULL };

    for (i = 0; ; i++) {
        seed = seed * 1103515245 + 12345;
        ngx_slab_free(pool, p[i % 16] == NULL ? ngx_slab_alloc(pool, 8)
                                              : p[i % 16]);
        p[i % 16] = ngx_slab_alloc(pool, 1 + (seed >> 16) % 1500);
        (void) ngx_slab_alloc_to(pool, &cells[seed >> 8 & 31], 40);
        (void) ngx_slab_free_from(pool, &cells[seed >> 12 & 31]);
    }
}

START_TEST(killed_without_a_slot_and_nothing_is_lost)
{
    int               i, k;
    pid_t             pid[12];
    ngx_slab_usage_t  u;

    make((size_t) (_i == 0 ? 256 : 64) << 10, _i == 0 ? 0 : NGX_SLAB_COMPAT);
    cells = ngx_slab_calloc(pool, 32 * sizeof(*cells));
    ck_assert_uint_lt(heap->nslots, 9);

    for (i = 0; i < 12; i++) {
        pid[i] = start(work);
    }

    for (k = 0; k < 150; k++) {
        (void) usleep(2000);
        i = rand() % 12;
        (void) kill(pid[i], SIGKILL);
        (void) waitpid(pid[i], NULL, 0);
        pid[i] = start(work);
        if (k % 25 == 0) {
            check();
        }
    }

    for (i = 0; i < 12; i++) {
        (void) kill(pid[i], SIGKILL);
        (void) waitpid(pid[i], NULL, 0);
    }

    (void) usleep(2000);
    check();
    ck_assert_int_eq(ngx_slab_usage(pool, &u), NGX_OK);
    ck_assert_uint_eq(u.processes, 1);

    for (i = 0; i < 32; i++) {
        ck_assert_int_ne(ngx_slab_free_from(pool, &cells[i]), NGX_ERROR);
        ck_assert_uint_eq(cells[i], 0);
    }

    check();
}
END_TEST

/* A count that the bytes do not bear out is no reason to go on for ever. */
static void
use_and_stay(void)
{
    ngx_slab_free(pool, ngx_slab_alloc(pool, 64));
    (void) __sync_add_and_fetch(&world->ready, 1);
    while (!world->go) {
        (void) usleep(100);
    }
}

static void
use_some(void)
{
    int    i;
    void  *p[16];

    for (i = 0; i < 16; i++) {
        p[i] = ngx_slab_alloc(pool, 1500);
    }
    while (i-- > 0) {
        ngx_slab_free(pool, p[i]);
    }
}

/* The last one has no slot; nobody else ever calls without one. */
START_TEST(what_was_cached_without_a_slot_is_not_lost_to_others)
{
    uint32_t          i;
    pid_t             pid[16];
    ngx_slab_usage_t  u;

    make((size_t) 128 << 10, 0);
    ck_assert_uint_lt(heap->nslots, 16);
    ck_assert_uint_ne(heap->mags, 0);

    for (i = 0; i < heap->nslots - 1; i++) {
        pid[i] = start(use_and_stay);
        while (world->ready < (int) i + 1) {
            (void) usleep(100);
        }
        if (i == 0) {
            ngx_slab_free(pool, ngx_slab_alloc(pool, 64));
            world->ready++;
            i++;
        }
    }

    finish(start(use_some));
    ck_assert_int_eq(ngx_slab_usage(pool, &u), NGX_OK);
    ck_assert_uint_ge(u.cached, 1500);

    while (ngx_slab_alloc(pool, 2048) != NULL) { /* void */ }

    ck_assert_int_eq(ngx_slab_usage(pool, &u), NGX_OK);
    ck_assert_uint_lt(u.cached, 1500);
    check();

    world->go = 1;
    finish(pid[0]);
    for (i = 2; i < heap->nslots - 1; i++) {
        finish(pid[i]);
    }
}
END_TEST

static int
has_magazines(pid_t pid)
{
    uint32_t          i;
    ngx_heap_slot_t  *slot = ngx_heap_slots(heap);

    for (i = 1; i < heap->nslots; i++) {
        if (slot[i].owner != 0 && slot[i].pid == (uint32_t) pid) {
            return slot[i].mags != 0;
        }
    }

    return -1;
}

static void
come_while_nothing_is_left(void)
{
    world->bad = ngx_slab_alloc(pool, 4096) != NULL
                 || has_magazines(getpid()) != 0;
    world->ready = 1;
    while (!world->go) {
        (void) usleep(100);
    }
    world->ok = ngx_slab_alloc(pool, 64) != NULL
                && has_magazines(getpid()) == 1;
}

START_TEST(who_came_when_nothing_was_left_has_magazines_later)
{
    int    n = 0, i;
    pid_t  pid;

    set_up();
    while (n < N && (world->p[n] = ngx_slab_alloc(pool, 4096)) != NULL) {
        n++;
    }

    pid = start(come_while_nothing_is_left);
    while (!world->ready) {
        (void) usleep(100);
    }

    for (i = 0; i < n; i++) {
        ngx_slab_free(pool, world->p[i]);
    }

    world->go = 1;
    finish(pid);
    ck_assert_int_eq(world->bad, 0);
    ck_assert_int_eq(world->ok, 1);
    check();
}
END_TEST

START_TEST(a_wrong_count_ends_no_call)
{
    uint32_t          page;
    ngx_heap_page_t  *t;

    make(256 << 10, NGX_SLAB_UNCACHED);
    t = ngx_heap_table(heap);
    while (ngx_slab_alloc(pool, 64) != NULL) {
        /* full */
    }

    for (page = 0; page < heap->npages; page++) {
        if (ngx_heap_kind(t[page].word) == NGX_HEAP_SLAB_OF) {
            t[page].free = 1;
            ngx_heap_slab_link(heap, page, ngx_heap_tag(t[page].word));
        }
    }

    (void) alarm(PATIENT);
    ck_assert_ptr_eq(ngx_slab_alloc(pool, 64), NULL);
    check();
}
END_TEST

static void
free_and_take(void)
{
    ngx_slab_free(pool, world->p[0]);
    ngx_slab_free(pool, ngx_slab_alloc(pool, 2000));

    if (ngx_slab_alloc(pool, 64) != world->p[0]) {
        _exit(1);
    }
}

/* It was said before the slot was taken: its owner need not hear it. */
START_TEST(a_new_slot_hears_no_old_call_for_memory)
{
    set_up();
    world->p[0] = ngx_slab_alloc(pool, 64);
    ck_assert_ptr_eq(ngx_slab_alloc(pool, (size_t) heap->npages
                                             << NGX_HEAP_SHIFT), NULL);
    ck_assert_uint_ne(heap->epoch, 0);
    finish(start(free_and_take));
}
END_TEST

int
main(void)
{
    TCase  *tc = tcase_create("slab_several");

    tcase_add_test(tc, of_two_that_free_from_a_cell_one_does);
    tcase_add_test(tc, of_two_that_free_a_chunk_one_does);
    tcase_add_test(tc, a_cell_is_emptied_as_soon_as_it_is_filled);
    tcase_add_test(tc, a_chunk_is_freed_and_reaped_once);
    tcase_add_test(tc, what_the_dead_had_begun_is_not_done_to_others);
    tcase_add_loop_test(tc, a_claim_of_the_dead_is_carried_out, 0, 2);
    tcase_add_test(tc, a_claim_on_nothing_is_taken_back);
    tcase_add_test(tc, a_claim_of_the_dead_frees_nothing_of_others);
    tcase_add_test(tc, a_cell_that_names_what_was_reaped_is_emptied);
    tcase_add_test(tc, a_chunk_that_no_cell_names_comes_back);
    tcase_add_test(tc, a_cell_that_is_not_empty_is_not_filled);
    tcase_add_test(tc, a_process_lives_though_its_thread_ended);
    tcase_add_loop_test(tc, what_was_never_given_out_is_zero, 0, 2);
    tcase_add_test(tc, the_dead_are_buried_by_the_next_that_comes);
    tcase_add_loop_test(tc, killed_without_a_slot_and_nothing_is_lost, 0, 2);
    tcase_add_test(tc, what_was_cached_without_a_slot_is_not_lost_to_others);
    tcase_add_test(tc, who_came_when_nothing_was_left_has_magazines_later);
    tcase_add_test(tc, a_wrong_count_ends_no_call);
    tcase_add_test(tc, a_new_slot_hears_no_old_call_for_memory);

    return run_case(tc, "slab_several", 2 * PATIENT);
}
