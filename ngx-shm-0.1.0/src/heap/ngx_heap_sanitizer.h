/*
 * ngx_heap_sanitizer.h - report the life of chunks to AddressSanitizer and
 * Valgrind.
 *
 * Each keeps a shadow of the memory of one process and does not see the others.
 * So it is told only what no other process can make untrue: in a pool of
 * NGX_SLAB_DEBUG, the chunks in a magazine of this thread are poisoned.  The
 * poison ends when a chunk leaves the magazine, the thread ends or the process
 * forks.
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

/* That header has inline assembly of GNU C. */
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
/* The chunk enters, or leaves, a magazine of the class. */
void ngx_heap_hide(ngx_heap_t *heap, uint32_t class, ngx_heap_entry_t e);
void ngx_heap_show(ngx_heap_t *heap, uint32_t class, ngx_heap_entry_t e);
/* Unpoison the pool of self, which may be unmapped by now. */
void ngx_heap_show_all(const ngx_heap_self_t *self);
#else
#define ngx_heap_hide(heap, class, e)  ((void) (e))
#define ngx_heap_show(heap, class, e)  ((void) (e))
#define ngx_heap_show_all(self)        ((void) (self))
#endif

#endif
