# what: who gets the lock of the dead does not rebuild
# file: ngx_heap_dead.c
# options: -c 2 -p 300
# seen: run split; run merged both ways; first chunk of each kind

/^ngx_heap_lock_within(/,/^}/{
    /ngx_heap_sweep(/d
}
