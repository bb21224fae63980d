/*
 * ngx_named_file.c - the kinds that are files: posix, file and memfd.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_named_kind.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static ngx_err_t
file_make(int fd, const ngx_named_header_t *head, const char *name,
    const char *place, ngx_shmem_refusal_t *why)
{
    return ngx_shmem_resize(fd, sizeof(*head), (size_t) head->size, why, name,
                            place);
}

ngx_err_t
ngx_named_file_permit(int fd, mode_t mode, uid_t owner, gid_t group)
{
    /* The owner first: chown() clears bits of the mode. */
    if ((owner != (uid_t) -1 || group != (gid_t) -1)
        && fchown(fd, owner, group) == -1)
    {
        return errno;
    }

    return fchmod(fd, mode) == -1 ? errno : 0;
}

ngx_err_t
ngx_named_file_peek(int fd, ngx_named_header_t *head, uint64_t *total)
{
    ssize_t      n;
    struct stat  st;

    if (fstat(fd, &st) == -1) {
        return errno;
    }

    if (!S_ISREG(st.st_mode)) {
        return EBADMSG;
    }

    if (st.st_size == 0) {
        return ENODATA;
    }

    n = pread(fd, head, sizeof(*head), 0);

    if (n != (ssize_t) sizeof(*head)) {
        return n == -1 ? errno : EBADMSG;
    }

    /* After its header: a process that grows it lengthens the file first. */
    if (fstat(fd, &st) == -1) {
        return errno;
    }

    *total = (uint64_t) st.st_size;
    return 0;
}

static ngx_err_t
file_map(int fd, void **addr, size_t len, int writable)
{
    void  *p = mmap(NULL, len, writable ? PROT_READ|PROT_WRITE : PROT_READ,
                    MAP_SHARED, fd, 0);

    if (p == MAP_FAILED) {
        return errno;
    }

    *addr = p;
    return 0;
}

static ngx_err_t
file_unmap(void *addr, size_t len)
{
    return munmap(addr, len) == -1 ? errno : 0;
}

static ngx_err_t
file_clear(int fd, const ngx_named_header_t *head)
{
    ssize_t  n = pwrite(fd, head, sizeof(*head), 0);

    /*
     * The header before the size: if killed in between, the file is empty, or
     * its header says BUILDING.
     */
    if (n != (ssize_t) sizeof(*head)) {
        return n == -1 ? errno : ENOSPC;
    }

    return ftruncate(fd, (off_t) sizeof(*head)) == -1 ? errno : 0;
}

/*
 * Map errors of open() for things that are no files: a folder, a socket, a
 * missing device.  shm_open() follows no link, and glibc's fails with EINVAL
 * for a folder and for a name that is too long.
 */
static int
is_no_file(int err, const ngx_named_kind_t *kind, const char *name, int flags)
{
    if (kind == &ngx_named_kind_posix) {
        return err == EISDIR || err == ENXIO || err == ENODEV
               || (err == ELOOP && !(flags & O_NOFOLLOW))
               || (err == EINVAL && strlen(name) <= NAME_MAX);
    }

    return err == EISDIR || err == ENXIO || err == ENODEV;
}

int
ngx_named_open_plain(const ngx_named_kind_t *kind, const char *name, int flags,
    mode_t mode)
{
    int          fd = kind->open(name, flags, mode);
    ngx_err_t    err;
    struct stat  st;

    if (fd == -1) {
        errno = is_no_file(errno, kind, name, flags) ? EBADMSG : errno;
        return -1;
    }

    err = fstat(fd, &st) == -1 ? errno : S_ISREG(st.st_mode) ? 0 : EBADMSG;

    if (err != 0) {
        (void) close(fd);
        errno = err;
        return -1;
    }

    return fd;
}

/* Common to the kinds that are files. */
#define FILE_CALLS                                                            \
    .make = file_make,                                                        \
    .permit = ngx_named_file_permit,                                          \
    .peek = ngx_named_file_peek,                                              \
    .map = file_map,                                                          \
    .unmap = file_unmap,                                                      \
    .clear = file_clear,                                                      \
    .can_grow = 1

#if NGX_HAVE_POSIX_SHM

/* On Linux shm_open() is open(), and the name may lead to a FIFO. */
#if defined(__linux__)
#define POSIX_FLAGS  O_NONBLOCK|O_NOCTTY
#else
#define POSIX_FLAGS  0
#endif

static int
posix_open(const char *name, int flags, mode_t mode)
{
    return shm_open(name, flags|POSIX_FLAGS, mode);
}

#define posix_unlink  shm_unlink
#else
#define posix_open    NULL
#define posix_unlink  NULL
#endif

const ngx_named_kind_t  ngx_named_kind_posix = {
    .prefix = "posix:",
    .feature = "NGX_HAVE_POSIX_SHM",
    .place = "/dev/shm",
    .open = posix_open,
    .unlink = posix_unlink,
    FILE_CALLS
};

#if NGX_HAVE_MAP_FILE

static int
file_open(const char *name, int flags, mode_t mode)
{
    return open(name, flags|O_CLOEXEC|O_NONBLOCK|O_NOCTTY, mode);
}

#define file_remove  unlink
#else
#define file_open    NULL
#define file_remove  NULL
#endif

const ngx_named_kind_t  ngx_named_kind_file = {
    .prefix = "file:",
    .feature = "NGX_HAVE_MAP_FILE",
    .open = file_open,
    .unlink = file_remove,
    FILE_CALLS
};

#if NGX_HAVE_MEMFD

static int
memfd_open(const char *name, int flags, mode_t mode)
{
    (void) flags;
    (void) mode;

    return memfd_create(*name != '\0' ? name : "ngx-shm",
                        MFD_CLOEXEC|MFD_ALLOW_SEALING);
}

#else
#define memfd_open  NULL
#endif

const ngx_named_kind_t  ngx_named_kind_memfd = {
    .prefix = "memfd:",
    .feature = "NGX_HAVE_MEMFD",
    .open = memfd_open,
    FILE_CALLS
};
