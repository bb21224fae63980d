# SPDX-License-Identifier: BSD-2-Clause
# what: a full cache is emptied without the lock
# file: ngx_heap_call.c
# seen: free-flush|free-flush/64/256K/0; alloc-cold|free-flush/64/256K/0

/^ngx_heap_take_back(/,/^}/{
    s/if (m->top == m->limit && ngx_heap_call_lock(call)) {/if (m->top == m->limit) {/
    s/^            ngx_heap_call_unlock(call);$//
}
