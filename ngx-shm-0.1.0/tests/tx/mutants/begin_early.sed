# SPDX-License-Identifier: BSD-2-Clause
# what: a transaction is open before the old records are forgotten
# file: ngx_tx.c
# seen: tx_kill insert

/^    ngx_heap_publish(&j->state, NGX_TX_ACTIVE);/d
s/^    j->used = 0;/    ngx_heap_publish(\&j->state, NGX_TX_ACTIVE);\
    ngx_heap_order();\
    j->used = 0;\
    ngx_heap_order();/
