# SPDX-License-Identifier: BSD-2-Clause
# what: the lock is released before the commit has ended
# file: ngx_tx.c
# seen: tx_kill remove

/^        j->state = NGX_TX_COMMITTED;/,/^    }/ s/^        (void) ngx_tx_settle(pool, j);/        ngx_tx_unmark(mtx); ngx_shmtx_unlock(mtx); mtx->log = NULL;\
&/
