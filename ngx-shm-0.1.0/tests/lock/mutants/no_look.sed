# SPDX-License-Identifier: BSD-2-Clause
# what: nobody looks after a death
# file: ngx_shmcond.c
# seen: shmcond_kill publish, unlock

s/turns(cond, w->lock) != w->turns/0/
