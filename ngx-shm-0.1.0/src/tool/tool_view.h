/*
 * tool_view.h - a segment as bytes to be read.
 *
 * Files are read, not mapped, so that a file that shrinks meanwhile causes an
 * error and no SIGBUS.  The memory of a process is a file, too.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_VIEW_H_INCLUDED
#define NGX_TOOL_VIEW_H_INCLUDED

#include "tool.h"
#include "ngx_named_kind.h"

#define TOOL_NAME  320
#define NO_POOL    UINT64_MAX

/* A stretch of bytes, and what is in it: a header, a pool, both, or none. */
typedef struct {
    char                  name[TOOL_NAME];
    char                  label[128];   /* what the system calls it, or "" */
    int                   fd;       /* -1: at addr */
    int                   locks;    /* fd may be asked who has it */
    int                   pagemap;  /* of a process, -1: none */
    unsigned char        *addr;
    uint64_t              begin;    /* in the file */
    uint64_t              size;
    uint64_t              address;  /* where it is mapped, 0: not known */
    int                   has_head; /* there is our magic */
    ngx_named_header_t    head;     /* if there is room for one */
    ngx_shmem_refusal_t   why;      /* why it is not sound, if it is not */
    uint64_t              pool;     /* where it begins, or NO_POOL */
} tool_view_t;

/* All that one name stands for: at least one. */
typedef struct {
    tool_view_t    *v;
    size_t          n;
    int             fd;
    int             pagemap;
    unsigned char  *addr;
} tool_views_t;

/*
 * Open what is called so: a SEGMENT, the path of any file (a damaged one, a
 * copy, a core), or the number of a process; a part of these with @ADDRESS at
 * its end.  Returns 0, or prints an error and returns TOOL_TROUBLE.
 */
int tool_views_open(tool_views_t *views, const char *name);
void tool_views_close(tool_views_t *views);

/* Up to len bytes from offset; returns how many there were. */
size_t tool_view_read(const tool_view_t *view, uint64_t offset, void *buf,
    size_t len);

/*
 * The next place from offset on that is worth reading: not a hole in a file,
 * nor memory that a process has not touched.
 */
uint64_t tool_view_skip(const tool_view_t *view, uint64_t offset);

/* Bytes of a page in it, as it says, or as here. */
size_t tool_view_page(const tool_view_t *view);

/* Its name, state and size in a line; with what its header says. */
void tool_view_title(const tool_t *tool, const tool_view_t *view);
void tool_view_for_people(const tool_t *tool, const tool_view_t *view);

/*
 * Add to the views what is found in a stretch.  anything: also if there is
 * nothing of ours in it.
 */
void tool_find(tool_views_t *views, const tool_view_t *stretch, int anything);

/* 1 if a pool begins at offset. */
int tool_find_pool_at(const tool_view_t *view, uint64_t offset);

/*
 * The memory of a core dump, which is open in views->fd: 0, or -1: it is none.
 */
int tool_find_in_core(tool_views_t *views, const char *name);

/* The number of a process, or 0: a file of that name is given as ./NAME. */
pid_t tool_pid(const char *name);

/* The shared memory of a process.  0, or prints an error. */
int tool_find_in_process(tool_views_t *views, pid_t pid);

#endif
