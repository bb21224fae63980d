/*
 * tx_world.h - sections that change the tree, the list and the counts, each in
 * one transaction; and a model of what they do.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TX_WORLD_H_INCLUDED
#define TX_WORLD_H_INCLUDED

#include "tx_referee.h"
#include "ngx_tx.h"

extern ngx_slab_pool_t  *pool;
extern root_t           *root;
extern ngx_shmtx_t       lock;

/* Inside of a transaction.  A call that fails ends the process, status 9. */
void world_insert(uintptr_t key, uintptr_t value, size_t blob);
void world_remove(uintptr_t key);
void world_touch(void);         /* all values, saved as ranges */

void model_insert(state_t *s, uintptr_t key, uintptr_t value, int blob);
void model_remove(state_t *s, uintptr_t key);
void model_touch(state_t *s);

#endif
