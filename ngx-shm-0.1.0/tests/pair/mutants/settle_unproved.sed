# SPDX-License-Identifier: BSD-2-Clause
# what: a free_from is settled though the cell has not its claim
# file: ngx_heap_settle.c
# seen: from+alloc|from+alloc/64/256K/0; alloc|from/64/256K/0

/^settle_from(/,/^}/{
    s/if (\*cell != ngx_heap_claim(tag)) {/if (0) {/
}
