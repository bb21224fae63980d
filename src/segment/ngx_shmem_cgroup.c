/*
 * The memory that a container lets us have.  The kernel grants a mapping that
 * is larger, and kills the process when it is used: better told before.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <stdio.h>

#define ROOT  "/sys/fs/cgroup"

/* The first version says "no limit" by a number that no machine has. */
#define NO_LIMIT  ((intmax_t) 1 << 60)

/* No container is so small, and to ask costs more than to allocate. */
#define WORTH_ASKING  ((size_t) 1 << 20)

/* The limits of a group and of those that it is in: the least one counts. */
static void
walk_up(const char *root, char *group, const char *file,
    ngx_shmem_cgroup_t *least)
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

/* "0::/group" of the second version, "4:memory:/group" of the first. */
static void
read_line(char *line, ngx_shmem_cgroup_t *least)
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

int
ngx_shmem_cgroup(ngx_shmem_cgroup_t *least)
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

/* What does not fit into the limit could only be in swap. */
ngx_err_t
ngx_shmem_cgroup_room(size_t size, ngx_shmem_refusal_t *why)
{
    int                 saved = errno;
    ngx_err_t           err = 0;
    ngx_shmem_cgroup_t  least;

    if (size >= WORTH_ASKING
        && ngx_shmem_cgroup(&least)
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
