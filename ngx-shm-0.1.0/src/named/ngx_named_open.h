/*
 * ngx_named_open.h - the state of one ngx_shm_open(), and how it builds.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_NAMED_OPEN_H_INCLUDED
#define NGX_NAMED_OPEN_H_INCLUDED

#include "ngx_named_kind.h"

typedef struct {
    const char              *rest;      /* of the name, after the prefix */
    const ngx_named_kind_t  *kind;
    ngx_shm_options_t        options;
    ngx_shm_segment_t       *seg;
    int                      fd;
    ngx_named_header_t       head;
    uint64_t                 total;
    ngx_shmem_refusal_t      why;
} ngx_named_opening_t;

/* Note in o->why that the system, or the library, refuses; return err. */
ngx_err_t ngx_named_open_refuse(ngx_named_opening_t *o, ngx_err_t err,
    const char *call);
ngx_err_t ngx_named_open_object(ngx_named_opening_t *o, ngx_err_t err,
    const char *words);

/*
 * Make the segment in place of the old one of o->fd.  The caller has BUILDER
 * exclusively, until ngx_shm_ready().  o->head.generation: of the segment that
 * is replaced; 0: the file is empty, and its name is removed if this fails.  0
 * or errno.
 */
ngx_err_t ngx_named_build(ngx_named_opening_t *o);

/* The same for a kind without names, where no other process can open it. */
ngx_err_t ngx_named_build_nameless(ngx_named_opening_t *o);

#endif
