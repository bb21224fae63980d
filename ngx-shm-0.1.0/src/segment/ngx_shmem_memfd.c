/*
 * ngx_shmem_memfd.c - backend memfd: memfd_create(), a file without a name.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <sys/mman.h>

#if NGX_HAVE_MEMFD

static ngx_err_t
memfd_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    int  fd = memfd_create("ngx-shm", MFD_CLOEXEC);

    if (fd == -1) {
        return ngx_shmem_refuse(why, errno, size, NULL,
                                "memfd_create(\"ngx-shm\")");
    }

    return ngx_shmem_map_fd(fd, addr, size, why, "memfd", NULL);
}

#else
#define memfd_map  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_memfd = {
    .name = "memfd",
    .feature = "NGX_HAVE_MEMFD",
    .automatic = 1,
    .map = memfd_map
};
