/*
 * slab_fuzz.c - what no caller should do to ngx_slab, done at random.
 *
 *   slab_fuzz [FREES [DAMAGES [SEED]]]
 *
 * Wrong frees among right calls: who knows what is live is this file, not the
 * heap.  Then bytes of the pool are changed, and those who look into it must
 * come back.  Prints TAP.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIVE  1000

typedef struct {
    const char  *name;
    size_t       size;
    ngx_uint_t   flags;
} way_t;

static const way_t  ways[] = {
    { "4 MiB", 4 << 20, 0 },
    { "4 MiB, compat", 4 << 20, NGX_SLAB_COMPAT },
    { "1 MiB, uncached", 1 << 20, NGX_SLAB_UNCACHED },
    { "32 KiB", 32 << 10, 0 },
    { "1 MiB, debug", 1 << 20, NGX_SLAB_DEBUG },
};

#define WAYS  (sizeof(ways) / sizeof(ways[0]))

static ngx_slab_pool_t  *pool, *other;
static size_t            size;
static unsigned char    *live[LIVE];
static unsigned char    *begins;        /* of each 8 bytes: a live chunk does */
static void            **gone;          /* what a dead process had cached */
static unsigned          seed = 1;
static int               told, test;
static char              why[256];

static void
listen(ngx_log_t *log, ngx_uint_t level, unsigned char *buf, size_t len)
{
    (void) log;
    told += level == NGX_LOG_ALERT;
    len = len < sizeof(why) ? len : sizeof(why) - 1;
    memcpy(why, buf, len);
    why[len] = '\0';
}

static ngx_log_t  ears = { NGX_LOG_ALERT, listen, NULL };

static unsigned
dice(unsigned n)
{
    seed = seed * 1664525u + 1013904223u;
    return (unsigned) ((uint64_t) seed * n >> 32);
}

static void *
shared(size_t n)
{
    void  *p = mmap(NULL, n, PROT_READ|PROT_WRITE, MAP_SHARED|MAP_ANON, -1, 0);

    if (p == MAP_FAILED) {
        perror("slab_fuzz: error: mmap");
        exit(2);
    }

    return p;
}

static void
make(const way_t *way)
{
    size = way->size;
    pool = ngx_slab_create(shared(size), size, way->flags);
    other = ngx_slab_create(shared(size), size, way->flags);
    if (pool == NULL || other == NULL) {
        perror("slab_fuzz: error: ngx_slab_create");
        exit(2);
    }
    pool->log_nomem = 0;
    begins = calloc(1, size / 8 + 1);
    memset(live, 0, sizeof(live));
}

static void
unmake(void)
{
    free(begins);
    (void) munmap(pool, size);
    (void) munmap(other, size);
}

static unsigned char *
begin_of(const void *p)
{
    uintptr_t  off = (uintptr_t) p - (uintptr_t) pool;

    return off < size && off % 8 == 0 ? &begins[off / 8] : NULL;
}

/* A right call; 0: it went wrong. */
static int
right(void)
{
    unsigned  i = dice(LIVE);

    told = 0;

    if (live[i] != NULL) {
        *begin_of(live[i]) = 0;
        ngx_slab_free(pool, live[i]);
        live[i] = NULL;

    } else {
        live[i] = ngx_slab_alloc(pool, dice(dice(8) == 0 ? 60000 : 1200));
        if (live[i] != NULL) {
            if (begin_of(live[i]) == NULL || *begin_of(live[i])) {
                return 0;
            }
            *begin_of(live[i]) = 1;
        }
    }

    return told == 0;
}

/* A pointer that is no live chunk. */
static void *
wrong(void)
{
    unsigned        i = dice(LIVE);
    unsigned char  *p = NULL;

    switch (dice(8)) {
    case 0:
        return NULL;
    case 1:                                     /* of another pool */
        p = (unsigned char *) other + dice((unsigned) size);
        break;
    case 2:                                     /* of no pool */
        p = (unsigned char *) &p;
        break;
    case 3:                                     /* the inside of a chunk */
        if (live[i] != NULL) {
            p = live[i] + 1 + dice(dice(2) ? 64 : 8192);
        }
        break;
    case 4:                                     /* the heap's own */
        p = (unsigned char *) pool + dice((unsigned) (pool->start
                                               - (unsigned char *) pool));
        break;
    case 5:                                     /* the map of small chunks */
        if (live[i] != NULL) {
            p = live[i] - (uintptr_t) live[i] % 4096 + dice(64) * 8;
        }
        break;
    case 6:                                     /* cached by one who died */
        p = gone[dice(LIVE)];
        break;
    default:                                    /* anywhere, mostly aligned */
        p = (unsigned char *) pool + dice((unsigned) size + 8192);
        if (dice(4) != 0) {
            p -= (uintptr_t) p % 8;
        }
        break;
    }

    return begin_of(p) != NULL && *begin_of(p) ? NULL : p;
}

/* Some freed, some in its magazines, and gone. */
static void
die(void)
{
    int    i;
    pid_t  pid = fork();

    if (pid == 0) {
        for (i = 0; i < LIVE; i++) {
            gone[i] = ngx_slab_alloc(pool, dice(3000));
        }
        for (i = 0; i < LIVE; i++) {
            if (gone[i] != NULL) {
                ngx_slab_free(pool, gone[i]);
            }
        }
        (void) raise(SIGKILL);
    }

    (void) waitpid(pid, NULL, 0);
}

static int
same(const ngx_slab_usage_t *a, const ngx_slab_usage_t *b)
{
    return a->live == b->live && a->cached == b->cached && a->free == b->free
           && a->chunks == b->chunks && a->free_pages == b->free_pages
           && a->largest == b->largest;
}

/* n wrong frees, after some right calls; 0: one was not told, or did a thing. */
static int
free_wrongly(int n)
{
    int               i, ok = 1;
    ngx_slab_usage_t  before, after;
    void             *p;

    for (i = 0; i < 50 && ok; i++) {
        ok = right();
        if (!ok) {
            printf("# a right call went wrong: %s\n", why);
        }
    }

    (void) ngx_slab_usage(pool, &before);

    for (i = 0; i < n && ok; i++) {
        p = wrong();
        told = 0;
        ngx_slab_free(pool, p);
        ok = told == 1;
        if (!ok) {
            printf("# %p, pool at %p: told %d times: %s\n", p, (void *) pool,
                   told, why);
        }
    }

    (void) ngx_slab_usage(pool, &after);
    if (ok && (!same(&before, &after) || ngx_slab_check(pool) != NGX_OK)) {
        printf("# wrong frees have changed something: %s\n", why);
        ok = 0;
    }

    return ok;
}

static int
fuzz_frees(const way_t *way, int n)
{
    int  i, ok = 1;

    make(way);

    for (i = 0; i < n && ok; i += 500) {
        if (i % 50000 == 0) {
            die();
            (void) ngx_slab_check(pool);
        }
        ok = free_wrongly(500);
    }

    unmake();
    return ok;
}

/* One to eight bytes, of the head mostly; the lock would only be waited for. */
static void
damage(size_t head)
{
    size_t          at;
    unsigned        n = 1 + dice(8);
    unsigned char  *lock = (unsigned char *) &ngx_heap_of(pool)->lock, *p;

    at = dice(3) == 0 ? dice(4096) : dice((unsigned) head);

    for (p = (unsigned char *) pool + at; n-- > 0; p++) {
        if (p >= (unsigned char *) pool + sizeof(*pool)
            && (p < lock || p >= lock + sizeof(ngx_lock_t))
            && p < (unsigned char *) pool + head)
        {
            *p = (unsigned char) (dice(2) ? *p ^ 1u << dice(8) : dice(256));
        }
    }
}

static void
see(void *data, void *p, size_t n, ngx_pid_t owner)
{
    (void) owner;
    *(size_t *) data += n + (p == NULL);
}

static void
look(void)
{
    size_t            n = 0;
    ngx_slab_usage_t  u;

    (void) ngx_slab_attach(pool, size);
    (void) ngx_slab_check(pool);
    (void) ngx_slab_usage(pool, &u);
    (void) ngx_slab_walk(pool, see, &n);
}

/* The tables, and the pages or not; what lies between may be a guard. */
static void
copy(void *to, const void *from, size_t head, size_t pages, size_t len)
{
    memcpy(to, from, head);
    memcpy((char *) to + pages, (const char *) from + pages, len);
}

/* In a process of its own, that may crash or be caught by the alarm. */
static int
fuzz_pool(const way_t *way, int n)
{
    int              i, status;
    size_t           head, pages, len;
    pid_t            pid;
    volatile int    *at = shared(4096);
    unsigned char   *image;

    make(way);
    for (i = 0; i < 3 * LIVE; i++) {
        (void) right();
    }
    die();
    head = ngx_heap_readable(ngx_heap_of(pool), 0);
    pages = (size_t) (pool->start - (unsigned char *) pool);
    len = ngx_heap_readable(ngx_heap_of(pool), pages);

    pid = fork();
    if (pid == 0) {
        image = malloc(size);
        (void) ngx_slab_check(pool);
        copy(image, pool, head, pages, len);
        for (i = 0; i < n; i++) {
            *at = i;
            (void) alarm(20);
            damage(head);
            look();
            copy(pool, image, head, pages, dice(4) == 0 ? len : 0);
        }
        _exit(0);
    }

    if (waitpid(pid, &status, 0) != pid || status != 0) {
        printf("# damage %d: status %x\n", *at, (unsigned) status);
        status = -1;
    }

    (void) munmap((void *) (uintptr_t) at, 4096);
    unmake();
    return status == 0;
}

static void
result(int ok, const char *what, const way_t *way)
{
    printf("%sok %d - %s: %s\n", ok ? "" : "not ", ++test, what, way->name);
    (void) fflush(stdout);
}

int
main(int argc, char **argv)
{
    int     frees = argc > 1 ? atoi(argv[1]) : 40000;
    int     damages = argc > 2 ? atoi(argv[2]) : 2000;
    size_t  i;

    seed = argc > 3 ? (unsigned) atoi(argv[3]) : 1;
    (void) ngx_slab_set_log(&ears);
    gone = shared(LIVE * sizeof(*gone));

    printf("1..%u\n", (unsigned) (2 * WAYS));
    (void) fflush(stdout);

    for (i = 0; i < WAYS; i++) {
        result(fuzz_frees(&ways[i], frees / (int) WAYS),
               "wrong frees are told and change nothing", &ways[i]);
        result(fuzz_pool(&ways[i], damages / (int) WAYS),
               "damage hurts nobody who looks", &ways[i]);
    }

    return 0;
}
