/*
 * cells.h - a cell of the table, and what it is about.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef IDENTITY_CELLS_H_INCLUDED
#define IDENTITY_CELLS_H_INCLUDED

#include "things.h"

extern const thing_t  *thing;
extern const char     *fate;        /* of the owner */
extern const char     *expected;    /* as the table has it */
extern int             inner;       /* each is pid 1 of a namespace */
extern int             hide_proc;
extern int             apart;       /* no parent of theirs used the library */

/* Is this the fate? */
int is(const char *what);

/* 1: the owner is to keep the thing, whatever the fate. */
int keeps(void);

/* In a process of its own; what was said is in the world then. */
void cell(void);

#endif
