# what: the magazines of the dead are kept
# file: ngx_heap_sweep.c
# seen: first chunk of each kind; n-th free in a row

/^judge(/,/^}/{
    s/slot\[i\]\.mags = 0;/(void) slot;/
}
