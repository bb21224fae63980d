# SPDX-License-Identifier: BSD-2-Clause
# what: a cell is taken from a dead member without a look at who has it
# file: ngx_stat_join.c
# seen: stat_several_test

s/ngx_lock_cas(&cell->owner, owner, me))/(ngx_stat_put(\&cell->owner, me), 1))/
