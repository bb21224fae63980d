/*
 * tool_seek_all.c - all segments of this machine: those with names, then those
 * that processes have mapped.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_list.h"

#include <dirent.h>
#include <stdlib.h>

static void
find_processes(list_t *list)
{
    DIR            *dir = opendir("/proc");
    struct dirent  *e;

    if (dir == NULL) {
        return;
    }

    while ((e = readdir(dir)) != NULL) {
        if (e->d_name[0] >= '1' && e->d_name[0] <= '9') {
            tool_seek_process(list, (pid_t) strtol(e->d_name, NULL, 10));
        }
    }

    (void) closedir(dir);
}

void
tool_seek_all(list_t *list)
{
    tool_seek_named(list);
    find_processes(list);
}
