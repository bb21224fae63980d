/*
 * things.h - what the identity tests use: a lock of each kind, a heap, a named
 * segment, all by the same four calls.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#ifndef IDENTITY_THINGS_H_INCLUDED
#define IDENTITY_THINGS_H_INCLUDED

#include "ngx_config.h"

#include <errno.h>
#include <sys/types.h>

/* What a call says: one of these, or the name of an errno. */
#define GOT   "got"     /* the caller has it */
#define DIED  "died"    /* and was told that its owner died */
#define BUSY  "busy"    /* somebody who lives has it */

typedef struct {
    const char   *name;
    /* 1: it belongs to a process, until all of its threads are gone */
    int           whole;
    const char *(*enter)(long ms);
    const char *(*leave)(void);
} thing_t;

typedef struct {
    volatile int    stage;
    volatile pid_t  owner;          /* as the driver knows it */
    volatile pid_t  self;           /* as the owner knows itself */
    volatile pid_t  child;          /* of the owner, who outlives it */
    char            said[4][24];
    volatile int    made;
    unsigned char   memory[1 << 20];
} world_t;

extern world_t  *world;
extern char      lock_file[80];
extern char      segment[80];

const thing_t *thing_named(const char *name);
const char *error_name(int err);

/* A first call to the library, after which children know where they are. */
void touch(void);

#endif
