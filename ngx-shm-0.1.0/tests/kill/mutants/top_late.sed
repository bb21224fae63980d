# SPDX-License-Identifier: BSD-2-Clause
# what: an entry is written after its byte
# file: ngx_heap_fast.h
# options: -b
# seen: n-th free in a row; n-th free_from

/^ngx_heap_hold(/,/^}/{
    /^    NGX_HEAP_SET(e->/d
    /^    NGX_HEAP_BYTE(/a\
    NGX_HEAP_SET(e->chunk, ((uintptr_t) p - (uintptr_t) pool) >> 3); \
    NGX_HEAP_SET(e->byte, f->byte);
}
