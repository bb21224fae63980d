/*
 * ngx_heap_sanitizer.h - what AddressSanitizer and Valgrind are told.
 *
 * Either keeps a shadow of memory per process and knows nothing of the others.
 * So it is told only what no other process makes untrue: that nobody may touch
 * what lies in a magazine of this thread, in a pool of NGX_SLAB_DEBUG.  When
 * it is taken out, the thread ends or the process forks, all may again.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_HEAP_SANITIZER_H_INCLUDED
#define NGX_HEAP_SANITIZER_H_INCLUDED

#include "ngx_heap.h"

#if defined(__SANITIZE_ADDRESS__)
#define NGX_HEAP_ASAN  1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NGX_HEAP_ASAN  1
#endif
#endif

/* A header with code of its own, for compilers that know GNU's. */
#if defined(__has_include) && defined(__GNUC__) && !defined(__TINYC__)
#if __has_include(<valgrind/memcheck.h>)
#define NGX_HEAP_MEMCHECK  1
#endif
#endif

#ifndef NGX_HEAP_ASAN
#define NGX_HEAP_ASAN  0
#endif
#ifndef NGX_HEAP_MEMCHECK
#define NGX_HEAP_MEMCHECK  0
#endif

#define NGX_HEAP_SHADOW  (NGX_LOCK_HAVE_WORD                                  \
                          && (NGX_HEAP_ASAN || NGX_HEAP_MEMCHECK))

#if NGX_HEAP_SHADOW
/* The entry goes into a magazine of the class, or comes out of it. */
void ngx_heap_hide(ngx_heap_t *heap, uint32_t class, ngx_heap_entry_t e);
void ngx_heap_show(ngx_heap_t *heap, uint32_t class, ngx_heap_entry_t e);
/* All of the pool that self is for, which may be mapped no more. */
void ngx_heap_show_all(const ngx_heap_self_t *self);
#else
#define ngx_heap_hide(heap, class, e)  ((void) (e))
#define ngx_heap_show(heap, class, e)  ((void) (e))
#define ngx_heap_show_all(self)        ((void) (self))
#endif

#endif
