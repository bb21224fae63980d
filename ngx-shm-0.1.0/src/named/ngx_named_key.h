/*
 * ngx_named_key.h - the file that holds the key of a System V segment.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_NAMED_KEY_H_INCLUDED
#define NGX_NAMED_KEY_H_INCLUDED

#include "ngx_named_kind.h"

#include <sys/types.h>

#define NGX_NAMED_NO_KEY  0

/* id: of the segment, as its header has it.  0 or errno. */
ngx_err_t ngx_named_key_write(int fd, key_t key, uint32_t generation,
    uint64_t id);

/*
 * The segment of the key file.  0; ENODATA: it is gone, but its generation may
 * be known; EXDEV: it is in another IPC namespace, where the key means another
 * segment or none; EBADMSG: it is no key file; or another errno.
 */
ngx_err_t ngx_named_key_find(int fd, int *id, uint32_t *generation);

#endif
