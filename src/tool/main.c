/*
 * The program ngx-shm: what shared memory this system has, and what is in it.
 */

#include "ngx_auto_config.h"
#include "tool.h"

#include <stdlib.h>
#include <unistd.h>

static const tool_command_t  commands[] = {
    { "features", "", "what the build found, and on what evidence", 0, 0,
      tool_features },
    { "backends", "", "try each backend now, and name the limits", 0, 0,
      tool_backends },
    { "list", "", "the segments of this machine, and who has them", 0, 0,
      tool_list },
    { "stat", "SEGMENT|PID", "what a segment says of itself, or all of a"
      " process", 1, 1, tool_stat },
    { "check", "SEGMENT|PID", "is it sound?", 1, 1, tool_check },
    { "map", "SEGMENT|PID", "a picture of its pages and how full they are", 1,
      1, tool_map },
    { "dump", "SEGMENT|PID", "its bytes", 1, 1, tool_dump },
    { "watch", "[SEGMENT|PID]", "like top: how full, how fast, how contended", 0,
      1, tool_watch },
    { "bench", "", "quick figures of this machine", 0, 0, tool_bench },
    { "rm", "SEGMENT...", "remove named segments", 1, 1000, tool_remove }
};

#define COMMANDS  (sizeof(commands) / sizeof(commands[0]))

static void
usage(FILE *to)
{
    size_t  i;

    fputs("usage: ngx-shm COMMAND [OPTION]... [ARGUMENT]...\n\n", to);

    for (i = 0; i < COMMANDS; i++) {
        fprintf(to, "  %-9s %-13s %s\n", commands[i].name, commands[i].args,
                commands[i].words);
    }

    fputs("\n"
          "  --json         for programs, not for people\n"
          "  --svg FILE     map: draw into this file\n"
          "  --interval N   watch: seconds between two looks, 1 if not told\n"
          "  --count N      watch: look so often, then end\n"
          "  --version      the version, and nothing else\n"
          "  --help         this text\n\n"
          "SEGMENT is posix:/NAME, file:PATH, sysv:PATH, or what list calls"
          " it; to be\nlooked at, also a process (PID), a core, the path of"
          " any file, or one part of\nthese (PID@ADDRESS, as stat names it).  The"
          " exit status is 0 for yes, 1 for\nno, 2 if there was an error.\n",
          to);
}

static int
wrong_usage(const char *what, const char *why)
{
    return tool_error(what, why, "see ngx-shm --help");
}

static const tool_command_t *
find_command(const char *name)
{
    size_t  i;

    for (i = 0; i < COMMANDS; i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }

    return NULL;
}

static int
read_number(const char *option, const char *text, long least, long *number)
{
    char  *end;

    errno = 0;
    *number = strtol(text, &end, 10);

    if (errno != 0 || end == text || *end != '\0' || *number < least
        || *number > 1000000)
    {
        return wrong_usage(option, "not a number that makes sense");
    }

    return 0;
}

static int
read_seconds(const char *option, const char *text, double *seconds)
{
    char  *end;

    *seconds = strtod(text, &end);

    if (end == text || *end != '\0' || !(*seconds >= 0.01)
        || *seconds > 1000000)
    {
        return wrong_usage(option, "not a number that makes sense");
    }

    return 0;
}

/* Options that take a value; 0 if it was one and well. */
static int
read_value(tool_t *tool, const char *option, const char *value)
{
    if (value == NULL) {
        return wrong_usage(option, "its value is missing");
    }

    if (strcmp(option, "--svg") == 0) {
        tool->svg = value;
        return 0;
    }

    if (strcmp(option, "--interval") == 0) {
        return read_seconds(option, value, &tool->interval);
    }

    return read_number(option, value, 1, &tool->count);
}

static int
takes_value(const char *option)
{
    return strcmp(option, "--svg") == 0 || strcmp(option, "--interval") == 0
           || strcmp(option, "--count") == 0;
}

/*
 * Take the options out of argv, which ends with NULL; what is left is counted
 * in tool->nargs.
 */
static int
read_options(tool_t *tool, int argc, char **argv)
{
    int  i, options = 1;

    tool->args = argv;
    tool->interval = 1;

    for (i = 0; i < argc; i++) {
        if (!options || argv[i][0] != '-' || argv[i][1] == '\0') {
            argv[tool->nargs++] = argv[i];

        } else if (strcmp(argv[i], "--") == 0) {
            options = 0;

        } else if (strcmp(argv[i], "--json") == 0) {
            tool->json = 1;

        } else if (takes_value(argv[i])) {
            if (read_value(tool, argv[i], argv[i + 1]) != 0) {
                return TOOL_TROUBLE;
            }
            i++;

        } else {
            return wrong_usage(argv[i], "unknown option");
        }
    }

    return 0;
}

static int
run(const tool_command_t *command, tool_t *tool)
{
    int          status;
    const char  *no_color = getenv("NO_COLOR");

    if (tool->nargs < command->least) {
        return wrong_usage(command->name, "an argument is missing");
    }

    if (tool->nargs > command->most) {
        return wrong_usage(tool->args[command->most], "one argument too many");
    }

    tool->color = isatty(STDOUT_FILENO)
                  && (no_color == NULL || *no_color == '\0');
    status = command->run(tool);

    if (fflush(stdout) != 0 || ferror(stdout)) {
        return tool_error("standard output", strerror(errno),
                          "make room, or write elsewhere");
    }

    return status;
}

int
main(int argc, char **argv)
{
    tool_t                 tool;
    const tool_command_t  *command;

    tool_out = stdout;
    memset(&tool, 0, sizeof(tool));

    if (argc < 2) {
        usage(stderr);
        return TOOL_TROUBLE;
    }

    if (strcmp(argv[1], "--help") == 0) {
        usage(stdout);
        return TOOL_YES;
    }

    if (strcmp(argv[1], "--version") == 0) {
        printf("ngx-shm %s\n", NGX_SHM_VERSION);
        return TOOL_YES;
    }

    command = find_command(argv[1]);

    if (command == NULL) {
        return wrong_usage(argv[1], "unknown command");
    }

    if (read_options(&tool, argc - 2, argv + 2) != 0) {
        return TOOL_TROUBLE;
    }

    return run(command, &tool);
}
