/*
 * tool_heap_view_owner.c - the owners of chunks in the copy of a pool, and
 * whether they live.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_heap_view.h"

#include "ngx_heap.h"

static const ngx_heap_t *
heap_of(const ngx_heap_view_t *view)
{
    return (const ngx_heap_t *) (const void *) (view->copy + NGX_HEAP_AT);
}

static const ngx_heap_slot_t *
slot_of(const ngx_heap_view_t *view, uint32_t tag)
{
    return (const ngx_heap_slot_t *) (const void *)
           (view->copy + heap_of(view)->slots) + (tag - 1);
}

void
ngx_heap_view_share(const ngx_heap_view_t *view, const ngx_heap_run_t *run,
    ngx_heap_share_t share[NGX_HEAP_VIEW_TAGS])
{
    uint64_t              i, bytes;
    uint32_t              n[2 * NGX_HEAP_VIEW_TAGS];
    ngx_heap_share_t     *s;
    const unsigned char  *byte = view->copy + run->map;

    if (run->kind == NGX_HEAP_VIEW_RUN || run->kind == NGX_HEAP_VIEW_CACHED) {
        s = &share[run->tag % NGX_HEAP_VIEW_TAGS];
        bytes = (uint64_t) run->pages * NGX_HEAP_VIEW_PAGE;

        if (run->kind == NGX_HEAP_VIEW_RUN) {
            s->chunks++;
            s->live += bytes;
        } else {
            s->cached_chunks++;
            s->cached += bytes;
        }
    }

    if (run->kind != NGX_HEAP_VIEW_SLAB) {
        return;
    }

    memset(n, 0, sizeof(n));

    for (i = 0; i < run->bytes; i++) {
        n[byte[i]]++;
    }

    for (i = 1; i < NGX_HEAP_VIEW_TAGS; i++) {
        share[i].chunks += n[i];
        share[i].live += (uint64_t) n[i] * run->size;
        share[i].cached_chunks += n[NGX_HEAP_HELD | i];
        share[i].cached += (uint64_t) n[NGX_HEAP_HELD | i] * run->size;
    }
}

#if NGX_LOCK_HAVE_WORD

/* A lock of this boot and these namespaces, to compare with. */
static ngx_lock_t *
lock_of_here(void)
{
    static int             made;
    ngx_shmtx_t            mutex;
    static ngx_shmtx_sh_t  here;

    if (!made) {
        made = 1;
        memset(&mutex, 0, sizeof(mutex));

        if (ngx_shmtx_create_kind(&mutex, &here, NULL, "futex") != NGX_OK) {
            (void) ngx_shmtx_create_kind(&mutex, &here, NULL, "sem");
        }
    }

    return (ngx_lock_t *) (void *) &here;
}

/* The library knows who is dead: ask it as of the owner of a lock. */
static int
is_dead(uint64_t word)
{
    ngx_shmtx_t       mutex;
    ngx_lock_t       *lock = lock_of_here();
    ngx_shmtx_stat_t  stat;

    memset(&mutex, 0, sizeof(mutex));
    mutex.lock = &((ngx_shmtx_sh_t *) (void *) lock)->lock;
    lock->word = word;
    ngx_shmtx_stat(&mutex, &stat);
    lock->word = 0;
    return stat.dead != 0;
}

static int
is_of_other_boot(const ngx_heap_t *heap)
{
    uint32_t  boot = lock_of_here()->made.of.boot;

    return boot != 0 && heap->boot != 0 && heap->boot != boot;
}

/* A thread may end in a process that goes on. */
static ngx_heap_view_life_t
life_of(const ngx_heap_view_t *view, const ngx_heap_slot_t *slot)
{
    uint64_t  word = slot->owner;

    if (is_of_other_boot(heap_of(view))) {
        return NGX_HEAP_VIEW_GONE;
    }

    if (slot->ns != lock_of_here()->ns) {
        return NGX_HEAP_VIEW_ABROAD;
    }

    if (!slot->dead && !is_dead(word)) {
        return NGX_HEAP_VIEW_LIVES;
    }

    word = (word & ~(uint64_t) 0xffffffff) | (slot->pid & NGX_LOCK_TID);
    return is_dead(word) ? NGX_HEAP_VIEW_GONE : NGX_HEAP_VIEW_LIVES;
}

#else

static ngx_heap_view_life_t
life_of(const ngx_heap_view_t *view, const ngx_heap_slot_t *slot)
{
    (void) view;
    return slot->dead ? NGX_HEAP_VIEW_GONE : NGX_HEAP_VIEW_LIVES;
}

#endif

ngx_pid_t
ngx_heap_view_owner(const ngx_heap_view_t *view, uint32_t tag,
    ngx_heap_view_life_t *life, int *uses)
{
    const ngx_heap_slot_t  *slot;

    *life = NGX_HEAP_VIEW_LIVES;
    *uses = 0;

    if (tag < 2 || tag > view->nslots || slot_of(view, tag)->owner == 0) {
        return 0;
    }

    slot = slot_of(view, tag);
    *life = life_of(view, slot);
    *uses = !slot->dead && *life != NGX_HEAP_VIEW_GONE;
    return (ngx_pid_t) slot->pid;
}
