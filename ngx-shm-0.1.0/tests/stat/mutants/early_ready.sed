# SPDX-License-Identifier: BSD-2-Clause
# what: the cell is said to be ready before its levels are 0
# file: ngx_stat_join.c
# seen: stat_kill join in a dead one's cell

/^        ngx_stat_settle(stat, cell);/i\
        ngx_stat_put(\&cell->ready, me);\
        for (volatile int i = 0; i < 5000; i++) { }
