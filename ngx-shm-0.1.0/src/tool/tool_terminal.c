/*
 * tool_terminal.c - take the terminal over, and leave it as it was.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_terminal.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#define BEGIN  "\033[?1049h\033[?25l\033[?7l"
#define END    "\033[?7h\033[?25h\033[?1049l"

static volatile sig_atomic_t  taken;

static int             screen, keys;
static struct termios  as_it_was;

int
tool_terminal_is_ours(void)
{
    pid_t  group = tcgetpgrp(STDOUT_FILENO);

    return group == -1 || group == getpgrp();
}

int
tool_terminal_is_taken(void)
{
    return taken;
}

int
tool_screen_has_keys(void)
{
    return keys;
}

void
tool_terminal_no_keys(void)
{
    keys = 0;
}

int
tool_terminal_open(int draw)
{
    screen = draw && tool_has_terminal();
    keys = screen && isatty(STDIN_FILENO)
           && tcgetattr(STDIN_FILENO, &as_it_was) == 0;
    return screen;
}

void
tool_terminal_take(void)
{
    struct termios  raw = as_it_was;

    if (!screen || taken || !tool_terminal_is_ours()) {
        return;
    }

    taken = 1;

    if (keys) {
        raw.c_lflag &= ~(tcflag_t) (ICANON|ECHO);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        (void) tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
    }

    (void) !write(STDOUT_FILENO, BEGIN, sizeof(BEGIN) - 1);
}

void
tool_terminal_restore(void)
{
    if (!taken) {
        return;
    }

    taken = 0;
    (void) !write(STDOUT_FILENO, END, sizeof(END) - 1);

    if (keys) {
        (void) tcsetattr(STDIN_FILENO, TCSAFLUSH, &as_it_was);
    }
}

void
tool_terminal_close(void)
{
    tool_terminal_restore();
    screen = 0;
}
