# SPDX-License-Identifier: BSD-2-Clause
# what: a run is taken before the rest of it is a run
# file: ngx_heap_run.c
# seen: run split

/^carve(/,/^}/{
    /^    t\[at\]\.word = word;$/d
    /^    rest = page + len - at - n;$/a\
    t[at].word = word;
}
