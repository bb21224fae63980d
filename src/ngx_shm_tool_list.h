/*
 * ngx_shm_tool_list.h - the segments of this machine, as list finds them.
 */

#ifndef NGX_SHM_TOOL_LIST_H_INCLUDED
#define NGX_SHM_TOOL_LIST_H_INCLUDED

#include "ngx_shm_tool_proc.h"

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
} entry_t;

typedef struct {
    entry_t  *entries;
    size_t    n, room;
} list_t;

/* All that can be found, with the processes that have it. */
void tool_seek_all(list_t *list);

/* A System V segment of ours by its number; NULL: there is none. */
entry_t *tool_seek_sysv(list_t *list, int id);

#endif
