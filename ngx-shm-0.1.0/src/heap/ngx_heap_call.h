/*
 * ngx_heap_call.h - a call of ngx_slab.h, from its first step to its last.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_CALL_H_INCLUDED
#define NGX_HEAP_CALL_H_INCLUDED

#include "ngx_heap.h"

/* A call in progress.  Without a slot of its own it uses slot 0. */
typedef struct {
    ngx_heap_t       *heap;
    ngx_heap_self_t  *self;
    ngx_heap_self_t   none;
    int               locked;   /* 1: has the heap's lock to its end */
    int               common;   /* 1: has the lock of slot 0 to its end */
} ngx_heap_call_t;

/* A chunk, or pages, that a call allocates or frees. */
typedef struct {
    volatile unsigned char  *byte;      /* NULL: pages */
    uint32_t                 class;     /* nclasses on: of runs */
    int                      loose;     /* in no magazine: with the lock */
    unsigned                 only;      /* to free: its tag when it was judged */
    void                    *p;
} ngx_heap_hold_t;

int ngx_heap_enter(ngx_heap_call_t *call, ngx_slab_pool_t *pool);
void ngx_heap_leave(ngx_heap_call_t *call);

/* Hold size bytes.  class: nclasses or more for whole pages. */
int ngx_heap_obtain(ngx_heap_call_t *call, size_t size, uint32_t class,
    size_t align, ngx_heap_hold_t *h);
/*
 * Free a live chunk or run in two steps: make it held; put it into a magazine
 * or the heap.  Between them nobody else can get it.  take_back: NULL, or why
 * it failed.
 */
const char *ngx_heap_take_back(ngx_heap_call_t *call, ngx_heap_hold_t *h);
void ngx_heap_put_back(ngx_heap_call_t *call, ngx_heap_hold_t *h);
/* The magazine is full: flush some of it, with the lock. */
void ngx_heap_make_room(ngx_heap_call_t *call, uint32_t class);
/* Take the heap's lock until the call ends; 0: failed. */
int ngx_heap_stay(ngx_heap_call_t *call);
/* Free p.  NULL, or what is wrong, in nginx's words. */
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

/* The class of size bytes; NGX_HEAP_NONE: whole pages. */
static ngx_inline uint32_t
ngx_heap_class_of(ngx_heap_t *heap, size_t size)
{
    return size > heap->max ? NGX_HEAP_NONE : ngx_heap_class(heap, size);
}

/* ngx_heap_common.c: the fast path of slot 0; NULL or 0: use the slow path */
void *ngx_heap_common_alloc(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    size_t size);
int ngx_heap_common_free(ngx_slab_pool_t *pool, ngx_heap_self_t *self,
    const void *p);

/* ngx_heap_redzone.c: nothing is done without NGX_SLAB_DEBUG */
/* size and its redzone. */
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
