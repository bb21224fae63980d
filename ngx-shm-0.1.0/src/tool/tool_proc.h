/*
 * tool_proc.h - what a living process has mapped and shares.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NGX_TOOL_PROC_H_INCLUDED
#define NGX_TOOL_PROC_H_INCLUDED

#include "tool_view.h"

typedef struct {
    pid_t        pid;
    uintmax_t    from, to;
    uint64_t     offset;        /* in the file */
    dev_t        dev;
    ino_t        ino;           /* the number, if it is System V */
    const char  *what;          /* a path, or what the system says instead */
} tool_mapping_t;

/* Show the shared mappings of a process.  0, or -1 with errno. */
int tool_mappings(pid_t pid,
    void (*seen)(void *data, const tool_mapping_t *m), void *data);

/* Its memory for reading, or -1 with errno. */
int tool_process_memory(pid_t pid);

/* In a list of mappings a line end in a path is \012: put it back. */
void tool_restore_line_ends(char *text);

/* How to call what is mapped: "memfd:NAME", a path, "/SYSV..." */
void tool_mapping_label(const tool_mapping_t *m, char *buf, size_t size);

#endif
