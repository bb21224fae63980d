/*
 * ngx_shmem_posix.c - backend posix: shm_open(), whose name is removed at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#if NGX_HAVE_POSIX_SHM

/* Names to try: if so many are taken, they are taken on purpose. */
#define TRIES  100

static ngx_err_t
posix_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    int   fd = -1;
    int   i;
    char  name[48];

    /*
     * EEXIST: a process of another pid namespace with this pid, or another
     * thread, is in here, or a process was killed before its shm_unlink().
     */
    for (i = 0; i < TRIES; i++) {
        (void) snprintf(name, sizeof(name), "/ngx-shm.%ld.%d",
                        (long) getpid(), i);
        fd = shm_open(name, O_RDWR|O_CREAT|O_EXCL, 0600);

        if (fd != -1 || errno != EEXIST) {
            break;
        }
    }

    if (fd == -1) {
        return ngx_shmem_refuse(why, errno, size, "/dev/shm",
                                "shm_open(\"%s\", O_CREAT|O_EXCL)", name);
    }

    (void) shm_unlink(name);

    return ngx_shmem_map_fd(fd, addr, size, why, name, "/dev/shm");
}

#else
#define posix_map  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_posix = {
    .name = "posix",
    .feature = "NGX_HAVE_POSIX_SHM",
    .automatic = 1,
    .map = posix_map
};
