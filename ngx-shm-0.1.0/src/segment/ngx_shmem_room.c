/*
 * ngx_shmem_room.c - is there enough free space?  Checked before pages are
 * reserved: a hopeless request must fail before it has used up the memory of
 * the system or filled the disk.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The bytes in a line like "SwapFree:  1024 kB"; -1: another line. */
static intmax_t
meminfo_bytes(const char *line, const char *name)
{
    size_t  len = strlen(name);

    if (strncmp(line, name, len) != 0) {
        return -1;
    }

    return strtoimax(line + len, NULL, 10) * 1024;
}

/* The sum of the lines of these names; -1: the first is missing. */
static intmax_t
read_meminfo(const char *name, const char *other)
{
    char       line[128];
    FILE      *f = fopen("/proc/meminfo", "re");
    intmax_t   bytes = -1, more = 0, n;

    if (f == NULL) {
        return -1;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        n = meminfo_bytes(line, name);
        bytes = n != -1 ? n : bytes;

        n = other != NULL ? meminfo_bytes(line, other) : -1;
        more = n != -1 ? n : more;
    }

    (void) fclose(f);

    return bytes != -1 ? bytes + more : -1;
}

intmax_t
ngx_shmem_free_memory(void)
{
    return read_meminfo("MemAvailable:", "SwapFree:");
}

intmax_t
ngx_shmem_free_swap(void)
{
    intmax_t  n = read_meminfo("SwapFree:", NULL);

    return n != -1 ? n : 0;
}

size_t
ngx_shmem_huge_page(void)
{
    intmax_t  n = read_meminfo("Hugepagesize:", NULL);

    return n > 0 ? (size_t) n : 0;
}

ngx_err_t
ngx_shmem_room(int fd, size_t more)
{
    intmax_t        memory;
    struct statvfs  fs;

    if (fstatvfs(fd, &fs) == -1) {
        return 0;
    }

    /* A file system without a size of its own is limited by memory. */
    if (fs.f_blocks == 0) {
        memory = ngx_shmem_free_memory();

        return memory != -1 && more > (uintmax_t) memory ? ENOMEM : 0;
    }

    return more > (uintmax_t) fs.f_bfree * fs.f_frsize ? ENOSPC : 0;
}
