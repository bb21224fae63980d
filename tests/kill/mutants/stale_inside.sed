# SPDX-License-Identifier: BSD-2-Clause
# what: words inside of a run are left as they were
# file: ngx_heap_sweep.c
# seen: run split

/^ngx_heap_sweep(/,/^}/{
    /^        sweep_inside(/,/;$/d
}
s/^sweep_inside(/__attribute__((unused)) &/
