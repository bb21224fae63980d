# SPDX-License-Identifier: BSD-2-Clause
# what: an alloc_to is settled though the chunk is somebody else's
# file: ngx_heap_settle.c
# seen: to|from+alloc/64/256K/0; to|from/64/256K/0

/^make_held(/,/^}/{
    s/ || (b != only && b != other)//
}
