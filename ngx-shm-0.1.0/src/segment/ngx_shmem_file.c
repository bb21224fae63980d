/*
 * ngx_shmem_file.c - backend file: mmap() of a file in $TMPDIR or /tmp, whose
 * name is removed at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if NGX_HAVE_MAP_FILE

static ngx_err_t
file_map(void **addr, size_t size, ngx_shmem_refusal_t *why)
{
    int          fd, len;
    char         path[1024];
    const char  *dir = getenv("TMPDIR");

    if (dir == NULL || *dir == '\0') {
        dir = "/tmp";
    }

    len = snprintf(path, sizeof(path), "%s/ngx-shm.XXXXXX", dir);

    if (len < 0 || (size_t) len >= sizeof(path)) {
        return ngx_shmem_refuse(why, ENAMETOOLONG, size, NULL,
                                "mkstemp(\"$TMPDIR/ngx-shm.XXXXXX\")");
    }

    fd = mkstemp(path);

    if (fd == -1) {
        return ngx_shmem_refuse(why, errno, size, dir, "mkstemp(\"%s\")",
                                path);
    }

    (void) unlink(path);
    (void) fcntl(fd, F_SETFD, FD_CLOEXEC);

    return ngx_shmem_map_fd(fd, addr, size, why, path, dir);
}

#else
#define file_map  NULL
#endif

const ngx_shmem_backend_t  ngx_shmem_file = {
    .name = "file",
    .feature = "NGX_HAVE_MAP_FILE",
    .automatic = 0,
    .map = file_map
};
