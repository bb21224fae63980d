/*
 * tool_print.c - text, colours and JSON for all commands.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool.h"

#include <inttypes.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

FILE  *tool_out;

int
tool_has_terminal(void)
{
    const char  *term = getenv("TERM");

    return isatty(STDOUT_FILENO)
           && (term == NULL || strcmp(term, "dumb") != 0);
}

void
tool_print(const char *fmt, ...)
{
    va_list  args;

    va_start(args, fmt);
    (void) vfprintf(tool_out, fmt, args);
    va_end(args);
}

static const char *
escape_of(char color)
{
    switch (color) {
    case 'g':
        return "\033[32m";
    case 'r':
        return "\033[31m";
    case 'y':
        return "\033[33m";
    case 'm':
        return "\033[35m";
    case 'c':
        return "\033[36m";
    case 'd':
        return "\033[2m";
    case 'R':
        return "\033[1;41m";
    default:
        return "\033[1m";
    }
}

static void
begin_color(const tool_t *tool, char color)
{
    if (tool->color && color != 0) {
        fputs(escape_of(color), tool_out);
    }
}

static void
end_color(const tool_t *tool, char color)
{
    if (tool->color && color != 0) {
        fputs("\033[0m", tool_out);
    }
}

void
tool_put_name(const tool_t *tool, const char *name, const char *label)
{
    begin_color(tool, 'b');
    tool_put_text(tool_out, name);
    end_color(tool, 'b');

    if (label[0] != '\0') {
        fputs(" (", tool_out);
        tool_put_text(tool_out, label);
        putc(')', tool_out);
    }
}

void
tool_json_string(const char *s)
{
    unsigned char  c;

    putchar('"');

    while ((c = (unsigned char) *s++) != '\0') {
        if (c == '"' || c == '\\') {
            printf("\\%c", c);

        } else if (c < 0x20 || c >= 0x7f) {
            /* File names need not be UTF-8: each byte stands for itself. */
            printf("\\u%04x", c);

        } else {
            putchar(c);
        }
    }

    putchar('"');
}

void
tool_json_text(const char *name, const char *text)
{
    printf("\"%s\": ", name);
    tool_json_string(text);
    printf(", ");
}

void
tool_json_number(const char *name, intmax_t number)
{
    printf("\"%s\": %jd, ", name, number);
}

void
tool_colored(const tool_t *tool, char color, const char *fmt, ...)
{
    va_list  args;

    begin_color(tool, color);
    va_start(args, fmt);
    (void) vfprintf(tool_out, fmt, args);
    va_end(args);
    end_color(tool, color);
}

const char *
tool_bytes(uintmax_t n, char *buf, size_t size)
{
    int  i;

    for (i = 0; n >= 1024 && n % 1024 == 0 && i < 6; i++) {
        n /= 1024;
    }

    if (i == 0) {
        (void) snprintf(buf, size, "%ju", n);
    } else if (n >= 10240 && i < 6) {
        /* exact as it would be, nobody reads that many digits */
        for (i++; n >= 1024 * 1024 && i < 6; i++) {
            n /= 1024;
        }
        (void) snprintf(buf, size, "%.1f%c", (double) n / 1024, "?KMGTPE"[i]);
    } else {
        (void) snprintf(buf, size, "%ju%c", n, "?KMGTPE"[i]);
    }

    return buf;
}

const char *
tool_time(int64_t seconds, char *buf, size_t size)
{
    time_t     t = (time_t) seconds;
    struct tm  tm;

    /* Where time_t has 32 bits, many a number is no time. */
    if ((int64_t) t != seconds || localtime_r(&t, &tm) == NULL
        || strftime(buf, size, "%Y-%m-%d %H:%M:%S", &tm) == 0)
    {
        (void) snprintf(buf, size, "%jd", (intmax_t) seconds);
    }

    return buf;
}

const char *
tool_user(uid_t uid, char *buf, size_t size)
{
    struct passwd  *user = uid != (uid_t) -1 ? getpwuid(uid) : NULL;

    if (uid == (uid_t) -1) {
        (void) snprintf(buf, size, "-");
    } else if (user != NULL) {
        (void) snprintf(buf, size, "%s", user->pw_name);
    } else {
        (void) snprintf(buf, size, "%lu", (unsigned long) uid);
    }

    return buf;
}

intmax_t
tool_read_number(const char *path)
{
    char       line[64];
    FILE      *f = fopen(path, "r");
    intmax_t   n = -1;

    if (f == NULL) {
        return -1;
    }

    if (fgets(line, sizeof(line), f) != NULL && *line >= '0' && *line <= '9') {
        errno = 0;
        n = (intmax_t) strtoumax(line, NULL, 10);
        n = errno == ERANGE || n < 0 ? INTMAX_MAX : n;
    }

    (void) fclose(f);
    return n;
}
