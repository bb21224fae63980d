# SPDX-License-Identifier: BSD-2-Clause
# what: a run is erased before its left neighbour covers it
# file: ngx_heap_run.c
# seen: run merged left; run merged both ways

/^ngx_heap_run_give(/,/^}/{
    /^    t\[first\]\.word = /i\
    if (left != NGX_HEAP_NONE) { t[page].word = NGX_HEAP_INNER; }
}
