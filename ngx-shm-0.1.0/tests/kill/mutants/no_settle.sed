# SPDX-License-Identifier: BSD-2-Clause
# what: the intent of the dead is not looked at
# file: ngx_heap_settle.c
# seen: n-th alloc_to; n-th free_from

/^ngx_heap_settle(/,/^}/s/if (op != 0 &&/if (0 \&\&/
