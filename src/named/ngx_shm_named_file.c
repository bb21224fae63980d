/*
 * The kinds of named segments that are files: posix, file and memfd.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shm_named_kind.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

ngx_err_t
ngx_shmem_file_make(int fd, const ngx_shmem_header_t *head, const char *name,
    const char *place, ngx_shmem_refusal_t *why)
{
    return ngx_shmem_resize(fd, sizeof(*head), (size_t) head->size, why, name,
                            place);
}

ngx_err_t
ngx_shmem_file_permit(int fd, mode_t mode, uid_t owner, gid_t group)
{
    /* The owner first: a change of it takes away bits of the mode. */
    if ((owner != (uid_t) -1 || group != (gid_t) -1)
        && fchown(fd, owner, group) == -1)
    {
        return errno;
    }

    return fchmod(fd, mode) == -1 ? errno : 0;
}

ngx_err_t
ngx_shmem_file_peek(int fd, ngx_shmem_header_t *head, uint64_t *total)
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

    *total = (uint64_t) st.st_size;
    return 0;
}

ngx_err_t
ngx_shmem_file_map(int fd, void **addr, size_t len, int writable)
{
    void  *p = mmap(NULL, len, writable ? PROT_READ|PROT_WRITE : PROT_READ,
                    MAP_SHARED, fd, 0);

    if (p == MAP_FAILED) {
        return errno;
    }

    *addr = p;
    return 0;
}

ngx_err_t
ngx_shmem_file_unmap(void *addr, size_t len)
{
    return munmap(addr, len) == -1 ? errno : 0;
}

ngx_err_t
ngx_shmem_file_clear(int fd, const ngx_shmem_header_t *head)
{
    ssize_t  n = pwrite(fd, head, sizeof(*head), 0);

    /*
     * The header before the size: killed at any point, the file is empty, or
     * says itself that it is ours and was being built.
     */
    if (n != (ssize_t) sizeof(*head)) {
        return n == -1 ? errno : ENOSPC;
    }

    return ftruncate(fd, (off_t) sizeof(*head)) == -1 ? errno : 0;
}

/*
 * The errors for what open() itself refuses: a folder, a socket, a device that
 * is not there.  shm_open() follows no link, and glibc's says EINVAL of a
 * folder, as of a name that is too long.
 */
static int
is_no_file(int err, const ngx_shmem_kind_t *kind, const char *name, int flags)
{
    if (kind == &ngx_shmem_kind_posix) {
        return err == EISDIR || err == ENXIO || err == ENODEV
               || (err == ELOOP && !(flags & O_NOFOLLOW))
               || (err == EINVAL && strlen(name) <= NAME_MAX);
    }

    return err == EISDIR || err == ENXIO || err == ENODEV;
}

int
ngx_shmem_open_plain(const ngx_shmem_kind_t *kind, const char *name, int flags,
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

#define FILE_CALLS                                                            \
    ngx_shmem_file_make, ngx_shmem_file_permit, ngx_shmem_file_peek,          \
    ngx_shmem_file_map, ngx_shmem_file_unmap, ngx_shmem_file_clear, NULL, 1

#if NGX_HAVE_POSIX_SHM

/* On Linux it is open(), and what has the name may be a FIFO. */
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

const ngx_shmem_kind_t  ngx_shmem_kind_posix = {
    "posix:", "NGX_HAVE_POSIX_SHM", "/dev/shm", posix_open, posix_unlink,
    FILE_CALLS
};

#if NGX_HAVE_MAP_FILE

static int
file_open(const char *name, int flags, mode_t mode)
{
    return open(name, flags|O_CLOEXEC|O_NONBLOCK|O_NOCTTY, mode);
}

#define file_unlink  unlink
#else
#define file_open    NULL
#define file_unlink  NULL
#endif

const ngx_shmem_kind_t  ngx_shmem_kind_file = {
    "file:", "NGX_HAVE_MAP_FILE", NULL, file_open, file_unlink, FILE_CALLS
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

const ngx_shmem_kind_t  ngx_shmem_kind_memfd = {
    "memfd:", "NGX_HAVE_MEMFD", NULL, memfd_open, NULL, FILE_CALLS
};
