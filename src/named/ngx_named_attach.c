/*
 * ngx_named_attach.c - map a segment, and unmap it.
 *
 * A file is mapped beyond its end, up to max_size.  When it grows, the new
 * memory is at the same address already.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

const ngx_shm_options_t  ngx_named_no_wishes;

#define fail  ngx_named_fail

static size_t
length_of(const ngx_named_kind_t *kind, const ngx_named_header_t *head,
    const ngx_shm_options_t *options)
{
    uint64_t  len = head->size, room;

    if (!kind->can_grow) {
        return (size_t) len;
    }

    len = head->max_size > len ? head->max_size : len;

    if (options != NULL && options->max_size < PTRDIFF_MAX - head->offset) {
        room = head->offset + options->max_size;
        len = room > len ? room : len;
    }

    return (size_t) len;
}

static ngx_uint_t
has_name(int fd)
{
    struct stat  st;

    return fstat(fd, &st) == 0 && st.st_nlink != 0;
}

ngx_err_t
ngx_named_attach(ngx_shm_segment_t *seg, int fd, const ngx_named_kind_t *kind,
    const ngx_named_header_t *head, const ngx_shm_options_t *options,
    ngx_shmem_refusal_t *why)
{
    int        writable = options == NULL || !(options->flags & NGX_SHM_RDONLY);
    void      *base;
    size_t     len = length_of(kind, head, options);
    ngx_err_t  err;

    if (options != NULL && options->size > head->size - head->offset) {
        return ngx_named_object(why, ERANGE, "it is smaller than asked for",
                                "grow it, or ask for less");
    }

    err = kind->map(fd, &base, len, writable);

    /* No address space to grow into: then ngx_shm_refresh() moves addr. */
    if (err != 0 && len > head->size) {
        len = (size_t) head->size;
        err = kind->map(fd, &base, len, writable);
    }

    if (err != 0) {
        return ngx_shmem_refuse(why, err, len, NULL, "mmap(%zu)", len);
    }

    /* The key of a System V segment may lead to another segment by now. */
    if (((const ngx_named_header_t *) base)->id != head->id) {
        (void) kind->unmap(base, len);
        return ngx_named_object(why, ENODATA, "it is made anew again and again",
                                "");
    }

    seg->addr = (unsigned char *) base + head->offset;
    seg->size = (size_t) (head->size - head->offset);
    seg->created = 0;
    seg->generation = head->generation;
    seg->id = head->id;
    seg->fd = fd;
    seg->base = base;
    seg->mapped = len;
    seg->kind = kind;
    seg->named = has_name(fd);
    seg->flags = options != NULL ? options->flags : 0;
    seg->log = options != NULL ? options->log : NULL;
    return 0;
}

/* 0, errno, or ENODATA: the memory was removed, whatever has the name now. */
static ngx_err_t
is_still_there(const ngx_shm_segment_t *seg)
{
    uint64_t                 total;
    ngx_err_t                err;
    struct stat              st;
    ngx_named_header_t       head;
    const ngx_named_kind_t  *kind = seg->kind;

    if (fstat(seg->fd, &st) == -1) {
        return errno;
    }

    if (st.st_nlink == 0) {
        return ENODATA;
    }

    err = kind->peek(seg->fd, &head, &total);

    return err == 0 && head.id != seg->id ? ENODATA : err;
}

ngx_int_t
ngx_shm_linked(ngx_shm_segment_t *seg)
{
    ngx_err_t  err;

    if (!ngx_named_is_attached(seg)) {
        return fail(seg, EINVAL, "ngx_shm_linked", "it is not attached");
    }

    if (!seg->named) {
        return fail(seg, ENOTSUP, "ngx_shm_linked", "it never had a name");
    }

    err = is_still_there(seg);

    if (err == ENODATA) {
        return NGX_DECLINED;
    }

    return err == 0 ? NGX_OK
                    : fail(seg, err, "ngx_shm_linked", "reading its header");
}

ngx_int_t
ngx_shm_ready(ngx_shm_segment_t *seg)
{
    ngx_named_header_t  *head;

    if (!ngx_named_is_attached(seg) || !seg->created) {
        return fail(seg, EINVAL, "ngx_shm_ready", "it was not created here");
    }

    head = seg->base;

    if (head->state != NGX_SHM_BUILDING) {
        return fail(seg, EINVAL, "ngx_shm_ready", "it is ready already");
    }

    ngx_memory_barrier();
    head->state = NGX_SHM_READY;
    ngx_memory_barrier();

    (void) ngx_named_lock(seg->fd, NGX_NAMED_BUILDER, F_UNLCK);
    return NGX_OK;
}

ngx_int_t
ngx_shm_sync(ngx_shm_segment_t *seg)
{
    size_t  offset;

    if (!ngx_named_is_attached(seg)) {
        return fail(seg, EINVAL, "ngx_shm_sync", "it is not attached");
    }

    if (!((const ngx_named_kind_t *) seg->kind)->can_grow) {
        return fail(seg, ENOTSUP, "ngx_shm_sync",
                    "a System V segment has no disk");
    }

    /* Others may have grown it: write that, too. */
    if (ngx_shm_refresh(seg) != NGX_OK) {
        return NGX_ERROR;
    }

    offset = (size_t) (seg->addr - (unsigned char *) seg->base);

    if (msync(seg->base, offset + seg->size, MS_SYNC) == -1) {
        return fail(seg, errno, "ngx_shm_sync", "msync()");
    }

    return NGX_OK;
}

void
ngx_shm_close(ngx_shm_segment_t *seg)
{
    int                      saved = errno;
    const ngx_named_kind_t  *kind;

    if (!ngx_named_is_attached(seg)) {
        return;
    }

    kind = seg->kind;
    (void) kind->unmap(seg->base, seg->mapped);
    (void) close(seg->fd);

    seg->addr = NULL;
    seg->base = NULL;
    seg->size = 0;
    seg->fd = -1;
    errno = saved;
}
