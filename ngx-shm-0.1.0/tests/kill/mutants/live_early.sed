# SPDX-License-Identifier: BSD-2-Clause
# what: what goes to the cache counts as live
# file: ngx_heap_slab.c
# seen: n-th chunk of 64

/^take_some(/,/^}/{
    s/(NGX_HEAP_HELD | tag)/(tag)/
}
