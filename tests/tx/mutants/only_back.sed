# SPDX-License-Identifier: BSD-2-Clause
# what: recovery takes back what was committed
# file: ngx_tx_recover.c
# seen: tx_kill who finishes is killed

s/^        rc = NGX_OK;/&/
s/^        if (!ngx_tx_settle(pool, /        ((ngx_tx_journal_t *) ngx_heap_journal_of(heap, slot))->state = 1;\
&/
