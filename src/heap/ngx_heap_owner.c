/*
 * ngx_heap_owner.c - is the owner of a slot dead?
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"

int
ngx_heap_is_dead(ngx_heap_slot_t *slot)
{
#if NGX_LOCK_HAVE_WORD
    uint64_t  owner = ngx_lock_read(&slot->owner);

    return owner != 0
           && (slot->dead || ngx_lock_owner_dead(slot->ns, owner)
               || (!ngx_lock_abroad(slot->ns)
                   && ngx_lock_image_gone((uint32_t) owner & NGX_LOCK_TID,
                                          slot->image)));
#else
    (void) slot;
    return 0;
#endif
}

int
ngx_heap_common_try(ngx_heap_t *heap)
{
    int  rc = heap->mags == 0 ? EBUSY : ngx_lock_try(&heap->common);

    if (rc == EOWNERDEAD) {
        heap->died = 1;
    }

    return rc == 0 || rc == EOWNERDEAD;
}
