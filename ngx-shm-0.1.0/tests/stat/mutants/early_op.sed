# SPDX-License-Identifier: BSD-2-Clause
# what: an observation is said to be written down before it is
# file: ngx_stat_observe.c
# seen: stat_kill observe in a cell of its own

/^    cell->op = 1;/d
/^    cell->count = ngx_stat_get/i\
    cell->op = 1;\
    ngx_lock_in_order();
