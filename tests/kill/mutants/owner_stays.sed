# what: the slabs of the dead stay their own
# file: ngx_heap_sweep_slab.c
# seen: first chunk of each kind; n-th free in a row

/^        t->owner = 0;$/d
