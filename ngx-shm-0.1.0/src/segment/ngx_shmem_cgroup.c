/*
 * ngx_shmem_cgroup.c - the memory limit of the container.  The kernel grants a
 * larger mapping and kills the process when it is used, so refuse it before.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <stdio.h>

#define ROOT  "/sys/fs/cgroup"

/* cgroup v1 writes "no limit" as a number that no machine has. */
#define NO_LIMIT  ((intmax_t) 1 << 60)

/* Smaller requests are not checked: that would cost more than the mapping. */
#define WORTH_ASKING  ((size_t) 1 << 20)

/* The least memory limit of this process, and the file that sets it. */
typedef struct {
    intmax_t  limit;
    char      file[512];
} cgroup_t;

/* The least of the limits of a group and of its parents. */
static void
walk_up(const char *root, char *group, const char *file,
    cgroup_t *least)
{
    char      path[512];
    char     *slash;
    intmax_t  limit;

    for ( ;; ) {
        (void) snprintf(path, sizeof(path), "%s%s/%s", root, group, file);
        limit = ngx_shmem_read_number(path);

        if (limit != -1 && limit < least->limit) {
            least->limit = limit;
            (void) snprintf(least->file, sizeof(least->file), "%s", path);
        }

        slash = strrchr(group, '/');

        if (slash == NULL) {
            return;
        }

        *slash = '\0';
    }
}

/* "0::/group" is of cgroup v2, "4:memory:/group" of v1. */
static void
read_line(char *line, cgroup_t *least)
{
    char  *controllers, *group;

    line[strcspn(line, "\n")] = '\0';
    controllers = strchr(line, ':');
    group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;

    if (group == NULL) {
        return;
    }

    *group++ = '\0';
    controllers++;

    if (strcmp(group, "/") == 0) {
        *group = '\0';
    }

    if (*controllers == '\0') {
        walk_up(ROOT, group, "memory.max", least);

    } else if (strstr(controllers, "memory") != NULL) {
        walk_up(ROOT "/memory", group, "memory.limit_in_bytes", least);
    }
}

/* 0: there is no limit. */
static int
least_limit(cgroup_t *least)
{
    char   line[512];
    FILE  *f = fopen("/proc/self/cgroup", "re");

    least->limit = NO_LIMIT;

    if (f == NULL) {
        return 0;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        read_line(line, least);
    }

    (void) fclose(f);
    return least->limit != NO_LIMIT;
}

/* Only swap can hold the bytes beyond the limit. */
ngx_err_t
ngx_shmem_cgroup_room(size_t size, ngx_shmem_refusal_t *why)
{
    int        saved = errno;
    ngx_err_t  err = 0;
    cgroup_t   least;

    if (size >= WORTH_ASKING && least_limit(&least)
        && size > (uintmax_t) least.limit
        && size > (uintmax_t) (least.limit + ngx_shmem_free_swap()))
    {
        err = why->err = ENOMEM;
        (void) snprintf(why->call, sizeof(why->call), "mmap(%zu)", size);
        (void) snprintf(why->limit, sizeof(why->limit),
                        "%.100s is %jd bytes; give the container more memory",
                        least.file, least.limit);
    }

    errno = saved;
    return err;
}
