# what: the intent of the dead is not looked at
# file: ngx_heap_sweep.c
# seen: alloc_to of each kind; free_from of each kind

/^            ngx_heap_settle(heap, /s/ngx_heap_settle(.*$/(void) t;/
