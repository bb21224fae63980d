# SPDX-License-Identifier: BSD-2-Clause
# what: free_from claims a cell by a store
# file: ngx_slab_free_from.c
# seen: from|from-mine/64/256K/0

/^ngx_slab_free_from(/,/^}/{
    s/if (!ngx_heap_cas(cell, chunk, ngx_heap_claim(self->tag))) {/*cell = ngx_heap_claim(self->tag); if (0) {/
}
