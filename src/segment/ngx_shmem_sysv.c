/*
 * Backend sysv: shmget(IPC_PRIVATE), a System V segment.
 *
 * It is marked for removal as soon as it is attached, and so goes away with
 * its last process.  It cannot be marked before: a segment that is marked and
 * attached nowhere is gone.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#if NGX_HAVE_SYSVSHM

/*
 * How many are attached here; a child inherits both.  Where there is none,
 * shmdt() is not called: a filter could refuse it, or kill for it, and memory
 * of other backends would stay.
 */
static ngx_atomic_t  attached;

static ngx_err_t
sysv_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    int        id = shmget(IPC_PRIVATE, size, IPC_CREAT|0600);
    void      *p;
    ngx_err_t  err;

    if (id == -1) {
        err = ngx_shmem_refuse(why, errno, size, NULL,
                               "shmget(IPC_PRIVATE, %zu)", size);
        ngx_shmem_sysv_limit(why);
        return err;
    }

    p = shmat(id, NULL, 0);
    err = errno;

    if (shmctl(id, IPC_RMID, NULL) == -1 && p != (void *) -1) {
        /* It would outlive its processes: better none than such a one. */
        err = ngx_shmem_refuse(why, errno, size, NULL,
                               "shmctl(%d, IPC_RMID)", id);
        (void) shmdt(p);
        return err;
    }

    if (p == (void *) -1) {
        return ngx_shmem_refuse(why, err, size, NULL, "shmat(%d)", id);
    }

    (void) ngx_atomic_fetch_add(&attached, 1);
    *addr = p;
    return 0;
}

static ngx_err_t
sysv_unmap(void *addr, size_t size)
{
    (void) size;

    if (attached == 0) {
        return EINVAL;
    }

    if (shmdt(addr) == -1) {
        return errno;
    }

    (void) ngx_atomic_fetch_add(&attached, -1);
    return 0;
}

#else
#define sysv_map    NULL
#define sysv_unmap  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_sysv = {
    "sysv", "NGX_HAVE_SYSVSHM", 1, sysv_map, sysv_unmap
};
