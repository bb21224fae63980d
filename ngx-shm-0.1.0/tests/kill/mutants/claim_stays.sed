# SPDX-License-Identifier: BSD-2-Clause
# what: the cell is not claimed
# file: ngx_slab_free_from.c
# seen: n-th free_from

/^ngx_slab_free_from(/,/^}/{
    s/if (!ngx_heap_cas(cell, chunk, ngx_heap_claim(self->tag))) {/if (*cell != chunk) {/
}
