# SPDX-License-Identifier: BSD-2-Clause
# what: a cell is taken over with the levels in it
# file: ngx_stat_join.c
# seen: stat_test

/^        clear_levels(stat, cell);/d
