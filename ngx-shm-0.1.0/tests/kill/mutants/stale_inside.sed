# SPDX-License-Identifier: BSD-2-Clause
# what: words inside of a run are left as they were
# file: ngx_heap_sweep.c
# seen: run split

/^mend_words(/,/^}/{
    /^        mend_inside(/,/;$/d
}
s/^mend_inside(/__attribute__((unused)) &/
