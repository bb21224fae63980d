# SPDX-License-Identifier: BSD-2-Clause
# what: the intent ends before the cell is set
# file: ngx_slab_alloc_to.c
# seen: n-th alloc_to

/^ngx_slab_alloc_to(/,/^}/{
    /^    intent->op = 0;$/d
    /^    ngx_heap_publish(cell, chunk);$/i\
    intent->op = 0;
}
