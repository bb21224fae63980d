/*
 * tool_screen.c - draw on the terminal: a picture is text that is cut to the
 * window and written at once.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_terminal.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The picture. */
static int      screen;
static FILE    *picture;
static char    *text;
static size_t   length;
static size_t   fixed;          /* bytes of it that are not scrolled */
static long     top;            /* the first line shown of the rest */
static long     height = 20;    /* lines shown of the rest */

void
tool_screen_leave(void)
{
    tool_terminal_close();
    screen = 0;
    tool_leave = NULL;
    tool_out = stdout;
}

int
tool_screen_enter(int draw)
{
    screen = tool_terminal_open(draw);
    tool_leave = screen ? tool_screen_leave : NULL;
    tool_keys_begin();
    tool_terminal_take();
    return screen;
}

void
tool_screen_begin(void)
{
    if (screen) {
        free(text);
        text = NULL;
        fixed = 0;
        picture = open_memstream(&text, &length);
        tool_out = picture != NULL ? picture : stdout;
    }
}

void
tool_screen_fix(void)
{
    if (picture != NULL && fixed == 0 && fflush(picture) == 0) {
        fixed = length;
    }
}

static long
count_lines(const char *from, const char *to)
{
    long  n = 0;

    while (from < to) {
        n += *from++ == '\n';
    }

    return n;
}

/* So many lines at most, each to its end; where the next one begins. */
static const char *
put_lines(const char *p, const char *end, long n)
{
    const char  *line_end;

    while (p < end && n-- > 0) {
        line_end = memchr(p, '\n', (size_t) (end - p));
        line_end = line_end != NULL ? line_end : end;
        (void) fwrite(p, 1, (size_t) (line_end - p), stdout);
        fputs("\033[K\n", stdout);
        p = line_end < end ? line_end + 1 : end;
    }

    return p;
}

static long
rows(void)
{
    struct winsize  size;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1
           ? size.ws_row : 24;
}

static void
paint(const char *below)
{
    long         head, rest, all = rows();
    const char  *body, *end = text + length;

    head = count_lines(text, text + fixed);

    if (head + 4 > all) {
        head = 0;
        fixed = 0;
    }

    body = text + fixed;
    rest = count_lines(body, end);
    height = all - 1 - head;
    top = top > rest - height ? rest - height : top;
    top = top < 0 ? 0 : top;

    fputs("\033[H", stdout);
    (void) put_lines(text, body, head);

    for (rest = 0; rest < top; rest++) {
        body = strchr(body, '\n') + 1;
    }

    (void) put_lines(body, end, height);
    printf("\033[J\033[%ld;1H%s\033[K", all, below);
}

int
tool_screen_end(const char *below)
{
    if (screen && picture != NULL) {
        (void) fclose(picture);
        picture = NULL;
        tool_out = stdout;

        if (text != NULL && tool_terminal_is_taken() && tool_terminal_is_ours()) {
            paint(below);
        }
    }

    return fflush(stdout) != 0 || ferror(stdout) ? -1 : 0;
}

void
tool_screen_scroll(long lines, long pages)
{
    top += lines + pages * (height > 1 ? height - 1 : 1);
    top = top < 0 ? 0 : top;
}

void
tool_screen_show(long line)
{
    if (line < top) {
        top = line;
    } else if (line >= top + height) {
        top = line - height + 1;
    }
}
