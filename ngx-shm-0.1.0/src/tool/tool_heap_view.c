/*
 * tool_heap_view.c - read the copy of a pool, which may be damaged.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_heap_view.h"

#include "ngx_heap.h"
#include "ngx_lock_kind.h"

static const ngx_heap_t *
heap_in(const void *p)
{
    return (const ngx_heap_t *) (const void *)
           ((const unsigned char *) p + NGX_HEAP_AT);
}

static const ngx_heap_t *
heap_of(const ngx_heap_view_t *view)
{
    return heap_in(view->copy);
}

size_t
ngx_heap_view_least(void)
{
    return NGX_HEAP_AT + sizeof(ngx_heap_t);
}

uint64_t
ngx_heap_view_magic(size_t *at)
{
    *at = NGX_HEAP_AT + offsetof(ngx_heap_t, magic);
    return NGX_HEAP_MAGIC;
}

size_t
ngx_heap_view_align(const void *p)
{
    return heap_in(p)->align & (NGX_HEAP_PAGE - 1);
}

static int
is_lock(const ngx_lock_t *lock)
{
    return lock->made.of.magic - NGX_LOCK_MAGIC < NGX_LOCK_KINDS;
}

static int
is_laid_out(const ngx_heap_t *heap)
{
    return heap->classes >= NGX_HEAP_AT + offsetof(ngx_heap_t, lock)
           && heap->classes < heap->slots && heap->slots < heap->table
           && heap->table < heap->map && heap->map < heap->pages
           && heap->nclasses != 0 && heap->nclasses <= NGX_HEAP_CLASSES;
}

unsigned
ngx_heap_view_signs(const void *p, uint64_t address)
{
    const ngx_heap_t  *heap = heap_in(p);

    return (unsigned) ((heap->magic == NGX_HEAP_MAGIC)
                       + (heap->version == NGX_HEAP_VERSION)
                       + (heap->align == (address & (NGX_HEAP_PAGE - 1)))
                       + is_lock(&heap->lock) + is_laid_out(heap));
}

/* n things of so many bytes at an offset are within the head. */
static int
fits(const ngx_heap_view_t *view, uint64_t at, uint64_t n, uint64_t each)
{
    return at % 8 == 0 && at <= view->head && n * each <= view->head - at;
}

const char *
ngx_heap_view_open(ngx_heap_view_t *view, const void *copy)
{
    const ngx_heap_t  *heap = heap_in(copy);

    memset(view, 0, sizeof(*view));
    view->copy = copy;
    view->size = heap->size;
    view->head = heap->pages;
    view->npages = heap->npages;
    view->nclasses = heap->nclasses;
    view->nstats = heap->nstats;
    view->nslots = heap->nslots;
    view->recovered = heap->recovered;

    if (heap->npages == 0 || heap->npages > NGX_HEAP_PAGES
        || heap->align >= NGX_HEAP_PAGE || heap->align % 8 != 0
        || heap->nclasses > NGX_HEAP_CLASSES
        || heap->nslots > NGX_HEAP_SLOTS + 2
        || view->head > view->size
        || (view->size - view->head) >> NGX_HEAP_SHIFT < heap->npages
        || !fits(view, heap->classes, heap->nclasses,
                 sizeof(ngx_heap_class_t))
        || !fits(view, heap->stats, heap->nstats, sizeof(ngx_slab_stat_t))
        || !fits(view, heap->slots, heap->nslots, sizeof(ngx_heap_slot_t))
        || !fits(view, heap->table, heap->npages, sizeof(ngx_heap_page_t)))
    {
        return "the numbers in the header of the pool do not fit together";
    }

    return NULL;
}

static const void *
at(const ngx_heap_view_t *view, uint64_t offset)
{
    return view->copy + offset;
}

static ngx_pid_t
pid_of_tag(const ngx_heap_view_t *view, uint32_t tag)
{
    return tag > 1 ? ngx_heap_view_user(view, tag - 1) : 0;
}

static void
see_slab(const ngx_heap_view_t *view, ngx_heap_run_t *run, uint32_t class)
{
    const ngx_heap_class_t  *c = at(view, heap_of(view)->classes);

    run->class = class;

    if (class >= view->nclasses) {
        return;
    }

    c += class;
    run->map = c->bytes + ((uint64_t) run->page << (c->stride & 31));

    if (c->size == 0 || c->pages != run->pages || c->first >= c->n
        || c->n > ((uint32_t) NGX_HEAP_SLAB << NGX_HEAP_SHIFT) / 8
        || run->map > view->size || c->n > view->size - run->map)
    {
        return;
    }

    run->kind = NGX_HEAP_VIEW_SLAB;
    run->size = c->size;
    run->first = c->first;
    run->chunks = c->n - c->first;
    run->map += c->first;
    run->bytes = run->chunks;
}

void
ngx_heap_view_run(const ngx_heap_view_t *view, uint32_t page,
    ngx_heap_run_t *run)
{
    const ngx_heap_page_t  *table = at(view, heap_of(view)->table);
    uint32_t                w = table[page].word;

    memset(run, 0, sizeof(*run));
    run->kind = NGX_HEAP_VIEW_BAD;
    run->page = page;
    run->pages = ngx_heap_len(w);

    if (run->pages != 0 && run->pages <= view->npages - page) {

        switch (ngx_heap_kind(w)) {
        case NGX_HEAP_FREE:
            run->kind = NGX_HEAP_VIEW_FREE;
            break;
        case NGX_HEAP_RUN:
            run->kind = ngx_heap_tag(w) == 0 ? NGX_HEAP_VIEW_OWN
                                             : NGX_HEAP_VIEW_RUN;
            run->tag = ngx_heap_tag(w);
            run->owner = pid_of_tag(view, ngx_heap_tag(w));
            break;
        case NGX_HEAP_HELDRUN:
            run->kind = NGX_HEAP_VIEW_CACHED;
            run->tag = ngx_heap_tag(w);
            run->owner = pid_of_tag(view, ngx_heap_tag(w));
            break;
        case NGX_HEAP_SLAB_OF:
            see_slab(view, run, ngx_heap_tag(w));
            break;
        }
    }

    if (run->kind == NGX_HEAP_VIEW_BAD) {
        run->pages = 1;
    }
}

void
ngx_heap_view_count(const ngx_heap_view_t *view, ngx_heap_run_t *run)
{
    uint64_t              i;
    const unsigned char  *bytes = at(view, run->map);

    run->live = run->cached = 0;

    for (i = 0; i < run->bytes; i++) {
        if (bytes[i] & NGX_HEAP_HELD) {
            run->cached++;
        } else {
            run->live += bytes[i] != 0;
        }
    }
}

size_t
ngx_heap_view_stat(const ngx_heap_view_t *view, uint32_t i,
    ngx_slab_stat_t *stat)
{
    const ngx_heap_t  *heap = heap_of(view);

    memcpy(stat, at(view, heap->stats + i * sizeof(*stat)), sizeof(*stat));
    return (size_t) 1 << ((heap->min_shift + i) & 31);
}

ngx_pid_t
ngx_heap_view_user(const ngx_heap_view_t *view, uint32_t i)
{
    const ngx_heap_slot_t  *slot = at(view, heap_of(view)->slots);

    return i < view->nslots && slot[i].owner != 0 && !slot[i].dead
           ? (ngx_pid_t) slot[i].pid : 0;
}

int
ngx_heap_view_is_live(const ngx_heap_view_t *view, const ngx_heap_run_t *run,
    uint64_t n)
{
    const unsigned char  *bytes = at(view, run->map);

    return n >= run->first && n - run->first < run->bytes
           && ngx_heap_is_live(bytes[n - run->first]);
}

int
ngx_heap_view_is_lock(const ngx_heap_view_t *view, const void *p)
{
    const ngx_lock_t  *own = &heap_of(view)->lock, *lock = p;

    return is_lock(lock) && lock->made.of.magic != NGX_LOCK_MAGIC
           && lock->made.of.boot == own->made.of.boot && lock->ns == own->ns;
}

ngx_shmtx_sh_t *
ngx_heap_view_lock(void *copy)
{
    return (ngx_shmtx_sh_t *) (void *) &ngx_heap_of(copy)->lock;
}

void
ngx_heap_view_die(void *copy)
{
    ngx_shmtx_t   mutex;
    ngx_lock_t   *lock = &ngx_heap_of(copy)->lock;

    memset(lock, 0, sizeof(*lock));
    memset(&mutex, 0, sizeof(mutex));
    (void) ngx_shmtx_create(&mutex, ngx_heap_view_lock(copy), NULL);
    lock->death_pending = 1;
}
