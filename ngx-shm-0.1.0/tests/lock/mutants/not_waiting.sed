# SPDX-License-Identifier: BSD-2-Clause
# what: sleepers are not counted, so nobody wakes them
# file: ngx_shmcond.c
# seen: shmcond_test

s/^    add(&cond->waiting, 1);//
