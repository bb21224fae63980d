# SPDX-License-Identifier: BSD-2-Clause
# what: a slab is one before its map is clear
# file: ngx_heap_slab.c
# seen: first chunk of each kind

/^new_slab(/,/^}/{
    s/ngx_heap_word(NGX_HEAP_RUN, 0, c->pages)/ngx_heap_word(NGX_HEAP_SLAB_OF, class, c->pages)/
}
