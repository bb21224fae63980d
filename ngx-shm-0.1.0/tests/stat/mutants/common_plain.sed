# SPDX-License-Identifier: BSD-2-Clause
# what: in the common cell, additions are not atomic
# file: ngx_stat_add.c
# seen: stat_several_test

s/(void) __sync_fetch_and_add(p, n);/uint64_t was = *p; sched_yield(); *p = was + n;/
s/^#include "ngx_stat_seat.h"/&\
#include <sched.h>/
