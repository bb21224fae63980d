/*
 * ngx_shm_tool_view.h - a segment as ngx-shm looks at it: bytes to be read.
 *
 * They are read and not mapped where there is a file, so that one which is cut
 * short under us is an answer and not a SIGBUS.
 */

#ifndef NGX_SHM_TOOL_VIEW_H_INCLUDED
#define NGX_SHM_TOOL_VIEW_H_INCLUDED

#include "ngx_shm_tool.h"
#include "ngx_shm_named_kind.h"

typedef struct {
    const char           *name;
    int                   fd;       /* -1: at addr */
    unsigned char        *addr;
    uint64_t              size;     /* of all that is there */
    int                   has_head;
    ngx_shmem_header_t    head;     /* if there is room for one */
    ngx_shmem_refusal_t   why;      /* why it is not sound, if it is not */
} tool_view_t;

/*
 * Open what is called so: a SEGMENT, or the path of any file, a damaged one or
 * a copy.  Returns 0, or prints an error and returns TOOL_TROUBLE.
 */
int tool_view_open(tool_view_t *view, const char *name);
void tool_view_close(tool_view_t *view);

/* Up to len bytes from offset; returns how many there were. */
size_t tool_view_read(const tool_view_t *view, uint64_t offset, void *buf,
    size_t len);

/* Bytes of a page in it, as it says, or as here. */
size_t tool_view_page(const tool_view_t *view);

#endif
