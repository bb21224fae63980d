/*
 * tool_screen.h - the terminal that watch draws on, and its keys.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef TOOL_SCREEN_H_INCLUDED
#define TOOL_SCREEN_H_INCLUDED

#include "tool.h"

/* What tool_screen_wait() returns besides the characters of keys. */
enum {
    TOOL_TIME = 0,          /* it is time */
    TOOL_END = -1,          /* a signal wants an end */
    TOOL_REDRAW = -2,       /* the window changed, or is ours again */
    TOOL_UP = 256,
    TOOL_DOWN,
    TOOL_LEFT,
    TOOL_RIGHT,
    TOOL_PAGE_UP,
    TOOL_PAGE_DOWN,
    TOOL_HOME,
    TOOL_LAST,
    TOOL_ESCAPE
};

/*
 * Take over the terminal, if standard output is one that can be drawn on, and
 * draw is not 0: 1.  Keys are read if standard input is one, too.  From here on
 * signals that end the process are kept for tool_screen_wait(); whichever ends
 * it, but for SIGKILL, leaves the terminal as it was.
 */
int tool_screen_enter(int draw);
void tool_screen_leave(void);
int tool_screen_has_keys(void);

/*
 * Text printed to tool_out between the two calls is a picture; below it comes
 * the last line of the screen.  0, or -1: it cannot be drawn.
 */
void tool_screen_begin(void);
int tool_screen_end(const char *below);

/* What was printed up to here stays when the rest is scrolled. */
void tool_screen_fix(void);

/* Scroll by some lines, or pages; show this line of the rest. */
void tool_screen_scroll(long lines, long pages);
void tool_screen_show(long line);

/* Wait for a key, a signal, or the time when (as tool_now() tells it). */
int tool_screen_wait(double when);

/* Seconds of the monotonic clock. */
double tool_now(void);

#endif
