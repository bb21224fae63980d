# SPDX-License-Identifier: BSD-2-Clause
# what: the claim of a living process is settled
# file: ngx_heap_cell.c
# seen: from|from/64/256K/0; from+alloc|from+alloc/64/256K/0

/^ngx_heap_resolve(/,/^}/{
    s/if (slot->owner != 0 && !ngx_heap_is_dead(slot)) {/if (slot->owner == 0) {/
    s/    dead = slot->owner == 0 || ngx_heap_is_dead(slot);/    dead = 1;/
}
