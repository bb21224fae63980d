# SPDX-License-Identifier: BSD-2-Clause
# what: the dead one's half observation stays half
# file: ngx_stat_join.c
# seen: stat_kill join where an observation is half

/^        ngx_stat_settle(stat, cell);/d
