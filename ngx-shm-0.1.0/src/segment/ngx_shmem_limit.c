/*
 * ngx_shmem_limit.c - the limit behind an errno, and what raises it, in words.
 *
 * Where a file of /proc is missing, its sentence is missing too.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "ngx_shmem_backend.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <unistd.h>

intmax_t
ngx_shmem_read_number(const char *path)
{
    int       fd = open(path, O_RDONLY|O_CLOEXEC);
    char      buf[32];
    ssize_t   n;
    intmax_t  number;

    if (fd == -1) {
        return -1;
    }

    n = read(fd, buf, sizeof(buf) - 1);
    (void) close(fd);

    if (n <= 0 || buf[0] < '0' || buf[0] > '9') {
        return -1;
    }

    buf[n] = '\0';
    errno = 0;
    number = (intmax_t) strtoumax(buf, NULL, 10);

    /* SHMMAX is by default a little less than 2^64. */
    return errno == ERANGE || number < 0 ? INTMAX_MAX : number;
}

static void
limit_rlimit(ngx_shmem_refusal_t *why, int resource, const char *name,
    const char *option)
{
    struct rlimit  max;

    if (getrlimit(resource, &max) == -1 || max.rlim_cur == RLIM_INFINITY) {
        return;
    }

    (void) snprintf(why->limit, sizeof(why->limit),
                    "%s is %ju; raise it with ulimit %s", name,
                    (uintmax_t) max.rlim_cur, option);
}

/* Bytes of address space that this process uses; 0: not known. */
static uintmax_t
address_space(void)
{
    intmax_t  pages = ngx_shmem_read_number("/proc/self/statm");

    return pages > 0 ? (uintmax_t) pages * (uintmax_t) sysconf(_SC_PAGESIZE)
                     : 0;
}

static void
limit_memory(ngx_shmem_refusal_t *why, size_t size)
{
    intmax_t       room = ngx_shmem_free_memory();
    struct rlimit  max;

    if (getrlimit(RLIMIT_AS, &max) == 0 && max.rlim_cur != RLIM_INFINITY
        && address_space() + size > max.rlim_cur)
    {
        limit_rlimit(why, RLIMIT_AS, "RLIMIT_AS", "-v");

    } else if (room != -1 && size > (uintmax_t) room) {
        (void) snprintf(why->limit, sizeof(why->limit),
                        "%jd bytes of memory and swap are free, %zu asked;"
                        " add swap, or ask for less", room, size);

    } else if (ngx_shmem_read_number("/proc/sys/vm/overcommit_memory") == 2) {
        (void) snprintf(why->limit, sizeof(why->limit),
                        "vm.overcommit_memory is 2; raise vm.overcommit_ratio"
                        " with sysctl");
    }
}

static void
limit_space(ngx_shmem_refusal_t *why, size_t size, const char *place)
{
    struct statvfs  fs;

    if (place == NULL || statvfs(place, &fs) == -1) {
        return;
    }

    (void) snprintf(why->limit, sizeof(why->limit),
                    "%s has %ju of %ju bytes free, %zu asked; a tmpfs grows"
                    " with mount -o remount,size=N", place,
                    (uintmax_t) fs.f_bavail * fs.f_frsize,
                    (uintmax_t) fs.f_blocks * fs.f_frsize, size);
}

static void
limit_words(ngx_shmem_refusal_t *why, const char *place, const char *words)
{
    (void) snprintf(why->limit, sizeof(why->limit), "%s%s%s",
                    place != NULL ? place : "", place != NULL ? " " : "",
                    words);
}

/* Set why->limit: the limit behind err, in words. */
static void
set_limit(ngx_shmem_refusal_t *why, size_t size, const char *place)
{
    int  saved = errno;

    why->limit[0] = '\0';

    switch (why->err) {
    case ENOMEM:
        limit_memory(why, size);
        break;

    case ENOSPC:
        limit_space(why, size, place);
        break;

    case EFBIG:
        limit_rlimit(why, RLIMIT_FSIZE, "RLIMIT_FSIZE", "-f");
        break;

    case EMFILE:
        limit_rlimit(why, RLIMIT_NOFILE, "RLIMIT_NOFILE", "-n");
        break;

    case ENFILE:
        limit_words(why, NULL, "fs.file-max, to be raised with sysctl");
        break;

    case ENOENT:
    case ENOTDIR:
        limit_words(why, place, "is not there");
        break;

    case EROFS:
        limit_words(why, place, "is mounted read-only");
        break;

    case EACCES:
    case EPERM:
    case ENOSYS:
        limit_words(why, NULL, "the kernel's build, a permission, a seccomp"
                    " filter or a security module forbids it");
        break;

    default:
        break;
    }

    errno = saved;
}

void
ngx_shmem_sysv_limit(ngx_shmem_refusal_t *why)
{
    intmax_t  max = ngx_shmem_read_number("/proc/sys/kernel/shmmax");
    intmax_t  all = ngx_shmem_read_number("/proc/sys/kernel/shmall");
    intmax_t  ids = ngx_shmem_read_number("/proc/sys/kernel/shmmni");

    if (why->err == EINVAL && max != -1) {
        (void) snprintf(why->limit, sizeof(why->limit),
                        "kernel.shmmax (SHMMAX) is %jd bytes a segment, to be"
                        " raised with sysctl", max);

    } else if (why->err == ENOSPC && all != -1) {
        (void) snprintf(why->limit, sizeof(why->limit),
                        "kernel.shmall (SHMALL) is %jd pages for all segments,"
                        " kernel.shmmni (SHMMNI) is %jd segments, to be raised"
                        " with sysctl", all, ids);
    }
}

ngx_err_t
ngx_shmem_refuse(ngx_shmem_refusal_t *why, ngx_err_t err, size_t size,
    const char *place, const char *fmt, ...)
{
    va_list  args;

    why->err = err;

    va_start(args, fmt);
    (void) vsnprintf(why->call, sizeof(why->call), fmt, args);
    va_end(args);

    set_limit(why, size, place);

    return err;
}
