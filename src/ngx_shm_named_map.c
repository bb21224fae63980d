/*
 * An attached segment: mapping, growing, leaving it.
 *
 * A file is mapped beyond its end, up to the greatest size that was wished
 * for.  When it grows, the memory is simply there, at the same address.
 */

#include "ngx_auto_config.h"
#include "ngx_shm_named_kind.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define TRIES  5000             /* of a millisecond each */

static size_t
wished_length(const ngx_shmem_kind_t *kind, const ngx_shmem_header_t *head,
    const ngx_shm_options_t *wishes)
{
    uint64_t  len = head->size, room;

    if (!kind->can_grow) {
        return (size_t) len;
    }

    len = head->max_size > len ? head->max_size : len;

    if (wishes != NULL && wishes->max_size < PTRDIFF_MAX - head->offset) {
        room = head->offset + wishes->max_size;
        len = room > len ? room : len;
    }

    return (size_t) len;
}

ngx_err_t
ngx_shmem_attach(ngx_shm_segment_t *seg, int fd, const ngx_shmem_kind_t *kind,
    const ngx_shmem_header_t *head, const ngx_shm_options_t *wishes,
    ngx_shmem_refusal_t *why)
{
    int        writable = wishes == NULL || !(wishes->flags & NGX_SHM_RDONLY);
    void      *base;
    size_t     len = wished_length(kind, head, wishes);
    ngx_err_t  err;

    if (wishes != NULL && wishes->size > head->size - head->offset) {
        return ngx_shmem_object(why, ERANGE, "it is smaller than asked for",
                                "grow it, or ask for less");
    }

    err = kind->map(fd, &base, len, writable);

    /* Room to grow into is a wish: without it, addr moves. */
    if (err != 0 && len > head->size) {
        len = (size_t) head->size;
        err = kind->map(fd, &base, len, writable);
    }

    if (err != 0) {
        return ngx_shmem_refuse(why, err, len, NULL, "mmap(%zu)", len);
    }

    seg->addr = (unsigned char *) base + head->offset;
    seg->size = (size_t) (head->size - head->offset);
    seg->created = 0;
    seg->generation = head->generation;
    seg->fd = fd;
    seg->base = base;
    seg->mapped = len;
    seg->kind = kind;
    seg->flags = wishes != NULL ? wishes->flags : 0;
    seg->log = wishes != NULL ? wishes->log : NULL;
    return 0;
}

static ngx_int_t
fail(ngx_shm_segment_t *seg, ngx_err_t err, const char *call,
    const char *words)
{
    if (seg != NULL) {
        ngx_log_error(NGX_LOG_ALERT, seg->log, err, "%s() failed: %s", call,
                      words);
    }

    errno = err;
    return NGX_ERROR;
}

static int
is_attached(const ngx_shm_segment_t *seg)
{
    return seg != NULL && seg->base != NULL;
}

ngx_int_t
ngx_shm_ready(ngx_shm_segment_t *seg)
{
    ngx_shmem_header_t  *head;

    if (!is_attached(seg) || !seg->created) {
        return fail(seg, EINVAL, "ngx_shm_ready", "it was not created here");
    }

    head = seg->base;

    if (head->state != NGX_SHM_BUILDING) {
        return fail(seg, EINVAL, "ngx_shm_ready", "it is ready already");
    }

    ngx_memory_barrier();
    head->state = NGX_SHM_READY;
    ngx_memory_barrier();

    (void) ngx_shmem_lock(seg->fd, NGX_SHMEM_BUILDER, F_UNLCK);
    return NGX_OK;
}

/* A 32-bit process reads a half at a time, and somebody may be writing. */
static uint64_t
read_size(const ngx_shmem_header_t *head)
{
    uint64_t  size;

    do {
        size = head->size;
        ngx_memory_barrier();
    } while (size != head->size);

    return size;
}

/* Another mapping, longer than the one there is; that one is left alone. */
static ngx_err_t
move(ngx_shm_segment_t *seg, size_t len)
{
    void                    *base;
    ngx_err_t                err;
    const ngx_shmem_kind_t  *kind = seg->kind;

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

    if (!is_attached(seg)) {
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

static ngx_err_t
lock_builder(int fd)
{
    int              i;
    ngx_err_t        err = 0;
    struct timespec  t = { 0, 1000000 };

    for (i = 0; i < TRIES; i++) {
        err = ngx_shmem_lock(fd, NGX_SHMEM_BUILDER, F_WRLCK);

        if (err != EAGAIN) {
            return err;
        }

        (void) nanosleep(&t, NULL);
    }

    return ETIMEDOUT;
}

/*
 * A grower that died may have left the file longer than its header tells:
 * nobody has seen that part, and it is still zero.
 */
static ngx_int_t
grow_locked(ngx_shm_segment_t *seg, size_t size)
{
    size_t                   from, total, length;
    struct stat              st;
    ngx_shmem_header_t      *head = seg->base;
    ngx_shmem_refusal_t      why;
    const ngx_shmem_kind_t  *kind = seg->kind;

    if (ngx_shm_refresh(seg) != NGX_OK) {
        return NGX_ERROR;
    }

    if (size <= seg->size) {
        return NGX_OK;
    }

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
        return ngx_shmem_deny(seg->log, "ngx_shm_grow", kind->prefix, &why);
    }

    head->size = total;
    ngx_memory_barrier();

    return ngx_shm_refresh(seg);
}

ngx_int_t
ngx_shm_grow(ngx_shm_segment_t *seg, size_t size)
{
    ngx_int_t            rc;
    ngx_err_t            err;
    ngx_shmem_header_t  *head;

    if (!is_attached(seg)) {
        return fail(seg, EINVAL, "ngx_shm_grow", "it is not attached");
    }

    if (!((const ngx_shmem_kind_t *) seg->kind)->can_grow) {
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

    /* Who is building it has the lock, and keeps it. */
    if (head->state != NGX_SHM_READY) {
        return grow_locked(seg, size);
    }

    err = lock_builder(seg->fd);

    if (err != 0) {
        return fail(seg, err, "ngx_shm_grow", "somebody keeps the lock");
    }

    rc = grow_locked(seg, size);
    err = errno;
    (void) ngx_shmem_lock(seg->fd, NGX_SHMEM_BUILDER, F_UNLCK);
    errno = err;
    return rc;
}

ngx_int_t
ngx_shm_sync(ngx_shm_segment_t *seg)
{
    size_t  offset;

    if (!is_attached(seg)) {
        return fail(seg, EINVAL, "ngx_shm_sync", "it is not attached");
    }

    if (!((const ngx_shmem_kind_t *) seg->kind)->can_grow) {
        return fail(seg, ENOTSUP, "ngx_shm_sync",
                    "a System V segment has no disk");
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
    const ngx_shmem_kind_t  *kind;

    if (!is_attached(seg)) {
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
