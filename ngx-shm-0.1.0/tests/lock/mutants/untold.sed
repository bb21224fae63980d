# SPDX-License-Identifier: BSD-2-Clause
# what: the death of an owner is not told
# file: ngx_shmcond.c
# seen: shmcond_death_test

s/return locked != NGX_OK ? locked : rc/return locked == NGX_ERROR ? locked : rc/
