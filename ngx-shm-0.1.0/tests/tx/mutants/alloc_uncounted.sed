# SPDX-License-Identifier: BSD-2-Clause
# what: a chunk is allocated before it is counted
# file: ngx_tx_save.c
# seen: tx_kill insert

/^ngx_tx_alloc(/,/^}/ {
    /^    count_op(j);/d
    s/^    return ngx_slab_alloc_to(.*/    void *p = ngx_slab_alloc_to(pool, \&op->cell, size);\
    count_op(j);\
    return p;/
}
