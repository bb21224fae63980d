/*
 * The table of states: reading it, and finding the way to a state in it.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const  call_names[CALLS] = {
    "touch", "ipcrm", "hold", "anew", "open", "create", "excl", "fresh",
    "more", "info", "unlink", "ready", "linked", "refresh", "grow", "fork",
    "sync", "close"
};

row_t  rows[MANY_ROWS];
int    row_count;

static int
complain(const char *word)
{
    fprintf(stderr, "# tests/named/states: %s\n", word);
    return -1;
}

/* "CALL=RESULT[>STATE]" */
static int
add_cell(row_t *row, char *word)
{
    int    call;
    char  *result = strchr(word, '='), *next;

    if (row == NULL || result == NULL) {
        return complain(word);
    }

    *result++ = '\0';
    next = strchr(result, '>');

    if (next != NULL) {
        *next++ = '\0';
    }

    for (call = 0; call < CALLS; call++) {
        if (strcmp(word, call_names[call]) == 0) {
            (void) snprintf(row->cells[call].result,
                            sizeof(row->cells[call].result), "%s", result);
            (void) snprintf(row->cells[call].next,
                            sizeof(row->cells[call].next), "%s",
                            next != NULL ? next : row->state);
            return 0;
        }
    }

    return complain(word);
}

static int
read_line(char *line)
{
    char  *word, *colon = strchr(line, ':');

    if (*line == '#') {
        return 0;
    }

    if (colon != NULL) {
        if (row_count == MANY_ROWS) {
            return complain("too many rows");
        }

        *colon = ' ';

        if (sscanf(line, "%15s %7s", rows[row_count].state,
                   rows[row_count].kinds) != 2)
        {
            return complain(line);
        }

        row_count++;
        line = colon;
    }

    for (word = strtok(line, " \n"); word != NULL; word = strtok(NULL, " \n"))
    {
        if (add_cell(row_count != 0 ? &rows[row_count - 1] : NULL, word)
            == -1)
        {
            return -1;
        }
    }

    return 0;
}

int
table_read(void)
{
    int          bad = 0;
    char         line[256];
    FILE        *f;
    const char  *dir = getenv("srcdir");

    (void) snprintf(line, sizeof(line), "%s/tests/named/states",
                    dir != NULL ? dir : ".");
    f = fopen(line, "r");

    if (f == NULL) {
        perror(line);
        return -1;
    }

    while (!bad && fgets(line, sizeof(line), f) != NULL) {
        bad = read_line(line) == -1;
    }

    (void) fclose(f);
    return bad || row_count == 0 ? -1 : 0;
}

const row_t *
table_row(const char *state, int kind)
{
    int  i;

    for (i = 0; i < row_count; i++) {
        if (strcmp(rows[i].state, state) == 0
            && strchr(rows[i].kinds, "pfsm"[kind]) != NULL)
        {
            return &rows[i];
        }
    }

    return NULL;
}

/* Breadth first, so that the way is a shortest one. */
int
table_path(const char *state, int kind, int *calls, int max)
{
    int           i, k, n, head, tail = 1, call, from[MANY_ROWS];
    int           by[MANY_ROWS];
    const row_t  *next, *queue[MANY_ROWS];

    queue[0] = table_row("absent", kind);
    from[0] = -1;

    for (head = 0; head < tail; head++) {
        if (strcmp(queue[head]->state, state) == 0) {
            for (n = 0, i = head; from[i] != -1; i = from[i]) {
                n++;
            }

            for (k = n, i = head; from[i] != -1 && n <= max; i = from[i]) {
                calls[--k] = by[i];
            }

            return n <= max ? n : -1;
        }

        for (call = 0; call < CALLS; call++) {
            next = table_row(queue[head]->cells[call].next, kind);

            for (i = 0; i < tail && next != NULL && queue[i] != next; i++) {
                /* void */
            }

            if (next != NULL && i == tail && tail < MANY_ROWS) {
                from[tail] = head;
                by[tail] = call;
                queue[tail++] = next;
            }
        }
    }

    return -1;
}
