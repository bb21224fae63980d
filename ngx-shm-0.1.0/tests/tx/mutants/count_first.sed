# SPDX-License-Identifier: BSD-2-Clause
# what: a record is counted before it is written
# file: ngx_tx_save.c
# seen: tx_kill insert

/^    j->used = (uint32_t) (used + whole/d
s/^    used = j->used;/&\
    j->used = (uint32_t) (used + whole + sizeof(*kept));\
    ngx_heap_order();/
