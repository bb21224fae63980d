/*
 * ngx_shmem_backend.h - the interface of a backend; private to the library.
 *
 * A backend is one file, ngx_shmem_NAME.c, which exports its table entry,
 * ngx_shmem_NAME, and nothing else, plus its word in NGX_SHMEM_BACKENDS.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHMEM_BACKEND_H_INCLUDED
#define NGX_SHMEM_BACKEND_H_INCLUDED

#include "ngx_shmem.h"

/* In the order in which they are tried: nginx's three first. */
#define NGX_SHMEM_BACKENDS(BACKEND)                                           \
    BACKEND(anon)                                                             \
    BACKEND(devzero)                                                          \
    BACKEND(sysv)                                                             \
    BACKEND(memfd)                                                            \
    BACKEND(posix)                                                            \
    BACKEND(file)                                                             \
    BACKEND(huge)

/* A refused system call.  limit is empty if nothing is known behind it. */
typedef struct {
    ngx_err_t  err;
    char       call[144];
    char       limit[176];
} ngx_shmem_refusal_t;

typedef struct {
    const char  *name;
    const char  *feature;
    ngx_uint_t   automatic;     /* 1: ngx_shm_alloc() tries it */

    /*
     * Map size bytes, not 0 and at most PTRDIFF_MAX, of zeroed memory; set
     * *addr and return 0.  On failure leave *addr as it is, keep nothing,
     * describe the refused call in *why and return its errno.  NULL: not built.
     */
    ngx_err_t  (*map)(void **addr, size_t size, ngx_shmem_refusal_t *why);

    /*
     * Unmap memory of this backend and return 0; return EINVAL and change
     * nothing if addr is of another backend.  NULL: munmap() is enough.
     */
    ngx_err_t  (*unmap)(void *addr, size_t size);
} ngx_shmem_backend_t;

#define NGX_SHMEM_DECLARE(name)                                               \
    extern const ngx_shmem_backend_t  ngx_shmem_##name;

NGX_SHMEM_BACKENDS(NGX_SHMEM_DECLARE)

#if defined(__GNUC__)
#define NGX_SHMEM_PRINTF(fmt, args)  __attribute__((format(printf, fmt, args)))
#else
#define NGX_SHMEM_PRINTF(fmt, args)
#endif

/*
 * Note in *why that a call was refused with err; fmt is the call as in C.
 * place: its directory or file, or NULL.  The limit to name follows from err,
 * size and place.  Returns err.
 */
ngx_err_t ngx_shmem_refuse(ngx_shmem_refusal_t *why, ngx_err_t err,
    size_t size, const char *place, const char *fmt, ...)
    NGX_SHMEM_PRINTF(5, 6);

/* Set why->limit for a refused shmget(): the limits of System V. */
void ngx_shmem_sysv_limit(ngx_shmem_refusal_t *why);

/* The number in a file like /proc/sys/kernel/shmmax, or -1. */
intmax_t ngx_shmem_read_number(const char *path);

/* Free bytes of memory and swap; -1: not known. */
intmax_t ngx_shmem_free_memory(void);

/* Bytes of a huge page; 0: the system has none. */
size_t ngx_shmem_huge_page(void);

/* Free bytes of swap; 0: not known. */
intmax_t ngx_shmem_free_swap(void);

/* 0; or ENOMEM and *why: the container's limit does not allow size bytes. */
ngx_err_t ngx_shmem_cgroup_room(size_t size, ngx_shmem_refusal_t *why);

/* 0: the file may grow by so many bytes; else ENOSPC or ENOMEM. */
ngx_err_t ngx_shmem_room(int fd, size_t more);

/*
 * Grow the file from `from' bytes to size, and reserve them, so that no later
 * access finds the file system full.  what and place are for messages.  Returns
 * 0; or an errno, and then the file is as before.
 */
ngx_err_t ngx_shmem_resize(int fd, size_t from, size_t size,
    ngx_shmem_refusal_t *why, const char *what, const char *place);

/*
 * Grow an empty file to size and map it shared, for backends whose memory is a
 * file.  Closes fd in any case.  Returns as map above.
 */
ngx_err_t ngx_shmem_map_fd(int fd, void **addr, size_t size,
    ngx_shmem_refusal_t *why, const char *what, const char *place);

#endif
