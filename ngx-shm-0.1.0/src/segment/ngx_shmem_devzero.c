/*
 * ngx_shmem_devzero.c - backend devzero: mmap() of /dev/zero.  Each MAP_SHARED
 * mapping of it is new memory; the way of System V before MAP_ANON.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#if NGX_HAVE_MAP_DEVZERO

static ngx_err_t
devzero_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    int        fd = open("/dev/zero", O_RDWR|O_CLOEXEC);
    void      *p;
    ngx_err_t  err;

    if (fd == -1) {
        return ngx_shmem_refuse(why, errno, size, "/dev/zero",
                                "open(\"/dev/zero\", O_RDWR)");
    }

    p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_SHARED, fd, 0);
    err = errno;
    (void) close(fd);

    if (p == MAP_FAILED) {
        return ngx_shmem_refuse(why, err, size, NULL,
                                "mmap(/dev/zero, MAP_SHARED, %zu)", size);
    }

    *addr = p;
    return 0;
}

#else
#define devzero_map  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_devzero = {
    .name = "devzero",
    .feature = "NGX_HAVE_MAP_DEVZERO",
    .automatic = 1,
    .map = devzero_map
};
