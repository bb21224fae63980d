# SPDX-License-Identifier: BSD-2-Clause
# what: the count of wakes is read when the lock is released
# file: ngx_shmcond.c
# seen: shmcond_kill begin to wait
# every: 1

/^        rc = leave(w->lock);/a\
        w->seq = load(cond->seq);
