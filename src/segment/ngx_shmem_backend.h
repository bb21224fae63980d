/*
 * ngx_shmem_backend.h - what a backend is; private to the library.
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
    ngx_uint_t   automatic;     /* ngx_shm_alloc() may take it unasked */

    /*
     * Map size bytes, not 0 and at most PTRDIFF_MAX, of zeroed memory; set
     * *addr and return 0.  Or keep nothing, leave *addr, describe the refused
     * call in *why and return its errno.  NULL: not compiled in.
     */
    ngx_err_t  (*map)(void **addr, size_t size, ngx_shmem_refusal_t *why);

    /*
     * Unmap what map gave and return 0; return EINVAL and change nothing if
     * addr is not of this backend.  NULL: munmap() does.
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
 * Note that a call was refused with err; fmt shows the call as it is in C.
 * place is the directory or file that it was about, or NULL; with size and
 * err it tells which limit to name.  Returns err.
 */
ngx_err_t ngx_shmem_refuse(ngx_shmem_refusal_t *why, ngx_err_t err,
    size_t size, const char *place, const char *fmt, ...)
    NGX_SHMEM_PRINTF(5, 6);

/* Put the limit that is behind err into why->limit, in words. */
void ngx_shmem_limit(ngx_shmem_refusal_t *why, size_t size, const char *place);

/* The same for a refused shmget(): the limits of System V. */
void ngx_shmem_sysv_limit(ngx_shmem_refusal_t *why);

/* The number that a file like /proc/sys/kernel/shmmax begins with, or -1. */
intmax_t ngx_shmem_read_number(const char *path);

/* Bytes of memory and swap that are free, -1 if the system does not tell. */
intmax_t ngx_shmem_free_memory(void);

/* Bytes of a huge page; 0 if there are none here. */
size_t ngx_shmem_huge_page(void);

/* Bytes of swap that are free; 0 if the system does not tell. */
intmax_t ngx_shmem_free_swap(void);

/* The least limit of memory that this process is under, and who sets it. */
typedef struct {
    intmax_t  limit;
    char      file[512];
} ngx_shmem_cgroup_t;

/* Returns 0 if there is none. */
int ngx_shmem_cgroup(ngx_shmem_cgroup_t *least);

/* 0, or ENOMEM with *why: so much could never be used under that limit. */
ngx_err_t ngx_shmem_cgroup_room(size_t size, ngx_shmem_refusal_t *why);

/* 0 if the file may perhaps grow by so many bytes; else ENOSPC or ENOMEM. */
ngx_err_t ngx_shmem_room(int fd, size_t more);

/*
 * Let the file, which has from bytes, have size bytes, and reserve the new
 * ones, so that no later access finds the file system full.  what and place
 * are for the words.  Returns 0, or an errno, and then the file is as before.
 */
ngx_err_t ngx_shmem_resize(int fd, size_t from, size_t size,
    ngx_shmem_refusal_t *why, const char *what, const char *place);

/*
 * Do that to an empty file and map it shared, for a backend whose memory is a
 * file.  Closes fd in any case.  Else as map above.
 */
ngx_err_t ngx_shmem_map_fd(int fd, void **addr, size_t size,
    ngx_shmem_refusal_t *why, const char *what, const char *place);

#endif
