/*
 * Is there room at all?  Asked before pages are taken one by one: a request
 * for more than there is must fail at once, not after it has driven the
 * system out of memory or filled the disk of others.
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* The bytes that a line like "SwapFree:  1024 kB" tells; -1 if it is other. */
static intmax_t
meminfo_bytes(const char *line, const char *name)
{
    size_t  len = strlen(name);

    if (strncmp(line, name, len) != 0) {
        return -1;
    }

    return strtoimax(line + len, NULL, 10) * 1024;
}

intmax_t
ngx_shmem_free_memory(void)
{
    char       line[128];
    FILE      *f = fopen("/proc/meminfo", "re");
    intmax_t   memory = -1, swap = 0, n;

    if (f == NULL) {
        return -1;
    }

    while (fgets(line, sizeof(line), f) != NULL) {
        n = meminfo_bytes(line, "MemAvailable:");
        memory = n != -1 ? n : memory;

        n = meminfo_bytes(line, "SwapFree:");
        swap = n != -1 ? n : swap;
    }

    (void) fclose(f);

    return memory != -1 ? memory + swap : -1;
}

ngx_err_t
ngx_shmem_room(int fd, size_t more)
{
    intmax_t        memory;
    struct statvfs  fs;

    if (fstatvfs(fd, &fs) == -1) {
        return 0;
    }

    /* A file system without a size of its own has that of the memory. */
    if (fs.f_blocks == 0) {
        memory = ngx_shmem_free_memory();

        return memory != -1 && more > (uintmax_t) memory ? ENOMEM : 0;
    }

    return more > (uintmax_t) fs.f_bfree * fs.f_frsize ? ENOSPC : 0;
}
