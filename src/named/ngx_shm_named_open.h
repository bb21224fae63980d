/*
 * ngx_shm_named_open.h - one call of ngx_shm_open(), and who builds.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_SHM_NAMED_OPEN_H_INCLUDED
#define NGX_SHM_NAMED_OPEN_H_INCLUDED

#include "ngx_shm_named_kind.h"

typedef struct {
    const char              *rest;      /* of the name, after the prefix */
    const ngx_shmem_kind_t  *kind;
    ngx_shm_options_t        wishes;
    ngx_shm_segment_t       *seg;
    int                      fd;
    ngx_shmem_header_t       head;
    uint64_t                 total;
    ngx_shmem_refusal_t      why;
} ngx_shmem_opening_t;

/* Note that the system, or we ourselves, refuse; return err. */
ngx_err_t ngx_shmem_open_refuse(ngx_shmem_opening_t *o, ngx_err_t err,
    const char *call);
ngx_err_t ngx_shmem_open_object(ngx_shmem_opening_t *o, ngx_err_t err,
    const char *words);

/*
 * Make the segment, in place of whatever o->fd holds, with BUILDER held
 * exclusively, which it stays until ngx_shm_ready().  o->head.generation is
 * that of what is replaced; 0: the file is empty, and loses its name if this
 * fails.  0 or errno.
 */
ngx_err_t ngx_shmem_build(ngx_shmem_opening_t *o);

/* The same where there is no name to agree on, and nobody else. */
ngx_err_t ngx_shmem_build_nameless(ngx_shmem_opening_t *o);

#endif
