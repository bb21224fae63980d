/*
 * ngx_shmem_fd.c - reserve and map a file, for backends that have one.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Bytes reserved by one call.  A signal interrupts posix_fallocate(), which
 * then starts over; small pieces end even under a timer that always fires.
 */
#define PIECE  ((size_t) 1 << 20)

static ngx_err_t
write_zeros(int fd, size_t from, size_t len)
{
    static const char  zeros[4096];

    ssize_t  n;

    while (len != 0) {
        n = pwrite(fd, zeros, len < sizeof(zeros) ? len : sizeof(zeros),
                   (off_t) from);
        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n <= 0) {
            return n == 0 ? EIO : errno;
        }

        from += (size_t) n;
        len -= (size_t) n;
    }

    return 0;
}

static ngx_err_t
reserve_piece(int fd, size_t from, size_t len)
{
#if NGX_HAVE_POSIX_FALLOCATE
    int  err;

    do {
        err = posix_fallocate(fd, (off_t) from, (off_t) len);
    } while (err == EINTR);

    /* Some file systems cannot do it, and not every libc then writes zeroes. */
    if (err != EINVAL && err != EOPNOTSUPP && err != ENOSYS) {
        return err;
    }
#endif

    return write_zeros(fd, from, len);
}

static ngx_err_t
reserve(int fd, size_t from, size_t size)
{
    size_t     len;
    ngx_err_t  err;

    for ( ; from < size; from += len) {
        len = size - from < PIECE ? size - from : PIECE;
        err = reserve_piece(fd, from, len);

        if (err != 0) {
            return err;
        }
    }

    return 0;
}

/* Undo a failed reservation; nothing can be done if this fails, too. */
static void
shrink_back(int fd, size_t size)
{
    if (ftruncate(fd, (off_t) size) == -1) {
        return;
    }
}

/*
 * The size is set first, so that a size beyond a limit is refused before any
 * pages are taken.  RLIMIT_FSIZE is checked here, as the kernel would also send
 * SIGXFSZ, which kills.
 */
ngx_err_t
ngx_shmem_resize(int fd, size_t from, size_t size, ngx_shmem_refusal_t *why,
    const char *what, const char *place)
{
    ngx_err_t      err;
    struct rlimit  max;

    if (getrlimit(RLIMIT_FSIZE, &max) == 0 && max.rlim_cur != RLIM_INFINITY
        && (uintmax_t) size > (uintmax_t) max.rlim_cur)
    {
        err = EFBIG;

    } else {
        err = ftruncate(fd, (off_t) size) == -1 ? errno : 0;
    }

    if (err != 0) {
        return ngx_shmem_refuse(why, err, size, place,
                                "ftruncate(\"%s\", %zu)", what, size);
    }

    err = ngx_shmem_room(fd, size - from);

    if (err == 0) {
        err = reserve(fd, from, size);
    }

    if (err != 0) {
        shrink_back(fd, from);
        return ngx_shmem_refuse(why, err, size, place,
                                "posix_fallocate(\"%s\", %zu)", what, size);
    }

    return 0;
}

ngx_err_t
ngx_shmem_map_fd(int fd, void **addr, size_t size, ngx_shmem_refusal_t *why,
    const char *what, const char *place)
{
    void      *p;
    ngx_err_t  err = ngx_shmem_resize(fd, 0, size, why, what, place);

    if (err != 0) {
        (void) close(fd);
        return err;
    }

    p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    err = errno;
    (void) close(fd);

    if (p == MAP_FAILED) {
        return ngx_shmem_refuse(why, err, size, NULL,
                                "mmap(\"%s\", MAP_SHARED, %zu)", what, size);
    }

    *addr = p;
    return 0;
}
