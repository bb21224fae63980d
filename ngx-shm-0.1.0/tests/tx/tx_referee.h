/*
 * tx_referee.h - what is in the pool: a tree, a list and two counts, which must
 * agree.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TX_REFEREE_H_INCLUDED
#define TX_REFEREE_H_INCLUDED

#include "ngx_slab.h"

#include <stddef.h>
#include <stdint.h>

#define MOST  32        /* nodes */

/* Links are offsets in the pool; 0: none. */
typedef struct {
    uintptr_t  left, right;
    uintptr_t  next, prev;
    uintptr_t  key, value;
    uintptr_t  blob;            /* a chunk of its own, or 0 */
} node_t;

typedef struct {
    ngx_shmtx_sh_t  lock;
    uintptr_t       head, tail;
    uintptr_t       tree;
    uintptr_t       count, sum;
} root_t;

/* In the order of the list. */
typedef struct {
    size_t     n;
    uintptr_t  key[MOST], value[MOST], blob[MOST];     /* blob: 0 or 1 */
} state_t;

/*
 * Read all of it, without any call of the library.  NULL, or what is wrong: a
 * link that leads nowhere, a list or tree that does not agree with the other,
 * a wrong count.
 */
const char *referee_read(const void *pool, size_t size, const root_t *root,
    state_t *s);
int referee_same(const state_t *a, const state_t *b);

#endif
