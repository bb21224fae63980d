# SPDX-License-Identifier: BSD-2-Clause
# what: others' chunks are taken back by a store, in the long call
# file: ngx_heap_call.c
# seen: free-dead|reap/64/256K/4; free-dead|reap/1500/256K/4

/^set_held(/,/^}/{
    s/if (ngx_heap_cas(h->byte, (unsigned char) b, call->self->held)) {/*h->byte = call->self->held; if (1) {/
}
