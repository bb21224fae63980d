# SPDX-License-Identifier: BSD-2-Clause
# what: a turn that ends in a wait is a reason to look
# file: ngx_shmcond.c
# seen: shmcond_test

s/^        add(&cond->entered, 1);//
