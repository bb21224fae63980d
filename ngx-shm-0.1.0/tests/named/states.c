/*
 * states.c - make each call in each state of the table tests/named/states, for
 * each kind, each max_size, and each history of growing
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include "ngx_auto_config.h"
#include "act.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WAIT_MS  5              /* for a call that is to find it building */

static const struct {
    const char  *name;
    size_t       max;
} sizes[] = {
    { "no max_size", 0 },
    { "less max_size than it grows to", SIZE + 5000 },
    { "more max_size than it grows to", 1 << 20 }
};

/* The growth of a segment once it is ready, before the way goes on. */
static const struct {
    const char  *name;
    int          calls[3];
} pasts[] = {
    { "new", { -1 } },
    { "grown", { GROW, -1 } },
    { "grown twice", { GROW, GROW, -1 } },
    { "grown by another", { MORE, -1 } },
    { "grown by a child", { FORK, -1 } },
    { "opened again", { CLOSE, HOLD, -1 } },
};

#define SIZES  (sizeof(sizes) / sizeof(sizes[0]))
#define PASTS  (sizeof(pasts) / sizeof(pasts[0]))

static int  cells, wrong;

static int
descriptors(void)
{
    int   n = 0;
    DIR  *d = opendir("/proc/self/fd");

    while (d != NULL && readdir(d) != NULL) {
        n++;
    }

    if (d != NULL) {
        (void) closedir(d);
    }

    return n;
}

/* 1 if the result is that of the table. */
static int
is_right(actor_t *a, const row_t *row, int call, const char *when)
{
    const char    *got;
    const cell_t  *cell = &row->cells[call];

    a->patience = strcmp(cell->result, "ETIMEDOUT") == 0
                  || strcmp(cell->result, "EOWNERDEAD") == 0 ? WAIT_MS : 60000;
    got = act(a, call);

    if (strcmp(got, cell->result) == 0) {
        return 1;
    }

    printf("# %s%s: %s: %s, not %s\n", when, row->state, call_names[call], got,
           cell->result);
    wrong++;
    return 0;
}

static int
is_possible(const row_t *row, int call)
{
    const char  *result = row->cells[call].result;

    return result[0] >= 'a' && result[0] <= 'z';
}

static int
live(actor_t *a, const int *calls)
{
    int           i;
    const row_t  *row;

    for (i = 0; calls[i] != -1; i++) {
        row = table_row(i == 1 && calls[0] == CLOSE ? "idle" : "used",
                        a->kind);

        if (!is_right(a, row, calls[i], "on the way: ")) {
            return 0;
        }
    }

    return 1;
}

/* Come to the state; 0: something was wrong on the way. */
static int
reach(actor_t *a, const char *state, const int *past)
{
    int           i, n, way[16];
    const row_t  *row = table_row("absent", a->kind);

    n = table_path(state, a->kind, way, 16);

    if (n == -1) {
        printf("# %s: there is no way to this state\n", state);
        wrong++;
    }

    for (i = 0; i < n; i++) {
        if (!is_right(a, row, way[i], "on the way: ")) {
            return 0;
        }

        row = table_row(row->cells[way[i]].next, a->kind);

        if (way[i] == READY && strcmp(row->state, "used") == 0
            && !live(a, past))
        {
            return 0;
        }
    }

    return n != -1;
}

static int
has_past(const char *state, int kind, const int *past)
{
    int           i, n, way[16];
    const row_t  *used = table_row("used", kind);

    if (past[0] == -1) {
        return 1;
    }

    for (i = 0; i < 3 && past[i] != -1; i++) {
        if (past[i] != HOLD && !is_possible(used, past[i])) {
            return 0;
        }
    }

    if (past[0] == CLOSE && kind == MEMFD) {
        return 0;
    }

    n = table_path(state, kind, way, 16);

    for (i = 0; i < n; i++) {
        if (way[i] == READY) {
            return 1;
        }
    }

    return 0;
}

/* Does the new state give the results of its row, and can it be used? */
static void
look_around(actor_t *a, const row_t *row)
{
    size_t     i;
    const int  looks[] = { INFO, LINKED, REFRESH, OPEN, INFO };

    for (i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        if (row->cells[looks[i]].result[0] != '\0'
            && (looks[i] != OPEN || is_possible(row, OPEN)))
        {
            (void) is_right(a, row, looks[i], "then: ");
        }
    }
}

static void
try_row(const row_t *row, int kind, size_t max, const int *past)
{
    int      call, before;
    actor_t  a;

    for (call = 0; call < CALLS; call++) {
        if (row->cells[call].result[0] == '\0') {
            continue;
        }

        before = descriptors();
        act_begin(&a, kind, max);

        if (reach(&a, row->state, past) && is_right(&a, row, call, "")) {
            look_around(&a, table_row(row->cells[call].next, kind));
        }

        act_end(&a);
        cells++;

        if (descriptors() != before) {
            printf("# %s: %s: a descriptor is left\n", row->state,
                   call_names[call]);
            wrong++;
        }
    }
}

static void
try_all(int kind, size_t max, const int *past)
{
    int  i;

    for (i = 0; i < row_count; i++) {
        if (table_row(rows[i].state, kind) == &rows[i]
            && has_past(rows[i].state, kind, past))
        {
            try_row(&rows[i], kind, max, past);
        }
    }
}

int
main(void)
{
    int     kind, n = 0, failed = 0;
    pid_t   self = getpid();
    size_t  s, p;

    static const char *kinds[] = { "posix", "file", "sysv", "memfd" };

    if (table_read() == -1 || named_begin() == -1) {
        return 1;
    }

    for (kind = 0; kind <= MEMFD; kind++) {
        for (s = 0; s < SIZES; s++) {
            for (p = 0; p < PASTS; p++) {
                cells = wrong = 0;
                named_remember();
                try_all(kind, sizes[s].max, pasts[p].calls);

                if (kind == SYSV && named_orphans(&self, 1) != 0) {
                    printf("# memory is left that no name leads to\n");
                    wrong++;
                }

                if (cells != 0) {
                    printf("%sok %d - %s, %s, %s: %d calls\n",
                           wrong ? "not " : "", ++n, kinds[kind],
                           sizes[s].name, pasts[p].name, cells);
                    failed += wrong != 0;
                }
            }
        }
    }

    printf("1..%d\n", n);
    failed += named_end() != 0;
    return failed != 0;
}
