# SPDX-License-Identifier: BSD-2-Clause
# what: bytes beyond the pages may be saved
# file: ngx_tx_save.c
# seen: tx_test

s/ || size > all - (off - from)) {/) {/
