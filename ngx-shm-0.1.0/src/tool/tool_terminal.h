/*
 * tool_terminal.h - the state of the terminal, shared by the picture and the
 * keys of watch.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_TERMINAL_H_INCLUDED
#define TOOL_TERMINAL_H_INCLUDED

#include "tool_screen.h"

/* Begin to catch signals: more of them if tool_leave is set. */
void tool_keys_begin(void);

/* 1: there is one to draw on, and draw is not 0.  And leave it. */
int tool_terminal_open(int draw);
void tool_terminal_close(void);

/* Another screen, no cursor, keys at once; if the terminal is ours. */
void tool_terminal_take(void);

/* As it was; may be called from a signal handler, and any number of times. */
void tool_terminal_restore(void);

/* 1: between the two. */
int tool_terminal_is_taken(void);

/* 0: this process was put into the background. */
int tool_terminal_is_ours(void);

void tool_terminal_no_keys(void);

#endif
