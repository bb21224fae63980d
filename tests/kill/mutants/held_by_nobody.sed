# what: what the dead took by the lock stays taken
# file: ngx_heap_sweep.c
# seen: first chunk of each kind

/s->fate\[1\] = NGX_HEAP_HELD_FREE;/d
