# SPDX-License-Identifier: BSD-2-Clause
# what: a larger journal takes the place of the old one before it is written
# file: ngx_tx_grow.c
# seen: tx_kill a long one

/^            copy(large, j, size);/{
    h
    d
}
/^            ngx_heap_set_journal(heap, ngx_tx_slot(pool), large);/{
    i\
            ngx_tx_journal_t *was = memcpy(copied, j, j->size);
    a\
            copy(large, was, size);
}
s/^static void \*$/static char copied[1 << 20];\
&/
