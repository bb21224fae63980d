# what: the intent of the dead is not looked at
# file: ngx_heap_sweep.c
# seen: alloc_to of each kind; free_from of each kind

/^            settle(heap, /s/settle(.*$/(void) settle;/
