# SPDX-License-Identifier: BSD-2-Clause
# what: the journal of a dead slot is freed though it is open
# file: ngx_heap_journal.c
# seen: tx_test

s/^    if (!ngx_heap_in_journal(heap, slot)$/    if (heap != NULL/
