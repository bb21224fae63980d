/*
 * ngx_named_grow.c - grow a segment, and follow its growth by others.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define fail   ngx_named_fail

/* A 32-bit process reads the size in two halves, while others may write. */
static uint64_t
read_size(const ngx_named_header_t *head)
{
    uint64_t  size;

    do {
        size = head->size;
        ngx_memory_barrier();
    } while (size != head->size);

    return size;
}

/* Map anew, longer; the old mapping stays. */
static ngx_err_t
move(ngx_shm_segment_t *seg, size_t len)
{
    void                    *base;
    ngx_err_t                err;
    const ngx_named_kind_t  *kind = seg->kind;

    err = kind->map(seg->fd, &base, len, !(seg->flags & NGX_SHM_RDONLY));

    if (err != 0) {
        return err;
    }

    (void) kind->unmap(seg->base, seg->mapped);
    seg->addr = (unsigned char *) base + (seg->addr
                                          - (unsigned char *) seg->base);
    seg->base = base;
    seg->mapped = len;
    return 0;
}

ngx_int_t
ngx_shm_refresh(ngx_shm_segment_t *seg)
{
    size_t       offset;
    uint64_t     size;
    ngx_err_t    err;
    struct stat  st;

    if (!ngx_named_is_attached(seg)) {
        return fail(seg, EINVAL, "ngx_shm_refresh", "it is not attached");
    }

    size = read_size(seg->base);
    offset = (size_t) (seg->addr - (unsigned char *) seg->base);

    if (size == offset + seg->size) {
        return NGX_OK;
    }

    if (fstat(seg->fd, &st) == -1) {
        return fail(seg, errno, "ngx_shm_refresh", "fstat()");
    }

    if (size < offset + seg->size || size > (uint64_t) st.st_size) {
        return fail(seg, EBADMSG, "ngx_shm_refresh", "its size is damaged");
    }

    err = size > seg->mapped ? move(seg, (size_t) size) : 0;

    if (err != 0) {
        return fail(seg, err, "ngx_shm_refresh", "mmap()");
    }

    seg->size = (size_t) size - offset;
    return NGX_OK;
}

/* Undo: the header does not have the new part.  A sealed memfd keeps it. */
static void
shrink_back(int fd, size_t size)
{
    if (ftruncate(fd, (off_t) size) == -1) {
        return;
    }
}

/*
 * max_size first: if killed between the two stores, the header still passes
 * each check.
 */
static void
publish(ngx_named_header_t *head, size_t total)
{
    if (head->max_size < total) {
        head->max_size = total;
    }

    ngx_memory_barrier();
    head->size = total;
    ngx_memory_barrier();
}

/*
 * A grower that died may have left the file longer than its header says.  That
 * part is still zero, as no process has used it.
 */
static ngx_int_t
grow_locked(ngx_shm_segment_t *seg, size_t size)
{
    size_t                   from, total, length;
    ngx_err_t                err;
    struct stat              st;
    ngx_named_header_t      *head;
    ngx_shmem_refusal_t      why;
    const ngx_named_kind_t  *kind = seg->kind;

    if (ngx_shm_refresh(seg) != NGX_OK) {
        return NGX_ERROR;
    }

    if (size <= seg->size) {
        return NGX_OK;
    }

    head = seg->base;           /* the refresh may have moved it */

    if (fstat(seg->fd, &st) == -1) {
        return fail(seg, errno, "ngx_shm_grow", "fstat()");
    }

    from = (size_t) head->size;
    total = (size_t) head->offset + size;
    length = (uint64_t) st.st_size > total ? (size_t) st.st_size : total;

    if (ngx_shmem_cgroup_room(total, &why) != 0
        || ngx_shmem_resize(seg->fd, from, length, &why, "segment",
                            kind->place) != 0)
    {
        return ngx_named_deny(seg->log, "ngx_shm_grow", kind->prefix, &why);
    }

    err = total > seg->mapped ? move(seg, total) : 0;

    if (err != 0) {
        shrink_back(seg->fd, from);
        return fail(seg, err, "ngx_shm_grow", "mmap()");
    }

    publish(seg->base, total);
    seg->size = size;
    return NGX_OK;
}

ngx_int_t
ngx_shm_grow(ngx_shm_segment_t *seg, size_t size)
{
    int                  own;
    ngx_int_t            rc;
    ngx_err_t            err;
    ngx_named_header_t  *head;

    if (!ngx_named_is_attached(seg)) {
        return fail(seg, EINVAL, "ngx_shm_grow", "it is not attached");
    }

    if (!((const ngx_named_kind_t *) seg->kind)->can_grow) {
        return fail(seg, ENOTSUP, "ngx_shm_grow",
                    "a System V segment keeps its size");
    }

    if (seg->flags & NGX_SHM_RDONLY) {
        return fail(seg, EACCES, "ngx_shm_grow", "it is attached read-only");
    }

    head = seg->base;

    if (size > PTRDIFF_MAX - head->offset) {
        return fail(seg, ENOMEM, "ngx_shm_grow",
                    "more than this system can address");
    }

    /* A builder has BUILDER already, and keeps it. */
    if (head->state != NGX_SHM_READY) {
        return grow_locked(seg, size);
    }

    err = ngx_named_lock_grower(seg->fd, &own);

    if (err != 0) {
        return fail(seg, err, "ngx_shm_grow", "another process keeps the lock");
    }

    rc = grow_locked(seg, size);
    err = errno;
    ngx_named_unlock_grower(seg->fd, own);
    errno = err;
    return rc;
}
