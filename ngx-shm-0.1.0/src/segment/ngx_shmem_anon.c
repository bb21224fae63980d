/*
 * ngx_shmem_anon.c - backend anon: mmap(MAP_ANON|MAP_SHARED), without a file.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <sys/mman.h>

#if NGX_HAVE_MAP_ANON

static ngx_err_t
anon_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    void  *p = mmap(NULL, size, PROT_READ|PROT_WRITE, MAP_ANON|MAP_SHARED,
                    -1, 0);

    if (p == MAP_FAILED) {
        return ngx_shmem_refuse(why, errno, size, NULL,
                                "mmap(MAP_ANON|MAP_SHARED, %zu)", size);
    }

    *addr = p;
    return 0;
}

#else
#define anon_map  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_anon = {
    .name = "anon",
    .feature = "NGX_HAVE_MAP_ANON",
    .automatic = 1,
    .map = anon_map
};
