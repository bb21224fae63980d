# SPDX-License-Identifier: BSD-2-Clause
# what: begin does not recover
# file: ngx_tx.c
# seen: tx_kill insert

s/^    ngx_int_t  rc = ngx_tx_recover(pool, mtx);/    ngx_int_t  rc = pool != NULL ? NGX_OK : NGX_ERROR;/
