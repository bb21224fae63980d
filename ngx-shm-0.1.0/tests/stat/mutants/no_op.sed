# SPDX-License-Identifier: BSD-2-Clause
# what: an observation is not written down
# file: ngx_stat_observe.c
# seen: stat_kill observe in a cell of its own

s/^    cell->op = 1;/    cell->op = 0;/
