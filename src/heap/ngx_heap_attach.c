/*
 * ngx_heap_attach.c - attach to a pool that another process has made.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "ngx_heap.h"
#include "ngx_lock_kind.h"
#include "ngx_shm_log.h"

/* Each process needs its own descriptor of a lock that is a file. */
static int
join_lock(ngx_heap_t *heap, const char *file)
{
    const ngx_lock_kind_t  *kind = ngx_lock_kind_of(&heap->lock);

    if (!ngx_heap_can_write(heap)) {
        return 0;
    }

    if (kind != NULL && strcmp(kind->name, "fcntl") == 0 && file == NULL) {
        return EBADF;
    }

    return ngx_lock_init(&heap->lock, NULL, file);
}

#if NGX_LOCK_HAVE_WORD

static int
is_of_earlier_boot(ngx_heap_t *heap)
{
    uint32_t  boot = ngx_lock_boot();

    return boot != 0 && heap->boot != 0 && heap->boot != boot;
}

/*
 * All users of an earlier boot are dead, even if their tids are in use now.
 * The new boot is stored last: if killed before, the next process repeats it.
 */
static int
outlive(ngx_heap_t *heap)
{
    int       rc;
    uint32_t  i;

    if (!is_of_earlier_boot(heap) || !ngx_heap_can_write(heap)) {
        return 0;
    }

    rc = ngx_heap_lock(heap);
    if (rc != 0) {
        return rc;
    }

    if (is_of_earlier_boot(heap)) {
        for (i = 1; i < heap->nslots; i++) {
            ngx_heap_slots(heap)[i].dead = ngx_heap_slots(heap)[i].owner != 0;
        }

        if (heap->mags != 0) {
            memset(&heap->common, 0, sizeof(heap->common));
            (void) ngx_lock_init(&heap->common, NULL, NULL);
            heap->died = 1;
        }

        ngx_heap_sweep(heap, 0, 1, NULL);
        heap->ns = ngx_lock_self.ns;
        ngx_lock_barrier();
        heap->boot = ngx_lock_boot();
    }

    ngx_heap_unlock(heap);
    return 0;
}

static const char *
unreachable(ngx_heap_t *heap, const char *file, int *err)
{
    (void) ngx_lock_me();

    *err = join_lock(heap, file);

    if (*err == 0) {
        *err = outlive(heap);
    }

    /* a read-only process need not judge owners */
    if (*err == 0 && !ngx_heap_is_home(heap) && ngx_heap_can_write(heap)) {
        *err = EXDEV;
    }

    return *err == 0 ? NULL
           : *err == EXDEV ? "the pool is from another pid namespace"
           : *err == EBADF ? "the lock of the pool is a file: name it"
                           : "the lock of the pool cannot be had";
}

#else

static const char *
unreachable(ngx_heap_t *heap, const char *file, int *err)
{
    *err = join_lock(heap, file);
    return *err == 0 ? NULL : "the lock of the pool cannot be had";
}

#endif

ngx_slab_pool_t *
ngx_slab_attach_kind(void *addr, size_t size, const char *file)
{
    int          err = EINVAL;
    const char  *why;

    if (addr == NULL || (uintptr_t) addr % 8 != 0) {
        why = "the address is no multiple of 8";
    } else {
        why = ngx_heap_unfit(addr, size, &err);
    }

    if (why == NULL) {
        why = unreachable(ngx_heap_of((uintptr_t) addr), file, &err);
    }

    if (why == NULL) {
        ngx_heap_guard(ngx_heap_of((uintptr_t) addr));
        return addr;
    }

    ngx_log_error(NGX_LOG_ERR, ngx_shm_log(ngx_slab_log), 0,
                  "ngx_slab_attach(): %s", why);
    errno = err;
    return NULL;
}

ngx_slab_pool_t *
ngx_slab_attach(void *addr, size_t size)
{
    return ngx_slab_attach_kind(addr, size, NULL);
}

void
ngx_slab_detach(ngx_slab_pool_t *pool)
{
    ngx_heap_self_forget(ngx_heap_of(pool));
    ngx_lock_forget(&ngx_heap_of(pool)->lock);
}
