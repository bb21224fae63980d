# SPDX-License-Identifier: BSD-2-Clause
# what: a chunk may be freed twice in one transaction
# file: ngx_tx_save.c
# seen: tx_test

s/^        || is_freed(j, .*/        || 0)/
