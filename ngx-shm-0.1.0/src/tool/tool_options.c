/*
 * tool_options.c - reading the options of ngx-shm.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_options.h"

#include <pwd.h>
#include <stdlib.h>

typedef struct {
    const char  *name;
    char         letter;
    const char  *value;         /* what it takes, NULL: nothing */
    const char  *commands;      /* that take it, each with a space behind it */
    const char  *words;
} option_t;

static const option_t  options[] = {
    { "--json", 'j', NULL, "features backends list stat check map dump watch"
      " bench ", "for programs, not for people" },
    { "--openmetrics", 'o', NULL, "stat ", "counters, for Prometheus" },
    { "--svg", 'g', "FILE", "map ", "draw into this file" },
    { "--unused", 'u', NULL, "list watch rm ", "segments that nobody has" },
    { "--dead", 'd', NULL, "list watch rm ",
      "of these, those whose maker is gone" },
    { "--user", 'U', "NAME", "list watch rm ", "segments of this user" },
    { "--sort", 's', "KEY", "list watch ", "by this column, -KEY: reversed" },
    { "--bytes", 'b', NULL, "list watch ", "sizes in bytes, not in KiB" },
    { "--long", 'l', NULL, "list ", "all that is known of each" },
    { "--dry-run", 'n', NULL, "rm ", "only show what would be removed" },
    { "--yes", 'y', NULL, "rm ", "do not ask" },
    { "--interval", 'i', "N", "watch ",
      "seconds between two looks, 1 if not told" },
    { "--count", 'c', "N", "watch ", "look so often, then end" }
};

#define OPTIONS  (sizeof(options) / sizeof(options[0]))

int
tool_wrong_usage(const char *what, const char *why)
{
    return tool_error(what, why, "see ngx-shm --help");
}

void
tool_options_usage(FILE *to)
{
    char    left[32];
    size_t  i;

    for (i = 0; i < OPTIONS; i++) {
        (void) snprintf(left, sizeof(left), "%s%s%s", options[i].name,
                        options[i].value != NULL ? " " : "",
                        options[i].value != NULL ? options[i].value : "");
        fprintf(to, "  %-14s %s\n", left, options[i].words);
    }
}

static const option_t *
find_option(const char *name)
{
    size_t  i;

    for (i = 0; i < OPTIONS; i++) {
        if (strcmp(options[i].name, name) == 0) {
            return &options[i];
        }
    }

    return NULL;
}

/* The names of commands are such that none ends as another one. */
static int
is_of(const option_t *o, const char *command)
{
    char  word[32];

    (void) snprintf(word, sizeof(word), "%.30s ", command);
    return strstr(o->commands, word) != NULL;
}

static int
read_number(const char *option, const char *text, long *number)
{
    char  *end;

    errno = 0;
    *number = strtol(text, &end, 10);

    return errno != 0 || end == text || *end != '\0' || *number < 1
           || *number > 1000000
           ? tool_wrong_usage(option, "not a number from 1 to 1000000") : 0;
}

static int
read_seconds(const char *option, const char *text, double *seconds)
{
    char  *end;

    *seconds = strtod(text, &end);

    return end == text || *end != '\0' || !(*seconds >= 0.01)
           || *seconds > 1000000
           ? tool_wrong_usage(option, "not a number from 0.01 to 1000000") : 0;
}

static int
read_user(tool_t *tool, const char *option, const char *text)
{
    char           *end;
    unsigned long   uid;
    struct passwd  *user = getpwnam(text);

    tool->user = text;

    if (user != NULL) {
        tool->uid = user->pw_uid;
        return 0;
    }

    uid = strtoul(text, &end, 10);
    tool->uid = (uid_t) uid;

    return *text < '0' || *text > '9' || *end != '\0' || tool->uid != uid
           ? tool_wrong_usage(option, "neither the name nor the number of a"
                              " user") : 0;
}

static int
read_sort(tool_t *tool, const char *text)
{
    tool->reverse = *text == '-';
    tool->sort = text + (*text == '-');
    return 0;
}

static int
set_value(tool_t *tool, const option_t *o, const char *value)
{
    if (value == NULL) {
        return tool_wrong_usage(o->name, "its value is missing");
    }

    switch (o->letter) {
    case 'g':
        tool->svg = value;
        return 0;
    case 'U':
        return read_user(tool, o->name, value);
    case 's':
        return read_sort(tool, value);
    case 'i':
        return read_seconds(o->name, value, &tool->interval);
    default:
        return read_number(o->name, value, &tool->count);
    }
}

static void
set_flag(tool_t *tool, const option_t *o)
{
    switch (o->letter) {
    case 'j':
        tool->json = 1;
        break;
    case 'o':
        tool->openmetrics = 1;
        break;
    case 'u':
        tool->unused = 1;
        break;
    case 'd':
        tool->dead = 1;
        break;
    case 'b':
        tool->bytes = 1;
        break;
    case 'l':
        tool->all = 1;
        break;
    case 'n':
        tool->dry_run = 1;
        break;
    default:
        tool->yes = 1;
        break;
    }
}

int
tool_options_read(tool_t *tool, const char *command, int argc, char **argv)
{
    int              i, ended = 0;
    const option_t  *o;

    tool->args = argv;
    tool->interval = 1;

    for (i = 0; i < argc; i++) {
        if (ended || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[tool->nargs++] = argv[i];
            continue;
        }

        if (strcmp(argv[i], "--") == 0) {
            ended = 1;
            continue;
        }

        o = find_option(argv[i]);

        if (o == NULL) {
            return tool_wrong_usage(argv[i], "unknown option");
        }

        if (!is_of(o, command)) {
            return tool_wrong_usage(argv[i], "not an option of this command");
        }

        if (o->value == NULL) {
            set_flag(tool, o);

        } else if (set_value(tool, o, argv[++i]) != 0) {
            return TOOL_TROUBLE;
        }
    }

    return 0;
}
