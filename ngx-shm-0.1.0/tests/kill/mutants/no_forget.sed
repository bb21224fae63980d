# SPDX-License-Identifier: BSD-2-Clause
# what: the bins are added to and not built anew
# file: ngx_heap_sweep.c
# seen: run split

s/^    forget(heap);$/    (void) forget;/
