# SPDX-License-Identifier: BSD-2-Clause
# what: reap frees pages by a store
# file: ngx_heap_sweep.c
# seen: free-dead|reap/4096/2304K/0

/^replace_word(/,/^}/{
    s/^#if .*/#if 0/
}
