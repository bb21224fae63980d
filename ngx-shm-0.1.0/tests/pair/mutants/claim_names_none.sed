# SPDX-License-Identifier: BSD-2-Clause
# what: the claim of another one on its cell does not count for an alloc_to
# file: ngx_heap_settle.c
# seen: to|from+alloc/64/256K/0; to|from/64/256K/0

/^is_named(/,/^}/{
    s/return tag != 0 /return tag == 0 /
}
