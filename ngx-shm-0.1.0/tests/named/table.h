/*
 * table.h - the table of states, read from tests/named/states
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef NAMED_TABLE_H_INCLUDED
#define NAMED_TABLE_H_INCLUDED

enum {
    TOUCH, IPCRM, HOLD, ANEW, OPEN, CREATE, EXCL, FRESH, MORE, INFO, UNLINK,
    READY, LINKED, REFRESH, GROW, FORK, SYNC, CLOSE, CALLS
};

extern const char *const  call_names[CALLS];

typedef struct {
    char  result[16];           /* "": the call is not possible */
    char  next[16];
} cell_t;

typedef struct {
    char    state[16];
    char    kinds[8];
    cell_t  cells[CALLS];
} row_t;

#define MANY_ROWS  64

extern row_t  rows[MANY_ROWS];
extern int    row_count;

/* Read the table from $srcdir; 0, or -1 with words on stderr. */
int table_read(void);

/* The row of a state for a kind; NULL: there is no such state of it. */
const row_t *table_row(const char *state, int kind);

/*
 * How the holder comes from absent to a state: calls, and how many.  -1: it
 * cannot be reached.
 */
int table_path(const char *state, int kind, int *calls, int max);

#endif
