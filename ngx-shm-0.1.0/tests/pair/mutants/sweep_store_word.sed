# SPDX-License-Identifier: BSD-2-Clause
# what: reap frees pages by a store
# file: ngx_heap_sweep_run.c
# seen: free-dead|reap/4096/2304K/0

s/!ngx_heap_cas(word, w, set)/(*word = set, 0)/
