# SPDX-License-Identifier: BSD-2-Clause
# what: the journal is closed before what was freed is free
# file: ngx_tx_settle.c
# seen: tx_kill remove

/^    for (i = 0; i < j->nops; i++) {/i\
    uint32_t n = j->nops; j->state = NGX_TX_CLOSED; ngx_heap_order();
s/^    for (i = 0; i < j->nops; i++) {/    for (i = 0; i < n; i++) {/
