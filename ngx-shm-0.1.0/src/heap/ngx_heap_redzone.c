/*
 * ngx_heap_redzone.c - seals of chunks, which show an overrun.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap_call.h"
#include "ngx_lock_kind.h"

/*
 * In a pool of NGX_SLAB_DEBUG the last 8 bytes of a chunk are its seal, and the
 * bytes between the size asked for and the seal are filled.  A free chunk is
 * filled, too.  The mark in the seal tells which; it depends on the address, so
 * a copy elsewhere is not valid.  While the filling changes, the mark is
 * AT_WORK: a death then is no overrun.
 */

#define LIVE    0x6c697665u
#define FREED   0x66726565u
#define AT_WORK 0x776f726bu
#define BEYOND  0xfb
#define GONE    0xfd

typedef struct {
    uint32_t  slack;        /* bytes at the end that were not asked for */
    uint32_t  mark;
} seal_t;

static seal_t *
seal_of(void *p, size_t size)
{
    return (seal_t *) (void *) ((unsigned char *) p + size - sizeof(seal_t));
}

static uint32_t
mark(ngx_heap_t *heap, const void *p, uint32_t kind)
{
    return kind ^ (uint32_t) (ngx_heap_offset(heap, p) >> 3);
}

/* Stores before it come before it, stores after it after it. */
static void
set_mark(ngx_heap_t *heap, const void *p, seal_t *seal, uint32_t kind)
{
    ngx_lock_barrier();
    *(volatile uint32_t *) &seal->mark = mark(heap, p, kind);
    ngx_lock_barrier();
}

static int
is_filled(const unsigned char *p, size_t n, int byte)
{
    size_t  i;

    for (i = 0; i < n; i++) {
        if (p[i] != byte) {
            return 0;
        }
    }

    return 1;
}

size_t
ngx_heap_padded(const ngx_heap_t *heap, size_t size)
{
    if (!(heap->flags & NGX_SLAB_DEBUG)) {
        return size;
    }

    size += size == 0;
    return size > SIZE_MAX - sizeof(seal_t) ? SIZE_MAX
                                            : size + sizeof(seal_t);
}

void
ngx_heap_seal(ngx_heap_t *heap, void *p, size_t size, size_t want)
{
    seal_t  *seal = seal_of(p, size);
    size_t   body = size - sizeof(seal_t);

    if (!(heap->flags & NGX_SLAB_DEBUG)) {
        return;
    }

    if (seal->mark == mark(heap, p, FREED) && !is_filled(p, body, GONE)) {
        ngx_heap_say(heap, NGX_LOG_ALERT, "ngx_slab_alloc(): a free chunk was"
                     " written to");
    }

    want += want == 0;
    set_mark(heap, p, seal, AT_WORK);
    memset((unsigned char *) p + want, BEYOND, body - want);
    seal->slack = (uint32_t) (size - want);
    set_mark(heap, p, seal, LIVE);
}

void
ngx_heap_seal_held(ngx_heap_t *heap, ngx_heap_hold_t *h, size_t want)
{
    if (heap->flags & NGX_SLAB_DEBUG) {
        ngx_heap_seal(heap, h->p, h->byte != NULL
            ? ngx_heap_classes(heap)[h->class].size
            : (size_t) ngx_heap_len(ngx_heap_word_of(heap,
                  ngx_heap_offset(heap, h->p) / 8)) << NGX_HEAP_SHIFT, want);
    }
}

size_t
ngx_heap_asked(const ngx_heap_t *heap, const void *p, size_t size)
{
    seal_t  *seal = seal_of((void *) (uintptr_t) p, size);

    if (!(heap->flags & NGX_SLAB_DEBUG)) {
        return size;
    }

    return seal->slack >= sizeof(seal_t) && seal->slack < size
           ? size - seal->slack : 0;
}

void
ngx_heap_unseal(ngx_heap_t *heap, void *p, size_t size, int is_chunk)
{
    seal_t         *seal = seal_of(p, size);
    size_t          asked = ngx_heap_asked(heap, p, size);
    unsigned char  *b = p;

    if (!(heap->flags & NGX_SLAB_DEBUG)) {
        return;
    }

    /* AT_WORK, FREED: an earlier owner died in here, before the byte changed */
    if (seal->mark != mark(heap, p, AT_WORK)
        && seal->mark != mark(heap, p, FREED)
        && (asked == 0 || seal->mark != mark(heap, p, LIVE)
            || !is_filled(b + asked, size - sizeof(seal_t) - asked, BEYOND)))
    {
        ngx_heap_complain(heap, "chunk was written beyond its end");
    }

    set_mark(heap, p, seal, AT_WORK);
    memset(b, GONE, size - sizeof(seal_t));
    set_mark(heap, p, seal, is_chunk ? FREED : AT_WORK);
}
