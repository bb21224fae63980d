/*
 * ngx_heap_call.h - a call of ngx_slab.h, from its first step to its last.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_CALL_H_INCLUDED
#define NGX_HEAP_CALL_H_INCLUDED

#include "ngx_heap.h"

/* Who calls; without a slot of its own, slot 0 and the lock for that. */
typedef struct {
    ngx_heap_t       *heap;
    ngx_heap_self_t  *self;
    ngx_heap_self_t   none;
    int               locked;   /* the heap's lock is held to the end */
    int               common;   /* and so is the lock of slot 0 */
} ngx_heap_call_t;

/* What a call has in its hands: a chunk, or pages. */
typedef struct {
    volatile unsigned char  *byte;      /* NULL: pages */
    uint32_t                 class;     /* nclasses on: of runs */
    int                      loose;     /* in no magazine: with the lock */
    unsigned                 only;      /* to free: of this tag; 0: of any */
    void                    *p;
} ngx_heap_hold_t;

int ngx_heap_enter(ngx_heap_call_t *call, ngx_slab_pool_t *pool);
void ngx_heap_leave(ngx_heap_call_t *call);

/* Hold size bytes.  class: nclasses or more for whole pages. */
int ngx_heap_obtain(ngx_heap_call_t *call, size_t size, uint32_t class,
    size_t align, ngx_heap_hold_t *h);
/*
 * Make held what is live, in two steps; what is between them is done before
 * anybody else can have it.  take_back: NULL, or why not.
 */
const char *ngx_heap_take_back(ngx_heap_call_t *call, ngx_heap_hold_t *h);
void ngx_heap_put_back(ngx_heap_call_t *call, ngx_heap_hold_t *h);
/* The magazine is full: flush some of it, with the lock. */
void ngx_heap_make_room(ngx_heap_call_t *call, uint32_t class);
/* Hold the heap's lock until the call ends; 0: it cannot be had. */
int ngx_heap_stay(ngx_heap_call_t *call);
/* What ngx_slab_free() does with a chunk that this call knows. */
const char *ngx_heap_free(ngx_heap_call_t *call, const void *p);

static ngx_inline int
ngx_heap_call_lock(ngx_heap_call_t *call)
{
    return call->locked || ngx_heap_lock(call->heap) == 0;
}

static ngx_inline void
ngx_heap_call_unlock(ngx_heap_call_t *call)
{
    if (!call->locked) {
        ngx_heap_unlock(call->heap);
    }
}

static ngx_inline uint32_t
ngx_heap_page_of(ngx_heap_t *heap, ngx_heap_entry_t e)
{
    return (uint32_t) (((size_t) e.chunk * 8 - heap->pages)
                       >> NGX_HEAP_SHIFT);
}

static ngx_inline void
ngx_heap_hold_entry(ngx_heap_t *heap, ngx_heap_hold_t *h, ngx_heap_entry_t e)
{
    h->byte = e.byte == 0 ? NULL : ngx_heap_at(heap, e.byte);
    h->p = ngx_heap_at(heap, (size_t) e.chunk * 8);
}

/* One store makes live what is held. */
static ngx_inline void
ngx_heap_set_live(ngx_heap_call_t *call, ngx_heap_hold_t *h)
{
    volatile uint32_t  *w;

    if (h->byte != NULL) {
        *h->byte = call->self->tag;
        return;
    }

    w = &ngx_heap_word_of(call->heap, ngx_heap_offset(call->heap, h->p) / 8);
    *w = ngx_heap_word(NGX_HEAP_RUN, call->self->tag, ngx_heap_len(*w));
}

/* The class of size bytes; of pages, only that they are. */
static ngx_inline uint32_t
ngx_heap_class_of(ngx_heap_t *heap, size_t size)
{
    return size > heap->max ? NGX_HEAP_NONE : ngx_heap_class(heap, size);
}

/* ngx_heap_common.c: without a slot of one's own; NULL or 0: not done */
void *ngx_heap_common_alloc(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    size_t size);
int ngx_heap_common_free(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    const void *p);

/* ngx_heap_redzone.c: only a look at the flags without NGX_SLAB_DEBUG */
/* The size to take for one that is asked for. */
size_t ngx_heap_padded(const ngx_heap_t *heap, size_t size);
/* p, of size bytes, is about to become live. */
void ngx_heap_seal(ngx_heap_t *heap, void *p, size_t size, size_t want);
void ngx_heap_seal_held(ngx_heap_t *heap, ngx_heap_hold_t *h, size_t want);
/* The size that was asked for; 0: the seal is broken. */
size_t ngx_heap_asked(const ngx_heap_t *heap, const void *p, size_t size);
/* p is held, and about to become free; if it was overrun, say so. */
void ngx_heap_unseal(ngx_heap_t *heap, void *p, size_t size, int is_chunk);

/* What is wrong with freeing p. */
const char *ngx_heap_judge(ngx_heap_call_t *call, const void *p,
    ngx_heap_place_t *place, ngx_heap_hold_t *h);

#endif
