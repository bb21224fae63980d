/*
 * tool_list.h - the segments of this machine, as list finds them.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_LIST_H_INCLUDED
#define TOOL_LIST_H_INCLUDED

#include "tool_proc.h"
#include "tool_screen.h"

#define MANY_PIDS  64           /* shown; all are counted */

/* Two more states than the library has: ours by its first bytes, and unfit. */
#define DAMAGED    (NGX_SHM_DEAD + 1)
/* A pool without a header, known to the processes that have it mapped. */
#define BARE       (NGX_SHM_DEAD + 2)

typedef struct {
    char            name[TOOL_NAME];
    char            label[128];
    int             sysv;
    dev_t           dev;
    ino_t           ino;        /* the number, if it is System V */
    ngx_shm_info_t  info;
    size_t          npids;
    pid_t           pids[MANY_PIDS];
    int             attached;   /* the kernel says that somebody has it */
    uid_t           uid;
    mode_t          mode;
    int             has_mode;   /* 0: there is no file, and nobody's number */
} entry_t;

typedef struct {
    entry_t  *entries;
    size_t    n, room;
} list_t;

/* Keep those that the options want, in the order that they want. */
int tool_list_check(const tool_t *tool);
void tool_list_select(const tool_t *tool, list_t *list);
int tool_list_wants(const tool_t *tool, const entry_t *e);
int tool_list_is_unused(const entry_t *e);

/* The orders there are: the name of the i-th, NULL: no more. */
const char *tool_list_order(size_t i);

/* A line for each; that of the cursor is marked, -1: none. */
void tool_list_table(const tool_t *tool, const list_t *list, long cursor);

/* All that can be found, with the processes that have it. */
void tool_seek_all(list_t *list);

/* The parts of that: those in /dev/shm and of System V; one by one. */
void tool_seek_named(list_t *list);
entry_t *tool_seek_entry(list_t *list, int sysv, dev_t dev, ino_t ino);
entry_t *tool_seek_add(list_t *list, const char *name, int sysv, dev_t dev,
    ino_t ino, const ngx_shm_info_t *info);
entry_t *tool_seek_file(list_t *list, const char *name, const char *path);
int tool_seek_header(const ngx_named_header_t *head, uint64_t total,
    ngx_shm_info_t *info);
void tool_seek_process(list_t *list, pid_t pid);

/* A System V segment of ours by its number; NULL: there is none. */
entry_t *tool_seek_sysv(list_t *list, int id);

#endif
