# SPDX-License-Identifier: BSD-2-Clause
# what: a bound is not in its bucket
# file: ngx_stat_observe.c
# seen: stat_test

s/if (value <= bounds/if (value < bounds/
