/*
 * shm_malloc.c - malloc in private memory: what is left to gain.
 *
 * glibc's, or that of the library which LD_PRELOAD names; BENCH_NAME in the
 * environment says which.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <stdlib.h>

#define BENCH_NAME       name
#define BENCH_SHARED     0
#define bench_alloc(n)   malloc(n)
#define bench_free(p)    free(p)
#define bench_open(n)    ((void) (n), (void *) 1)

static const char  *name;

#include "shm_work.h"


int
main(int argc, char **argv)
{
    name = getenv("BENCH_NAME");
    if (name == NULL) {
        name = "glibc";
    }
    return bench_main(argc, argv);
}
