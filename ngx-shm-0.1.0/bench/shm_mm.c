/*
 * shm_mm.c - OSSP mm.
 *
 * SPDX-License-Identifier: BSD-2-Clause
 */

#include <mm.h>
#include <stdlib.h>
#include <unistd.h>

#define BENCH_NAME       "mm"
#define BENCH_SHARED     1
#define bench_alloc(n)   mm_malloc(mm, n)
#define bench_free(p)    mm_free(mm, p)

static MM  *mm;


static void *
bench_open(size_t size)
{
    char  file[] = "/tmp/bench-mm-XXXXXX";
    int   fd = mkstemp(file);

    if (fd == -1) {
        return NULL;
    }
    (void) close(fd);
    (void) unlink(file);

    return mm = mm_create(size, file);
}


#include "shm_work.h"


int
main(int argc, char **argv)
{
    return bench_main(argc, argv);
}
