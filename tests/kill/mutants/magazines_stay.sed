# SPDX-License-Identifier: BSD-2-Clause
# what: the magazines of the dead are kept
# file: ngx_heap_reclaim.c
# options: -b
# seen: first chunk of each kind; n-th free in a row

/^ngx_heap_bury_slot(/,/^}/{
    s/give_magazines(heap, mags, tag);/(void) give_magazines;/
}
