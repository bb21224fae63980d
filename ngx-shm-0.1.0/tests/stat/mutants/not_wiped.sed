# SPDX-License-Identifier: BSD-2-Clause
# what: a forked child counts in the cell of its parent
# file: ngx_stat_seat.c
# seen: stat_test

s/p = ngx_lock_wiped(\(.*\));/p = calloc(1, \1);/
s/^#include <pthread.h>/&\
#include <stdlib.h>/
s/^    ngx_lock_wiped_free(arg, .*/    free(arg);/
