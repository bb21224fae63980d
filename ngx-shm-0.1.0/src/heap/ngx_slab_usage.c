/*
 * ngx_slab_usage.c - count and list what is in a pool, and free the chunks of
 * the dead: usage, walk, reap.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_lock_kind.h"
#include "ngx_shm_log.h"

#include <stdlib.h>

static void
look(ngx_heap_t *heap, ngx_slab_usage_t *u, ngx_slab_seen_pt seen, void *data,
    void *p, size_t size, uint32_t tag, int held)
{
    if (held) {
        u->cached += size;
        return;
    }

    u->chunks++;
    u->live += size;

    if (seen != NULL) {
        seen(data, p, size, tag <= 1 || tag > heap->nslots
             ? 0 : (ngx_pid_t) ngx_heap_slots(heap)[tag - 1].pid);
    }
}

static void
look_slab(ngx_heap_t *heap, uint32_t page, ngx_slab_usage_t *u,
    ngx_slab_seen_pt seen, void *data)
{
    unsigned                 b;
    uint32_t                 i;
    unsigned char           *p = ngx_heap_page(heap, page);
    ngx_heap_class_t        *c = ngx_heap_classes(heap)
                             + ngx_heap_tag(ngx_heap_table(heap)[page].word);
    volatile unsigned char  *bytes = ngx_heap_bytes(heap, page, c);

    for (i = c->first; i < c->n; i++) {
        b = bytes[i];

        if (b == 0) {
            u->free += c->size;
        } else {
            look(heap, u, seen, data, p + (size_t) i * c->size, c->size,
                 b & 0x7f, (b & NGX_HEAP_HELD) != 0);
        }
    }
}

static ngx_int_t
look_all(ngx_heap_t *heap, ngx_slab_usage_t *u, ngx_slab_seen_pt seen,
    void *data)
{
    uint32_t          page, w, len;
    ngx_heap_page_t  *t = ngx_heap_table(heap);

    for (page = 0; page < heap->npages; page += len) {
        w = t[page].word;
        len = ngx_heap_len(w);

        if (!ngx_heap_is_sound(heap, page)) {
            return NGX_ERROR;
        }

        if (ngx_heap_kind(w) == NGX_HEAP_SLAB_OF) {
            look_slab(heap, page, u, seen, data);

        } else if (ngx_heap_kind(w) == NGX_HEAP_FREE) {
            u->free_pages += len;
            u->free += (size_t) len << NGX_HEAP_SHIFT;
            u->largest = len > u->largest ? len : u->largest;

        } else if (ngx_heap_tag(w) != 0) {
            look(heap, u, seen, data, ngx_heap_page(heap, page),
                 (size_t) len << NGX_HEAP_SHIFT, ngx_heap_tag(w),
                 ngx_heap_kind(w) == NGX_HEAP_HELDRUN);
        }
    }

    return NGX_OK;
}

static ngx_int_t
looked(ngx_heap_t *heap, ngx_int_t rc)
{
    if (rc != NGX_OK) {
        ngx_heap_say(heap, NGX_LOG_ALERT, "page table is damaged");
        errno = EINVAL;
    }

    return rc;
}

ngx_int_t
ngx_slab_usage(ngx_slab_pool_t *pool, ngx_slab_usage_t *usage)
{
    uint32_t           i;
    ngx_int_t          rc;
    ngx_heap_t        *heap = ngx_heap_of(pool);
    ngx_heap_look_t    at = { 0 };
    ngx_slab_usage_t   u;

    do {
        if (!ngx_heap_look_begin(&at, pool)) {
            return NGX_ERROR;
        }

        memset(&u, 0, sizeof(u));
        rc = look_all(heap, &u, NULL, NULL);

        u.size = (size_t) heap->size;
        u.pages = heap->npages;
        u.recovered = heap->recovered;

        for (i = 1; i < heap->nslots; i++) {
            u.processes += ngx_heap_slots(heap)[i].owner != 0
                           && !ngx_heap_slots(heap)[i].dead;
        }
    } while (!ngx_heap_look_end(&at));

    if (rc == NGX_OK) {
        *usage = u;
    }

    return looked(heap, rc);
}

/* A read-only process notes all chunks, and reports them when it is sure. */
typedef struct {
    void       *p;
    size_t      size;
    ngx_pid_t   owner;
} note_t;

typedef struct {
    note_t  *note;
    size_t   n, room;
    int      full;
} notes_t;

static void
take_note(void *data, void *p, size_t size, ngx_pid_t owner)
{
    note_t   *more;
    notes_t  *all = data;

    if (all->n == all->room && !all->full) {
        more = realloc(all->note, (all->room * 2 + 64) * sizeof(note_t));
        all->full = more == NULL;

        if (more != NULL) {
            all->note = more;
            all->room = all->room * 2 + 64;
        }
    }

    if (!all->full) {
        all->note[all->n].p = p;
        all->note[all->n].size = size;
        all->note[all->n++].owner = owner;
    }
}

static ngx_int_t
walk_notes(ngx_heap_look_t *at, ngx_slab_pool_t *pool, ngx_slab_seen_pt seen,
    void *data)
{
    size_t             i;
    notes_t            all = { .note = NULL };
    ngx_int_t          rc;
    ngx_slab_usage_t   u;

    for ( ;; ) {
        all.n = 0;
        memset(&u, 0, sizeof(u));
        rc = look_all(at->heap, &u, take_note, &all);

        if (ngx_heap_look_end(at)) {
            rc = looked(at->heap, rc);
            break;
        }

        if (!ngx_heap_look_begin(at, pool)) {
            rc = NGX_ERROR;
            break;
        }
    }

    if (all.full) {
        errno = ENOMEM;
        rc = NGX_ERROR;
    }

    for (i = 0; rc == NGX_OK && i < all.n; i++) {
        seen(data, all.note[i].p, all.note[i].size, all.note[i].owner);
    }

    free(all.note);
    return rc;
}

ngx_int_t
ngx_slab_walk(ngx_slab_pool_t *pool, ngx_slab_seen_pt seen, void *data)
{
    ngx_int_t          rc;
    ngx_heap_look_t    at = { 0 };
    ngx_slab_usage_t   u;

    if (!ngx_heap_look_begin(&at, pool)) {
        return NGX_ERROR;
    }

    if (!at.locked) {
        return walk_notes(&at, pool, seen, data);
    }

    memset(&u, 0, sizeof(u));
    rc = look_all(at.heap, &u, seen, data);
    (void) ngx_heap_look_end(&at);
    return looked(at.heap, rc);
}

/* The thread of the slot is dead; its process may live. */
static int
may_live(ngx_heap_slot_t *slot)
{
#if NGX_LOCK_HAVE_WORD
    return !ngx_lock_process_dead(slot->ns, (ngx_pid_t) slot->pid,
                                  slot->owner);
#else
    (void) slot;
    return 0;
#endif
}

ngx_int_t
ngx_slab_reap(ngx_slab_pool_t *pool, ngx_pid_t pid, ngx_uint_t *chunks)
{
    uint32_t          i;
    ngx_int_t         rc = NGX_DECLINED;
    ngx_uint_t        n = 0;
    ngx_heap_t       *heap = ngx_heap_open(pool);
    ngx_heap_slot_t  *slot;

    if (heap == NULL) {
        return NGX_ERROR;
    }

    slot = ngx_heap_slots(heap);

    for (i = 1; i < heap->nslots; i++) {
        if (slot[i].owner == 0 || slot[i].pid != (uint32_t) pid) {
            continue;
        }

        if (!slot[i].dead || may_live(&slot[i])
            || ngx_heap_in_journal(heap, &slot[i]))
        {
            rc = NGX_BUSY;
            break;
        }

        rc = NGX_OK;
    }

    if (rc == NGX_OK) {
        /* odd: the last reaper died before it had ended */
        heap->reaps += heap->reaps % 2 == 0 ? 1 : 2;
        ngx_lock_barrier();
        ngx_heap_sweep(heap, (uint32_t) pid, 0, &n);
        ngx_lock_barrier();
        heap->reaps++;
    }

    ngx_heap_unlock(heap);

    if (chunks != NULL) {
        *chunks = n;
    }

    return rc;
}
