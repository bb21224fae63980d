# SPDX-License-Identifier: BSD-2-Clause
# what: the long free_from claims a cell by a store
# file: ngx_slab_free_from.c
# seen: from|from/64/256K/4; from+alloc|from+alloc/1500/256K/4

/^try(/,/^}/{
    s/if (ngx_heap_cas(cell, seen.chunk, ngx_heap_claim(call->self->tag))) {/*cell = ngx_heap_claim(call->self->tag); if (1) {/
}
