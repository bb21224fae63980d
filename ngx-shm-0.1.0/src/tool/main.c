/*
 * main.c - the program ngx-shm: its commands and their help.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "tool_options.h"

#include <stdlib.h>
#include <unistd.h>

static const tool_command_t  commands[] = {
    { "features", "", "what the build found, and on what evidence", 0, 0,
      tool_features },
    { "backends", "", "try each backend now, and name the limits", 0, 0,
      tool_backends },
    { "list", "", "the segments of this machine, in a table", 0, 0,
      tool_list },
    { "stat", "SEGMENT|PID", "what a segment says of itself, or all of a"
      " process", 1, 1, tool_stat },
    { "check", "SEGMENT|PID", "is it sound?", 1, 1, tool_check },
    { "map", "SEGMENT|PID", "a picture of its pages and how full they are", 1,
      1, tool_map },
    { "dump", "SEGMENT|PID", "its bytes", 1, 1, tool_dump },
    { "watch", "[SEGMENT|PID]", "like top: how full, how fast, who has what",
      0, 1, tool_watch },
    { "bench", "", "quick figures of this machine", 0, 0, tool_bench },
    { "rm", "SEGMENT...", "remove named segments", 0, 1000, tool_remove }
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

    putc('\n', to);
    tool_options_usage(to);
    fputs("  --version      the version, and nothing else\n"
          "  --help         this text\n\n"
          "SEGMENT is posix:/NAME, file:PATH, sysv:PATH, or what list calls"
          " it; to be\nlooked at, also a process (PID), a core, the path of"
          " any file, or one part of\nthese (PID@ADDRESS, as stat names"
          " it).  The exit status is 0 for yes, 1 for\nno, 2 if there was an"
          " error.\n", to);
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
run(const tool_command_t *command, tool_t *tool)
{
    int          status;
    const char  *no_color = getenv("NO_COLOR");

    if (tool->nargs < command->least) {
        return tool_wrong_usage(command->name, "an argument is missing");
    }

    if (tool->nargs > command->most) {
        return tool_wrong_usage(tool->args[command->most],
                                "one argument too many");
    }

    tool->color = tool_has_terminal()
                  && (no_color == NULL || *no_color == '\0');
    status = command->run(tool);

    if (fflush(stdout) != 0 || ferror(stdout)) {
        return tool_error("cannot write standard output", strerror(errno),
                          "make room, or write elsewhere");
    }

    return status;
}

/* Also behind a command. */
static int
asks_for_help(int argc, char **argv)
{
    return strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0
           || (argc == 3 && strcmp(argv[2], "--help") == 0);
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

    if (asks_for_help(argc, argv)) {
        usage(stdout);
        return TOOL_YES;
    }

    if (strcmp(argv[1], "--version") == 0) {
        printf("ngx-shm %s\n", NGX_SHM_VERSION);
        return TOOL_YES;
    }

    command = find_command(argv[1]);

    if (command == NULL) {
        return tool_wrong_usage(argv[1], "unknown command");
    }

    if (tool_options_read(&tool, argv[1], argc - 2, argv + 2) != 0) {
        return TOOL_TROUBLE;
    }

    return run(command, &tool);
}
