# SPDX-License-Identifier: BSD-2-Clause
# what: a wake is not counted
# file: ngx_shmcond.c
# seen: shmcond_kill no lock

s/^    add(&cond->seq, 1);//
