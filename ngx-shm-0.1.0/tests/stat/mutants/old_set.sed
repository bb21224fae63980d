# SPDX-License-Identifier: BSD-2-Clause
# what: a thread goes on in a set that is not there any more
# file: ngx_stat_add.c
# seen: stat_test

s/ && seat->id == stat->id)/)/
