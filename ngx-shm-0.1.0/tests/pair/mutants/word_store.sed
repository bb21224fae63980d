# SPDX-License-Identifier: BSD-2-Clause
# what: pages are taken back by a store
# file: ngx_slab.c
# seen: free-dead|reap/4096/2304K/0; free-same|free-same/4096/2304K/0

/^free_run(/,/^}/{
    s/} else if (!ngx_heap_cas(word, w, held)) {/} else if (*word = held, 0) {/
}
