/*
 * tool_options.h - the options of ngx-shm, and which command takes
 * which.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_OPTIONS_H_INCLUDED
#define TOOL_OPTIONS_H_INCLUDED

#include "tool.h"

/* A line for each option. */
void tool_options_usage(FILE *to);

/*
 * Take the options of a command out of argv, which ends with NULL; what is left
 * is counted in tool->nargs.  0, or TOOL_TROUBLE after an error.
 */
int tool_options_read(tool_t *tool, const char *command, int argc,
    char **argv);

/* An error of whoever called ngx-shm; returns TOOL_TROUBLE. */
int tool_wrong_usage(const char *what, const char *why);

#endif
