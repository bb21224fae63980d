/*
 * ngx_shmem_sysv.c - backend sysv: shmget(IPC_PRIVATE), a System V segment.
 *
 * It is marked for removal once it is attached, so it ends with its last
 * process.  Before that it cannot be marked: a marked segment that no process
 * has attached is removed.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <sys/ipc.h>
#include <sys/shm.h>

#if NGX_HAVE_SYSVSHM

/*
 * Segments attached in this process; a child inherits count and segments.  If
 * there is none, shmdt() is not called, as a seccomp filter could refuse it or
 * kill the process, and memory of other backends would stay mapped.
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
        /* It would outlive its processes: refuse it. */
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
    .name = "sysv",
    .feature = "NGX_HAVE_SYSVSHM",
    .automatic = 1,
    .map = sysv_map,
    .unmap = sysv_unmap
};
