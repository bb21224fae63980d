/*
 * ngx_shmem.h - memory that processes share.
 *
 * Sizes are in bytes.  A call that fails returns NGX_ERROR, leaves errno as
 * the refused system call set it, leaves its outputs as they were, keeps no
 * descriptor, mapping or segment, and tells the log which call was refused,
 * with its arguments and the limit behind it.  No call prints or exits.
 *
 * The calls keep no state but a count, so threads may use them at once, and
 * a child may free what its parent made: it then unmaps its own view only.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

/* Before the guard: inside nginx, ngx_core.h includes this file. */
#include "ngx_core.h"

#ifndef NGX_SHMEM_H_INCLUDED
#define NGX_SHMEM_H_INCLUDED

#ifdef __cplusplus
extern "C" {
#endif

/* A segment.  Fields and their meaning are nginx's. */
typedef struct {
    unsigned char  *addr;       /* out: where it is mapped */
    size_t          size;       /* in: how much */
    ngx_str_t       name;       /* in: the caller's name for it */
    ngx_log_t      *log;        /* in: where refusals are logged, or NULL */
    ngx_uint_t      exists;     /* the caller's own; not used here */
} ngx_shm_t;

/*
 * Map shm->size bytes of zeroed memory that this process shares with every
 * child that it forks from now on; put the address into shm->addr.  It is
 * aligned to the system's page.  The size need not be a multiple of anything.
 *
 * The backends are tried in the order of ngx_shm_backends(), those marked
 * automatic; the first that works is taken.  Refusals before it are logged
 * as NGX_LOG_WARN; if all refuse, as NGX_LOG_ALERT.
 *
 * A backend that has its memory in a file system reserves it here: a full
 * /dev/shm is an error now and not a SIGBUS later.
 *
 * The memory goes away with the last process that maps it, however that one
 * dies.  The caller ends its own view with ngx_shm_free().
 *
 * EINVAL   shm is NULL, or shm->size is 0
 * ENOMEM   shm->size is more than this system can address
 * ENOSYS   no backend was compiled in
 * other    the error of the first backend, when all were refused
 */
ngx_int_t ngx_shm_alloc(ngx_shm_t *shm);

/*
 * The same, from the backend of this name alone: "anon", "devzero", "sysv",
 * "memfd", "posix", "file" or "huge".  The last two are not taken unasked:
 * "file" puts an unnamed file into $TMPDIR, or /tmp, and may reach a disk;
 * "huge" has huge pages, which the administrator must have set aside.  It takes
 * all the huge pages it needs at once, or says why not; a caller that can do
 * without them then calls ngx_shm_alloc().
 *
 * EINVAL   as above, or name is NULL or not the name of a backend
 * ENOMEM   as above
 * ENOSYS   the backend is not compiled in; the log names the question
 * other    the error of the refused call
 */
ngx_int_t ngx_shm_alloc_from(ngx_shm_t *shm, const char *name);

/*
 * Unmap shm->addr, which one of the calls above gave, and set it to NULL.
 * shm->size must be as it was then.  An shm without an address is logged and
 * otherwise ignored, as NULL is.  Keeps errno.
 */
void ngx_shm_free(ngx_shm_t *shm);

/* The state of a backend.  The strings are static unless said. */
typedef struct {
    const char  *name;          /* for ngx_shm_alloc_from() */
    const char  *feature;       /* the question behind it: NGX_HAVE_... */
    ngx_uint_t   automatic;     /* 1: ngx_shm_alloc() tries it */
    ngx_uint_t   compiled;      /* 1: the answer was yes when this was built */
    ngx_uint_t   works;         /* 1: it gave memory right now */
    ngx_err_t    err;           /* why not; 0 if it works */
    char         reason[384];   /* the same in words, with call and limit */
} ngx_shm_backend_t;

/*
 * Describe the backends, in the order in which they are tried, into list[0] to
 * list[max - 1]; returns how many there are, which may be more than max.  Each
 * backend is asked for size bytes now, which are given back at once; size 0
 * stands for one page.  A size that no system can address is refused by each
 * before it asks.  max 0 asks none and only counts; list may then be NULL.
 * Keeps errno.
 */
ngx_uint_t ngx_shm_backends(ngx_shm_backend_t *list, ngx_uint_t max,
    size_t size);

/*
 * The same for the backend of this name alone.  A filter that kills its caller
 * for a forbidden call kills the caller here too: to survive that, ask in a
 * child, as ngx-shm does.
 *
 * EINVAL   to or name is NULL, or name is not the name of a backend
 */
ngx_int_t ngx_shm_backend(ngx_shm_backend_t *to, const char *name,
    size_t size);

#ifdef __cplusplus
}
#endif

#endif
