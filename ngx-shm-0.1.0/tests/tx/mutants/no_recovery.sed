# SPDX-License-Identifier: BSD-2-Clause
# what: begin does not recover
# file: ngx_tx.c
# seen: tx_kill insert

s/^    if (ngx_tx_recover(pool, mtx) == NGX_ERROR) {/    if (0) {/
