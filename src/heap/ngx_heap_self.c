/*
 * ngx_heap_self.c - this thread's table of its slots in pools.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_sanitizer.h"

#include <pthread.h>

#if NGX_LOCK_HAVE_WORD

#define FIRST  8            /* entries of the first table */
#define MOST   65536        /* of the largest; then it starts anew */

static ngx_heap_self_t  nobody;

__thread ngx_heap_selves_t  ngx_heap_selves = { .entry = &nobody };
__thread ngx_heap_self_t   *ngx_heap_last = &nobody;

static pthread_key_t   key;
static pthread_once_t  once = PTHREAD_ONCE_INIT;
static int             has_key;

static void
free_table(ngx_heap_selves_t *t)
{
    if (t->entry != &nobody) {
        ngx_lock_wiped_free(t->entry, (t->mask + 1) * sizeof(*t->entry));
    }
}

static void
start_anew(void)
{
    ngx_heap_selves.entry = &nobody;
    ngx_heap_selves.mask = 0;
    ngx_heap_selves.used = 0;
    ngx_heap_last = &nobody;
}

/* Unpoison what this thread poisoned for AddressSanitizer or Valgrind. */
static void
show_all(void)
{
#if NGX_HEAP_SHADOW
    size_t  i;

    for (i = 0; i <= ngx_heap_selves.mask; i++) {
        ngx_heap_show_all(&ngx_heap_selves.entry[i]);
    }
#endif
}

/* Another destructor may call the heap after this: that begins a new table. */
static void
ended(void *arg)
{
    (void) arg;
    show_all();
    free_table(&ngx_heap_selves);
    start_anew();
}

/* In a child, for kernels that do not wipe the table. */
static void
forked(void)
{
    ngx_heap_self_t  *e = ngx_heap_selves.entry;

    if (e != &nobody) {
        memset(e, 0, (ngx_heap_selves.mask + 1) * sizeof(*e));
    }

    ngx_heap_selves.used = 0;
    ngx_heap_last = &nobody;
}

static void
first(void)
{
    (void) pthread_atfork(show_all, NULL, forked);
    has_key = pthread_key_create(&key, ended) == 0;
}

#if defined(__GNUC__)
/* After dlclose() a thread that ends must not call ended(). */
static void __attribute__((destructor))
unloaded(void)
{
    if (has_key) {
        (void) pthread_key_delete(key);
    }
}
#endif

/*
 * The entry found is swapped to its home, for the next search.  The entry that
 * was there is still found, as all places between are in use.
 */
ngx_heap_self_t *
ngx_heap_self_seek(ngx_heap_t *heap)
{
    size_t            home = ngx_heap_self_place(ngx_heap_pool(heap));
    size_t            i = home;
    ngx_heap_self_t  *e = ngx_heap_selves.entry, was;

    while (e[i].heap != heap) {
        if (e[i].heap == NULL) {
            return &nobody;
        }
        i = (i + 1) & ngx_heap_selves.mask;
    }

    if (i != home) {
        was = e[home];
        e[home] = e[i];
        e[i] = was;
        ngx_heap_last = &e[home];
    }

    return &e[home];
}

/* The entry stays, and is of no pool: its slot is found again by its owner. */
void
ngx_heap_self_forget(ngx_heap_t *heap)
{
    ngx_heap_self_t  *e = ngx_heap_self_at(heap);

    if (e->heap == heap) {
        ngx_heap_show_all(e);
        e->id = 0;
        e->key = NULL;
    }
}

/* A free entry, of which there are some: at most half of the table is used. */
static ngx_heap_self_t *
vacant(ngx_heap_t *heap)
{
    size_t  i = ngx_heap_self_place(ngx_heap_pool(heap));

    while (ngx_heap_selves.entry[i].heap != NULL) {
        i = (i + 1) & ngx_heap_selves.mask;
    }

    ngx_heap_selves.used++;
    return &ngx_heap_selves.entry[i];
}

static int
grow(void)
{
    size_t              i, n = ngx_heap_selves.mask + 1;
    ngx_heap_selves_t   old = ngx_heap_selves;
    ngx_heap_self_t    *e;

    n = old.entry == &nobody ? FIRST : n * 2;

    if (n > MOST) {
        n = FIRST;
    }

    e = ngx_lock_wiped(n * sizeof(*e));
    if (e == NULL) {
        return 0;
    }

    ngx_heap_selves.entry = e;
    ngx_heap_selves.mask = n - 1;
    ngx_heap_selves.used = 0;
    ngx_heap_last = &nobody;

    for (i = 0; n > FIRST && i <= old.mask; i++) {
        if (old.entry[i].heap != NULL) {
            *vacant(old.entry[i].heap) = old.entry[i];
        }
    }

    free_table(&old);
    return 1;
}

ngx_heap_self_t *
ngx_heap_self_new(ngx_heap_t *heap)
{
    ngx_heap_self_t  *self = ngx_heap_self_seek(heap);

    if (self != &nobody) {
        return self;
    }

    (void) pthread_once(&once, first);

    /* without the key nobody would free the table: then no slot either */
    if (!has_key || pthread_setspecific(key, &nobody) != 0) {
        return NULL;
    }

    if (ngx_heap_selves.used * 2 >= ngx_heap_selves.mask && !grow()) {
        return NULL;
    }

    return vacant(heap);
}

#endif
