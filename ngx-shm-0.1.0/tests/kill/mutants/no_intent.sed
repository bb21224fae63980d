# SPDX-License-Identifier: BSD-2-Clause
# what: alloc_to and free_from do not say what they are at
# file: ngx_heap_cell.h
# seen: n-th alloc_to; n-th free_from

/^    intent->op = op;$/d
