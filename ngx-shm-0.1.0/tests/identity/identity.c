/*
 * identity.c [-e] [TABLE [WORD...]]: who has a thing, and does its end show?
 *
 * Each cell of the table is a test, TAP: an owner gets the thing, in a place;
 * something happens to it; and somebody else asks for the thing.  WORD: only
 * lines that begin so.  -e: the lines for emulators.  Lines that begin with a
 * + are left out, unless NGX_IDENTITY is "all".  What cannot be done here is
 * skipped, with the reason.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"

#include "cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define THINGS  16
#define SPACE   " \n"

/* What a cell comes to: "right", a refusal, or what was wrong. */
static const char *
verdict(void)
{
    static char  text[64];
    const char  *wanted = keeps() ? BUSY : DIED;

    if (strcmp(world->said[0], GOT) != 0) {
        return world->said[0][0] == 'E' ? world->said[0] : "owner-not-in";
    }

    if (strstr(fate, "fork") != NULL && strcmp(world->said[2], BUSY) != 0
        && strcmp(thing->name, "heap") != 0
        && strcmp(world->said[2], "EDEADLK") != 0)
    {
        (void) snprintf(text, sizeof(text), "child-%s", world->said[2]);
        return text;
    }

    return strcmp(world->said[1], wanted) == 0 ? "right" : world->said[1];
}

static int  n, bad;

/* "EXDEV/right": either. */
static int
fits(const char *got, const char *allowed)
{
    size_t       len = strlen(got);
    const char  *p = strstr(allowed, got);

    return p != NULL && (p == allowed || p[-1] == '/')
           && (p[len] == '\0' || p[len] == '/');
}

static void
test(const char *place, const char *wanted)
{
    int          status, hung;
    pid_t        pid;
    const char  *got;

    expected = wanted;
    memset(world, 0, sizeof(world_t));
    (void) unlink(segment + 5);
    pid = fork();

    if (pid == 0) {
        cell();
        _exit(0);
    }

    (void) waitpid(pid, &status, 0);
    hung = !WIFEXITED(status);
    got = hung ? "hangs" : verdict();
    n++;

    if (world->said[3][0] != 0 && strcmp(wanted, "right") != 0) {
        got = wanted;
    }

    if (world->said[3][0] != 0) {
        printf("ok %d - %s %s %s # SKIP %s here\n", n, place, fate,
               thing->name, world->said[3]);

    } else if (fits(got, wanted)) {
        printf("ok %d - %s %s %s: %s\n", n, place, fate, thing->name, got);

    } else {
        bad++;
        printf("not ok %d - %s %s %s: %s, wanted %s (owner %s, other %s)\n", n,
               place, fate, thing->name, got, wanted, world->said[0],
               world->said[1]);
    }

    (void) fflush(stdout);
}

/* "inner noproc dies" and a word for each thing of the heading */
static void
line(char *text, char **heading, int things)
{
    int    i;
    char  *place, *proc, *word;
    char   where[40];

    place = strtok(text, SPACE);
    proc = strtok(NULL, SPACE);
    fate = strtok(NULL, SPACE);

    if (fate == NULL) {
        return;
    }

    inner = strcmp(place, "inner") == 0;
    apart = strcmp(place, "apart") == 0;
    hide_proc = strcmp(proc, "noproc") == 0;
    (void) snprintf(where, sizeof(where), "%s %s", place, proc);

    for (i = 0; i < things; i++) {
        word = strtok(NULL, SPACE);
        thing = thing_named(heading[i]);
        if (word != NULL && thing != NULL && strcmp(word, "-") != 0) {
            test(where, word);
        }
    }
}

static int
wanted(const char *text, char **words, int count)
{
    int  i;

    for (i = 0; i < count; i++) {
        if (strncmp(text, words[i], strlen(words[i])) == 0) {
            return 1;
        }
    }

    return count <= 0;
}

/* The things, and how many. */
static int
heading_of(char *text, char **heading)
{
    int    i, n_things = 0;
    char  *word = strtok(text, SPACE);

    for (i = 0; word != NULL && n_things < THINGS; i++) {
        if (i > 2) {
            heading[n_things++] = word;
        }
        word = strtok(NULL, SPACE);
    }

    return n_things;
}

/* An emulated line is one for emulators, and no other is. */
static char *
for_us(char *text, int emulated)
{
    const char  *all = getenv("NGX_IDENTITY");

    if (*text == '#' || *text == '\n') {
        return NULL;
    }

    if (*text == '+') {
        if (all == NULL || strcmp(all, "all") != 0) {
            return NULL;
        }
        text++;
    }

    if (strncmp(text, "emulated ", 9) == 0) {
        return emulated ? text + 9 : NULL;
    }

    return emulated ? NULL : text;
}

static void
lines(FILE *table, int emulated, char **words, int count)
{
    int    things = 0;
    char   text[256], heads[256], *heading[THINGS], *ours;

    while (fgets(text, sizeof(text), table) != NULL) {

        if (things == 0) {
            if (strncmp(text, "place ", 6) == 0) {
                memcpy(heads, text, sizeof(text));
                things = heading_of(heads, heading);
            }
            continue;
        }

        ours = for_us(text, emulated);

        if (ours != NULL && wanted(ours, words, count)) {
            line(ours, heading, things);
        }
    }
}

int
main(int argc, char **argv)
{
    int          emulated = argc > 1 && strcmp(argv[1], "-e") == 0;
    char         path[1024];
    FILE        *table;
    const char  *srcdir = getenv("srcdir");

    argc -= emulated;
    argv += emulated;

    (void) snprintf(path, sizeof(path), "%s/tests/identity/table",
                    srcdir == NULL ? "." : srcdir);
    table = fopen(argc > 1 ? argv[1] : path, "r");
    world = mmap(NULL, sizeof(world_t), PROT_READ|PROT_WRITE,
                 MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (table == NULL || world == MAP_FAILED) {
        fprintf(stderr, "identity: error: no table %s; name one\n",
                argc > 1 ? argv[1] : path);
        return 2;
    }

    (void) snprintf(lock_file, sizeof(lock_file), "/tmp/ngx_identity.%ld.lock",
                    (long) getpid());
    (void) snprintf(segment, sizeof(segment), "file:/tmp/ngx_identity.%ld",
                    (long) getpid());

    lines(table, emulated, argv + 2, argc - 2);

    (void) fclose(table);
    (void) unlink(segment + 5);
    (void) unlink(lock_file);
    printf("1..%d\n", n);
    return bad != 0;
}
