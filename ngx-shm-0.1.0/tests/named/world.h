/*
 * world.h - names for the tests of named segments, and short ways to the calls
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMED_WORLD_H_INCLUDED
#define NAMED_WORLD_H_INCLUDED

#include "ngx_shm_named.h"

#include <stddef.h>

#define KINDS      3            /* that have names: posix, file, sysv */
#define POSIX      0
#define PLAIN      1
#define SYSV       2
#define MEMFD      3
#define SIZE       5000

extern char  named[160];        /* the name that the test uses */
extern char  named_folder[64];  /* where files get their names */

/* Make a folder of this program alone; and remove it with its content. */
int named_begin(void);
int named_end(void);

/* Choose a name of this process alone that leads to nothing yet. */
void named_choose(int kind);

/* The file behind the name. */
const char *named_path(void);

/* Options with patience: the machine may be busy. */
ngx_shm_options_t named_wish(ngx_uint_t flags, size_t size);

/*
 * How many System V segments without users one of these processes has made
 * since the last named_remember(): pids are used again, and an earlier process
 * with the same pid may have left segments, too.
 */
void named_remember(void);
int named_orphans(const pid_t *pids, int n);

#endif
