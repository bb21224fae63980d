# SPDX-License-Identifier: BSD-2-Clause
# what: the level of a dead member counts
# file: ngx_stat_read.c
# seen: stat_test

s/^\( *\)&& !ngx_stat_is_dead(stat, cell, owner);/\1\&\& owner != 1;/
