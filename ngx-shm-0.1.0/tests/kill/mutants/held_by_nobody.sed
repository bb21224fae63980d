# SPDX-License-Identifier: BSD-2-Clause
# what: what the dead took by the lock stays taken
# file: ngx_heap_sweep.c
# seen: first chunk of each kind

/^judge(/,/^}/{
    s/(NGX_HEAP_HELD_FREE | (retag/(0 | (retag/
}
