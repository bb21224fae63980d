# SPDX-License-Identifier: BSD-2-Clause
# what: members of another namespace take cells
# file: ngx_stat_join.c
# seen: stat_test

s/^    if (ngx_lock_abroad(stat->ns)) {/    if (me == 0) {/
